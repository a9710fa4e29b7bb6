"""An action for Great Expectations checkpoints: what came of each delivery, as one JSON file a program can watch."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from clew.whole_file import write_whole

if TYPE_CHECKING:
    from great_expectations.checkpoint.actions import ActionContext, ValidationAction
    from great_expectations.checkpoint.checkpoint import CheckpointResult

TYPE = "clew_write_outcome"


def write_outcome(path: Path) -> ValidationAction:
    """The action that keeps ``path`` up to date: per suite and run whether it passed, counts, and failed checks.

    No value of the data is written. The file is replaced whole; a run that is written again takes its own place.
    """
    action: ValidationAction = _action()(name="write outcome", path=str(path))
    return action


@cache
def _action() -> type[Any]:
    """The class, made once: Great Expectations takes seconds to import."""
    from great_expectations.checkpoint.actions import ValidationAction

    class WriteOutcomeAction(ValidationAction):
        """Writes the outcome of every run of a checkpoint into one JSON file."""

        type: Literal["clew_write_outcome"] = "clew_write_outcome"
        path: str

        def run(
            self,
            checkpoint_result: CheckpointResult,
            action_context: ActionContext | None = None,  # noqa: ARG002 - the signature is Great Expectations'
        ) -> dict[str, Any]:
            """Write what came of this checkpoint run; returns the path and how many results were written."""
            written = {
                f"{key.expectation_suite_identifier.name}/{key.run_id.run_name}": _outcome(result)
                for key, result in checkpoint_result.run_results.items()
            }
            _replace(Path(self.path), written)
            return {"path": self.path, "results": len(written)}

    # Postponed annotations of a class made in a function cannot be found by name afterwards.
    WriteOutcomeAction.update_forward_refs(Literal=Literal)
    return WriteOutcomeAction


def _outcome(result: Any) -> dict[str, Any]:
    failed = [item.expectation_config for item in result.results if not item.success]
    return {
        "success": bool(result.success),
        "suite": result.suite_name,
        "received_on": f"{result.meta['run_id'].run_time:%Y-%m-%d}",
        "rows": result.meta["rows"],
        "evaluated": result.statistics["evaluated_expectations"],
        "passed": result.statistics["successful_expectations"],
        "failed": [{"check": one.meta["check"], "action": one.meta["action"]} for one in failed if one is not None],
    }


def _replace(path: Path, outcomes: dict[str, Any]) -> None:
    known = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    write_whole(path, json.dumps(dict(sorted((known | outcomes).items())), ensure_ascii=False, indent=1))
