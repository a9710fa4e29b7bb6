"""Supervision models: which rules matter how much, and what happens to what they find."""
