"""Each verb against the best hand-written DuckDB SQL: ``python -m benchmarks.verbs``."""
