"""Tests of clew.ingest.coverage."""
