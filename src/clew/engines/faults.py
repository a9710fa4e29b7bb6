"""What stopped a plan, as a sentence. The engine's own message may quote a value from the data, and is not told."""

from __future__ import annotations

import duckdb

_SENTENCES: tuple[tuple[type[duckdb.Error], str], ...] = (
    (
        duckdb.OutOfMemoryException,
        "it needs more memory or disk than memory_limit and temp_limit in the settings allow",
    ),
    (duckdb.OutOfRangeException, "a number became larger than its type can hold"),
    (duckdb.ConversionException, "a value does not fit the type that the step makes of it"),
    (duckdb.InvalidInputException, "a value is none that a function of the step can work on"),
    (duckdb.IOException, "the warehouse or its spill folder could not be read or written"),
    (duckdb.BinderException, "a column or function that it names is not there, or of another type"),
    (duckdb.CatalogException, "a table or function that it names is not there"),
)


def sentence(error: duckdb.Error, seconds: float) -> str:
    """Why the engine stopped, without a value from the data. ``seconds`` is how long a plan may run."""
    if isinstance(error, duckdb.InterruptException):
        return f"it ran longer than {seconds:g} seconds, and was stopped (rule_seconds in the settings)"
    said = next((text for kind, text in _SENTENCES if isinstance(error, kind)), "the engine could not go on")
    return f"{said} ({type(error).__name__})"
