"""Tests of clew.ingest.land."""
