"""Tests of clew.ingest.drift."""
