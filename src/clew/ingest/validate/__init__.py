"""The checks of the contract on every row, in one pass, and the rows that break it set aside."""
