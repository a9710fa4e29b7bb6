"""What is said about a delivery: to people, to Data Docs, and as OpenLineage events."""
