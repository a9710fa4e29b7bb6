"""Scoring: pure arithmetic in Decimal. No data, no files, no clock."""
