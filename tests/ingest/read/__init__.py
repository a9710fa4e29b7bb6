"""Tests of clew.ingest.read."""
