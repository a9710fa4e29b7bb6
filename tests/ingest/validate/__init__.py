"""Tests of clew.ingest.validate."""
