"""Clew: big-data legal supervision on data contracts, declarative rules and scored clues."""
