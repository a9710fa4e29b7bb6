"""Checking a project as a whole, and remembering what was found while nothing it depends on changes."""
