"""Tests of clew.ingest.report."""
