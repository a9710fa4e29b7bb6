"""The catalogue as a static site: every dataset with contract, lineage, coverage and quality; opened from the disk."""
