"""Tests of clew.ingest."""
