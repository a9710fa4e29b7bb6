"""Pages of rules and models: one readable page for each, in two languages, that open from the disk."""
