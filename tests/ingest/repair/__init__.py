"""Tests of clew.ingest.repair."""
