"""The names of one project that an editor can complete: datasets, columns, rules, laws and their articles."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from clew.project import Project


@dataclass(frozen=True)
class Names:
    """Each name with what is said of it in an editor. Empty in the schemas that are the same for every project."""

    datasets: Mapping[str, str] = field(default_factory=dict)
    columns: Mapping[str, str] = field(default_factory=dict)
    rules: Mapping[str, str] = field(default_factory=dict)
    laws: Mapping[str, str] = field(default_factory=dict)
    articles: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def names_of(project: Project) -> Names:
    """The names of a project, in order."""
    contracts = sorted(project.catalogue.contracts.items())
    laws = sorted(project.laws.laws.items())
    return Names(
        datasets={name: _both(contract.title_zh, contract.title) for name, contract in contracts},
        columns={
            f"{name}.{column.name}": f"{_both(contract.title_zh, contract.title)}: "
            f"{_both(column.title_zh or column.header, column.title)} ({column.type.value})"
            for name, contract in contracts
            for column in contract.columns
        },
        rules={name: _both(rule.title_zh, rule.title) for name, rule in sorted(project.library.rules.items())},
        laws={name: _both(law.title_zh, law.title) for name, law in laws},
        articles={name: tuple(law.articles) for name, law in laws},
    )


def _both(zh: str, en: str) -> str:
    return " / ".join(dict.fromkeys(text for text in (zh, en) if text))
