"""Clues: stable records of what was found, why, what happened to them since, and who decided it."""
