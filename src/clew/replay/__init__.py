"""Replaying: a sealed batch is worked out again from its manifest, and compared with what was sealed."""
