"""The words a list can be narrowed by: one that stands for nothing is a wrong argument, not an empty list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clew.cli.exits import Exit
from clew.cli.failures import CommandError

if TYPE_CHECKING:
    import duckdb

    from clew.settings import Settings
    from clew.supervision.model import Model

_HELD = {
    "model": "select model from clew.clue",
    "band": "select band from clew.clue",
    "unit": "select route from clew.clue union select unit from clew.clue_batch",
    "state": "select state from clew.clue",
}


def insist(settings: Settings, connection: duckdb.DuckDBPyConnection, **given: str | None) -> None:
    """Raise CommandError for a model, band, unit or state that neither the warehouse nor the models know.

    What is no longer declared may still be asked for as long as there are clues or batches of it.
    """
    for what, word in given.items():
        if word is None:
            continue
        held = {name for (name,) in connection.execute(_HELD[what]).fetchall() if name}
        if word in held:
            continue
        known = held | _declared(what, settings)
        if word not in known:
            from clew.problems import did_you_mean

            raise CommandError(Exit.USAGE, f"there is no {what} '{word}'", did_you_mean(word, known))


def _declared(what: str, settings: Settings) -> set[str]:
    from clew.cli.opening import read_whole_project
    from clew.clues.lifecycle import State
    from clew.problems import Problems

    if what == "state":
        return {*State}
    models = read_whole_project(settings, Problems()).models
    return {word for model in models for word in _words(what, model)}


def _words(what: str, model: Model) -> set[str]:
    match what:
        case "model":
            return {model.id}
        case "band":
            return {*model.scoring.bands, "none"}
        case _:
            return {route.to for route in model.routes}
