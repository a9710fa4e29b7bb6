"""Everything one batch says, read from the warehouse and the project's content."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

import duckdb

from clew.contracts.catalogue import Catalogue
from clew.delivery.cells import shown_subject
from clew.delivery.clue_rows import OPEN_STATES, Names, read_clues
from clew.delivery.contents import Contents, FunnelRow, Gap, ModelGuide
from clew.delivery.notices import notified_units, read_notices
from clew.delivery.regions import read_regions
from clew.delivery.sample_rows import earlier, read_samples
from clew.engine import FunnelStep
from clew.plan import Sentence
from clew.rules.citation import article_zh
from clew.rules.laws import Laws
from clew.rules.library import Library
from clew.rules.model import Rule
from clew.settings import Settings
from clew.supervision.library import Models
from clew.supervision.model import Model

SHOWN_SUBJECTS = 20


@dataclass(frozen=True)
class Source:
    """What a batch is read from: the warehouse and the content of the project."""

    connection: duckdb.DuckDBPyConnection
    settings: Settings
    catalogue: Catalogue
    library: Library
    models: Models
    laws: Laws

    def rows(self, query: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
        """Every row of a query over the warehouse."""
        return self.connection.execute(query, list(values)).fetchall()

    def routed_to(self, unit: str) -> list[Model]:
        """The models that send clues to a unit, in order of id."""
        return [model for _, model in sorted(self.models.models.items()) if unit in routes(model) and model.stores]


def routes(model: Model) -> set[str]:
    """The units a model may send a clue to."""
    return {route.to for route in model.routes}


def units(screened: Screened) -> list[str]:
    """The units that get a batch: where a screened model may route to, and where a clue was routed.

    A unit without a clue gets its batch too: that nothing was found, and what could not be decided, is an answer.
    """
    source = screened.source
    models = [model for model in source.models if model.id in screened.manifest["models"]]
    found = {unit for model in models if model.stores for unit in routes(model)}
    rows = source.rows(
        "select distinct route from clew.clue where last_screening = ? and not gone", [screened.screening_id]
    )
    return sorted(
        found | {row[0] for row in rows} | notified_units(source.connection, screened.screening_id, screened.as_of)
    )


@dataclass
class Screened:
    """One finished screening; ``manifest`` is its own. The names are read when a first batch needs them."""

    source: Source
    screening_id: str
    as_of: date
    manifest: Mapping[str, Any]

    @cached_property
    def names(self) -> Names:
        """What every batch of this screening names things by."""
        return _names(self.source, self.screening_id, self.manifest)


def read_contents(screened: Screened, unit: str) -> Contents:
    """What the unit's batch of a screening says."""
    source, screening_id = screened.source, screened.screening_id
    mask = source.settings.purpose != "case"
    models = source.routed_to(unit)
    ran = _ran(screened.manifest, models)
    clues = read_clues(
        source.connection, screened.names, screening_id, unit, mask=mask, language=source.settings.language
    )
    return Contents(
        screening_id=screening_id,
        unit=unit,
        as_of=screened.as_of,
        purpose=source.settings.purpose,
        language=source.settings.language,
        clues=clues,
        funnel=_funnel(source, screening_id, ran),
        outcomes=_outcomes(source, screening_id, ran),
        gaps=_gaps(source, screening_id, ran, mask=mask),
        guides=tuple(_guide(model, source) for model in models),
        withheld=_withheld(source, screening_id, unit),
        notices=read_notices(source.connection, screened.names, screening_id, screened.as_of, unit, mask=mask),
        samples=read_samples(
            source.connection, screened.names.rules, screened.names.models, screening_id, unit, mask=mask
        ),
        missed=earlier(source.connection, {model.id: _title(model) for model in models}, screened.as_of),
    )


def _ran(manifest: Mapping[str, Any], models: Sequence[Model]) -> list[tuple[str, str]]:
    """Which rules these models ran, each with the name of its variant ('' for the rule as written)."""
    uses = [use for model in models for use in manifest["models"].get(model.id, {}).get("rules", ())]
    return sorted({(str(use["rule"]), str(use["variant"])) for use in uses})


def _names(source: Source, screening_id: str, manifest: Mapping[str, Any]) -> Names:
    models = source.models.models
    return Names(
        regions=read_regions(source.connection, source.catalogue.contracts, screening_id),
        contracts=source.catalogue.contracts,
        rules=source.library.rules,
        models={name: f"{_title(model)}{'（试运行）' if model.shadow else ''}" for name, model in models.items()},
        law=lambda rule, day: _articles(source, rule, day),
        steps=_steps(source, screening_id, manifest),
    )


def _steps(source: Source, screening_id: str, manifest: Mapping[str, Any]) -> dict[tuple[str, str], list[FunnelStep]]:
    """The steps that could have cleared somebody, by model and rule, as they ran."""
    ran: dict[tuple[str, str], list[FunnelStep]] = {}
    for rule, variant, number, verb, zh, en, rows, clears_zh, clears_en, reads in source.rows(
        "select rule, variant, number, verb, sentence_zh, sentence_en, rows, clears_zh, clears_en, reads"
        " from clew.funnel where screening_id = ? and clears_en <> '' order by rule, variant, position",
        [screening_id],
    ):
        step = FunnelStep(
            number, verb, Sentence(zh, en), rows, clears=Sentence(clears_zh, clears_en), reads=tuple(reads)
        )
        ran.setdefault((rule, variant), []).append(step)
    return {
        (model, use["rule"]): ran.get((use["rule"], use["variant"]), [])
        for model, entry in manifest["models"].items()
        for use in entry.get("rules", ())
    }


def _articles(source: Source, rule: str, day: date | None) -> list[str]:
    """One line per article that a rule rests on for what happened on ``day``."""
    known = source.library.rules.get(rule)
    found = []
    for basis in known.legal_basis if known else ():
        if basis.covers(day):
            law = source.laws.laws.get(basis.law)
            line = article_zh((law.title_zh or law.title) if law else basis.law, basis.article)
            found.append(f"{line}（事实发生日无有效文本）" if law and law.silent_on(basis.article, day) else line)
    return found


def _rules(model: Model, library: Library) -> list[Rule]:
    return [library.rules[use.rule.value] for use in model.uses if use.rule.value in library.rules]


def _title(model: Model) -> str:
    return model.title_zh or model.title


def _rule_title(source: Source, rule: str) -> str:
    known = source.library.rules.get(rule)
    return (known.title_zh or known.title) if known else rule


def _funnel(source: Source, screening_id: str, ran: list[tuple[str, str]]) -> tuple[FunnelRow, ...]:
    rows = source.rows(
        "select rule, variant, number, verb, sentence_zh, sentence_en, reason, rows, unknown, excluded,"
        " inconclusive, errors from clew.funnel"
        " where screening_id = ? order by rule, variant, position",
        [screening_id],
    )
    return tuple(
        FunnelRow(_variant(row[0], row[1]), _rule_title(source, row[0]), *row[2:]) for row in rows if row[:2] in ran
    )


def _outcomes(source: Source, screening_id: str, ran: list[tuple[str, str]]) -> Mapping[str, Mapping[str, int]]:
    rows = source.rows(
        "select rule, variant, outcome, subjects from clew.outcome"
        " where screening_id = ? order by rule, variant, outcome",
        [screening_id],
    )
    found: dict[str, dict[str, int]] = {}
    for rule, variant, outcome, subjects in rows:
        if (rule, variant) not in ran:
            continue
        found.setdefault(_variant(rule, variant), {})[outcome] = subjects
    return found


def _variant(rule: str, variant: str) -> str:
    """A rule that ran with other parameters is told apart by them."""
    return f"{rule} ({variant})" if variant else rule


def _gaps(source: Source, screening_id: str, ran: list[tuple[str, str]], *, mask: bool) -> tuple[Gap, ...]:
    rows = source.rows(
        "select rule, variant, outcome, reason, coalesce(dataset, ''), coalesce(region, ''), min(period_from),"
        " max(period_to), count(distinct subject),"
        " list_slice(list_sort(list(distinct subject) filter (subject is not null)), 1, cast(? as integer))"
        " from clew.undecided where screening_id = ?"
        " group by all order by 1, 2, 3, 9 desc, 4, 5, 6",
        [SHOWN_SUBJECTS, screening_id],
    )
    return tuple(_gap(source, row, mask=mask) for row in rows if row[:2] in ran)


def _gap(source: Source, row: tuple[Any, ...], *, mask: bool) -> Gap:
    rule, variant, outcome, reason, dataset, region, start, end, subjects, shown = row
    about = _subject_type(source.library, rule)
    contract = source.catalogue.contracts.get(dataset)
    return Gap(
        rule=_variant(rule, variant),
        rule_title=_rule_title(source, rule),
        outcome=outcome,
        reason=reason,
        dataset=dataset,
        dataset_title=contract.title_zh or dataset if contract else dataset,
        region=region,
        period_from=start,
        period_to=end,
        subjects=subjects,
        shown=tuple(shown_subject(about, subject, {}) if mask else subject for subject in shown or ()),
    )


def _subject_type(library: Library, rule: str) -> str:
    """What a rule's subjects are; those of one that is not known here are taken to be persons."""
    known = library.rules.get(rule)
    return known.clue.subject_type if known else "person"


def _guide(model: Model, source: Source) -> ModelGuide:
    rules, english = _rules(model, source.library), source.settings.language == "en"
    return ModelGuide(
        model=model.id,
        title=_title(model),
        shadow=model.shadow,
        goal=model.goal if english else model.goal_zh,
        supervised_body=model.supervised_body,
        handling=model.handling if english else model.handling_zh,
        false_positives=tuple(
            (rule.title, rule.false_positives) if english else (rule.title_zh, rule.false_positives_zh)
            for rule in rules
        ),
        dispositions=model.dispositions,
    )


def _withheld(source: Source, screening_id: str, unit: str) -> Mapping[str, int]:
    """Clues that were found but not listed, by reason: nobody is left out without a word."""
    rows = source.rows(
        "select count(*) filter (suppressed_reason is not null), count(*) filter (suppressed_reason is null"
        " and state not in (select unnest(cast(? as varchar[]))))"
        " from clew.clue where last_screening = ? and route = ? and not gone",
        [[state.value for state in OPEN_STATES], screening_id, unit],
    )
    return {"因先前处置暂不列入": rows[0][0], "已处置或办理中": rows[0][1]}
