"""Tests of clew.ingest.release."""
