"""The documentation is kept true: its examples run, its commands exist, and nothing the code takes is left out."""
