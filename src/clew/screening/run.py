"""One screening: every model's rules are run once on what could be seen, and what they find is remembered, whole.

Reading and merging come first and write nothing; then one transaction stores the ledger, the clues and the report.
Killed at any moment, the next run finds either nothing of this screening or all of it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date

import duckdb

from clew.clues.model import Clue
from clew.clues.store import remember
from clew.contracts.catalogue import Catalogue
from clew.engine import Answers, PlanError
from clew.engines.below import Draw
from clew.engines.duckdb import DuckDBEngine, for_warehouse
from clew.plan import Plan
from clew.problems import Problems
from clew.rules.holidays import working_days
from clew.rules.laws import Laws
from clew.rules.library import Library
from clew.screening.evidence import with_evidence
from clew.screening.guard import guard_holidays, guard_inputs, guard_limits, guard_order
from clew.screening.inputs import visible_inputs
from clew.screening.ledger import forget, outcomes, undecided_subjects, write_answers, write_failure
from clew.screening.lineage_events import tell_end, tell_start
from clew.screening.manifest import Manifest, manifest
from clew.screening.promotion import held_back
from clew.screening.report import ModelReport, RuleReport, ScreeningReport, read_report
from clew.screening.rings import rings_known, write_rings
from clew.screening.selection import Selection, select
from clew.screening.spared import draw, forget_unanswered
from clew.screening.variant import Variant
from clew.settings import Settings
from clew.supervision.answer import Answered
from clew.supervision.library import Models
from clew.supervision.merge import merge
from clew.supervision.model import Model
from clew.warehouse import transaction

Progress = Callable[[str], None]


@dataclass(frozen=True)
class _Ran:
    """What the rules gave: answers, or why a rule could not finish."""

    answers: Mapping[Variant, Answers]
    counts: Mapping[Variant, Mapping[str, int]]
    failures: Mapping[Variant, PlanError]


def screen(
    connection: duckdb.DuckDBPyConnection,
    settings: Settings,
    catalogue: Catalogue,
    library: Library,
    models: Models,
    *,
    as_of: date,
    laws: Laws | None = None,
    only: Collection[str] | None = None,
    progress: Progress | None = None,
    judged: bool = False,
) -> ScreeningReport:
    """Screen what was received up to ``as_of`` with every model in shadow or live, or with those in ``only``.

    The same content, deliveries and day give the same ``screening_id``; doing it again changes nothing and gives
    back the stored report (a screening in which a rule could not finish is done again). A model with a fault, a
    failing rule or too many clues stores nothing and is named in the report's problems; the others go on. A live model
    that has not shown what its ``promote_when`` asks is screened as a shadow, unless its status was ``judged`` before.
    Raises ProblemError for an unknown model in ``only`` and for a day earlier than one already screened.
    """
    say = progress or (lambda _: None)
    problems = Problems()
    models = models if judged else held_back(connection, models, problems)
    chosen = select(models, library, catalogue, as_of, only, problems)
    datasets = {one.dataset for plan in chosen.plans.values() for one in plan.inputs}
    inputs = visible_inputs(connection, datasets, as_of)
    identity = manifest(
        as_of=as_of,
        models=chosen.models,
        variants=chosen.variants,
        plans=chosen.plans,
        library=library,
        catalogue=catalogue,
        laws=laws or Laws({}),
        inputs=inputs,
        rings=rings_known(connection),
    )
    done = stored_report(connection, identity.screening_id)
    if done is not None and done.complete:
        say(f"{identity.screening_id} was done before: nothing changes")
        return done
    guard_order(connection, as_of)
    guard_inputs(chosen, inputs, library, as_of, problems)
    guard_holidays(chosen, library, as_of, problems)
    tell_start(settings, identity, as_of)
    engine = for_warehouse(connection, as_of, settings.rule_seconds)
    lot = Draw(identity.screening_id, settings.sample)
    ran = _run(connection, engine, chosen.plans, library, lot, problems, say)
    found = _clues(chosen, ran, library, laws, engine, as_of, problems, say)
    say("storing")
    with transaction(connection):
        report = _store(connection, identity, chosen, ran, found, library, lot, as_of, problems)
    tell_end(settings, catalogue, chosen.plans, chosen.variants, report)
    return report


def stored_report(connection: duckdb.DuckDBPyConnection, screening_id: str) -> ScreeningReport | None:
    """The report of a screening that was done, marked as replayed; None when it was not."""
    rows = connection.execute("select report from clew.screening where screening_id = ?", [screening_id]).fetchall()
    return read_report(rows[0][0]) if rows else None


def _run(
    connection: duckdb.DuckDBPyConnection,
    engine: DuckDBEngine,
    plans: Mapping[Variant, Plan],
    library: Library,
    lot: Draw,
    problems: Problems,
    say: Progress,
) -> _Ran:
    answers: dict[Variant, Answers] = {}
    failures: dict[Variant, PlanError] = {}
    for variant in sorted(plans, key=lambda one: one.order):
        say(f"rule {variant}")
        try:
            answers[variant] = engine.run(plans[variant], lot)
        except PlanError as error:
            failures[variant] = error
            problems.error(
                library.rules[variant.rule].place,
                "S002",
                f"the rule '{variant}' could not finish: {error}",
                "the models that use it store nothing until it does",
            )
    counts = {variant: outcomes(connection, given) for variant, given in answers.items()}
    return _Ran(answers, counts, failures)


def _clues(
    chosen: Selection,
    ran: _Ran,
    library: Library,
    laws: Laws | None,
    engine: DuckDBEngine,
    as_of: date,
    problems: Problems,
    say: Progress,
) -> Mapping[str, list[Clue]]:
    """The clues of each model whose rules all finished and whose limit holds."""
    found: dict[str, list[Clue]] = {}
    working = working_days(library.shared.holidays)
    for model in chosen.models:
        variants = chosen.variants[model.id]
        if any(variant in ran.failures for variant in variants.values()):
            continue
        say(f"model {model.id}")
        answered = {
            rule: Answered(library.rules[rule], chosen.plans[variant], ran.answers[variant])
            for rule, variant in variants.items()
        }
        if guard_limits(model, answered, problems):
            merged = merge(chosen.judgements[model.id], answered, as_of=as_of, laws=laws, working=working)
            if guard_limits(model, answered, problems, len(merged)):
                found[model.id] = with_evidence(merged, answered, engine)
    return found


def _store(
    connection: duckdb.DuckDBPyConnection,
    identity: Manifest,
    chosen: Selection,
    ran: _Ran,
    found: Mapping[str, list[Clue]],
    library: Library,
    lot: Draw,
    as_of: date,
    problems: Problems,
) -> ScreeningReport:
    key = identity.screening_id
    forget(connection, key)
    forget_unanswered(connection, key)
    position = rings_known(connection) + 1
    for variant in sorted(chosen.plans, key=lambda one: one.order):
        if variant in ran.failures:
            failure = ran.failures[variant]
            write_failure(connection, key, variant, failure.step, failure.message)
        else:
            write_answers(connection, key, variant, ran.answers[variant], ran.counts[variant])
            write_rings(connection, key, position, as_of, chosen.plans[variant], ran.answers[variant])
    for model in chosen.models:
        if model.id in found and lot.size:
            clues = {clue.subject for clue in found[model.id]}
            draw(connection, lot, model, chosen.variants[model.id], ran.answers, clues)
    reports = [_remember(connection, key, model, chosen, found.get(model.id), as_of) for model in chosen.models]
    report = ScreeningReport(
        screening_id=key,
        as_of=as_of,
        models=(*reports, *chosen.refused),
        rules=tuple(_rule_report(variant, ran, library) for variant in sorted(chosen.plans, key=lambda v: v.order)),
        problems=tuple(problems),
    )
    connection.execute(
        "insert or replace into clew.screening values (?, ?, ?, ?, ?, ?)",
        [key, as_of, identity.rules_hash, identity.inputs_hash, identity.text, report.to_json()],
    )
    return report


def _remember(
    connection: duckdb.DuckDBPyConnection,
    key: str,
    model: Model,
    chosen: Selection,
    clues: list[Clue] | None,
    as_of: date,
) -> ModelReport:
    if clues is None:
        return ModelReport(model.id, model.title, model.title_zh, model.status.value, stopped="see the problems")
    undecided = undecided_subjects(connection, key, chosen.variants[model.id].values(), model.id)
    done = remember(connection, model.id, clues, screening_id=key, as_of=as_of, undecided=undecided)
    bands = Counter(clue.band for clue in clues)
    return ModelReport(
        model.id,
        model.title,
        model.title_zh,
        model.status.value,
        **vars(done),
        bands={band: bands[band] for band in (*model.scoring.bands, "none") if bands[band]},
        routes=dict(sorted(Counter(clue.route for clue in clues).items())),
    )


def _rule_report(variant: Variant, ran: _Ran, library: Library) -> RuleReport:
    rule, failure = library.rules[variant.rule], ran.failures.get(variant)
    return RuleReport(
        variant.rule,
        variant.name,
        rule.title,
        rule.title_zh,
        ran.counts.get(variant, {}),
        str(failure) if failure else "",
    )
