"""OpenLineage events in a local file: who made what out of what. Nothing is ever sent."""
