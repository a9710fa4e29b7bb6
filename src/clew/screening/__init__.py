"""Screening: models run their rules on what was received, and what they find is remembered with its reasons."""
