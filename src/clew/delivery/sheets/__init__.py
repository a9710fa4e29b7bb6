"""The sheets of a batch workbook, one file each."""
