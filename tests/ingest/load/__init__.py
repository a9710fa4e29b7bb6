"""Tests of clew.ingest.load."""
