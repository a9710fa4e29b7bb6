"""Tests of clew.ingest.observe."""
