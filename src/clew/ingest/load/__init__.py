"""One delivery into the warehouse, whole or not at all, and what it does to the rows that were there."""
