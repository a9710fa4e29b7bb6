"""Legal instruments as data: from ``rules/laws/<instrument>.yml`` to :class:`~clew.rules.laws.Law`.

.. code-block:: yaml

    law: prc.social_insurance_law       # its last part is the file's name
    title: Social Insurance Law
    title_zh: 中华人民共和国社会保险法
    url: https://flk.npc.gov.cn/        # where the text was read
    checked: false                      # true once a lawyer has signed it off
    last_checked: 2026-11-01            # when the periods below were last compared with the source
    articles:
      "88": {effective_from: 2011-07-01}
      "60":                             # a list where the article was amended or repealed
        - {effective_from: 2011-07-01, effective_to: 2018-12-29}
        - {effective_from: 2018-12-29, note: amended}

Periods are half-open: ``effective_to`` is the first day out of force. An article listed whole covers its paragraphs:
"25" answers for "25(4)".
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path

from clew.problems import Problems
from clew.quantities import DURATION_UNITS, Quantity
from clew.rules.laws import Law, Laws, Period
from clew.rules.parse_parameters import parse_quantity
from clew.rules.shape import Entries, Is, Key, entries_of, one_of
from clew.yaml_file import Node, read_yaml

LAW = {
    "law": Key(Is.TEXT),
    "title": Key(Is.TEXT),
    "title_zh": Key(Is.TEXT),
    "issuer": Key(Is.TEXT, False),
    "number": Key(Is.SCALAR, False),
    "url": Key(Is.TEXT),
    "checked": Key(Is.FLAG),
    "last_checked": Key(Is.DATE),
    "articles": Key(Is.MAPPING),
    "note": Key(Is.TEXT, False),
    "meta": Key(Is.MAPPING, False),
}
PERIOD = {
    "effective_from": Key(Is.DATE),
    "effective_to": Key(Is.DATE, False),
    "note": Key(Is.TEXT, False),
    "title": Key(Is.TEXT, False),
    "title_zh": Key(Is.TEXT, False),
    "limitation": Key(Is.MAPPING, False),
    "text_zh": Key(Is.TEXT, False),
}
TERM = {
    "value": Key(Is.WHOLE),
    "unit": Key(Is.TEXT),
    "rounding": Key(Is.TEXT, False),
    "counting": Key(Is.TEXT, False),
    "start": Key(Is.TEXT, False),
}


def read_laws(folder: Path, problems: Problems) -> Laws:
    """Every instrument in ``rules/laws``; a file with a fault is left out and its fault noted."""
    laws: dict[str, Law] = {}
    unreadable = set()
    for path in sorted(folder.glob("*.yml")):
        shown = f"{folder.parent.name}/{folder.name}/{path.name}"
        node = read_yaml(path, problems, shown)
        law = parse_law(node, path.stem, problems) if node else None
        if law is None:
            unreadable.add(path.stem)
        else:
            laws[law.id] = law
    return Laws(laws, frozenset(unreadable))


def parse_law(node: Node, stem: str, problems: Problems) -> Law | None:
    """One instrument from its YAML; ``stem`` is the file's name without its ending."""
    entries = entries_of(node, LAW, "the law", problems)
    if not entries.complete:
        return None
    identity = entries["law"]
    if identity.text.rpartition(".")[2] != stem:
        problems.error(
            identity.place,
            "E108",
            f"the law is named '{identity.text}', and its file says '{stem}'",
            f"name the file {identity.text.rpartition('.')[2]}.yml",
        )
        return None
    articles = {}
    for article, value in entries["articles"].items():
        periods = _periods(article, value, problems)
        if periods is None:
            return None
        articles[article] = periods
    if not articles:
        problems.error(entries["articles"].place, "E102", "'articles' is empty", "list the articles that are cited")
        return None
    last_checked = entries["last_checked"].value
    assert isinstance(last_checked, date)  # noqa: S101 - the kind was checked by table
    return Law(
        identity.text,
        entries.text("title"),
        entries.text("title_zh"),
        entries.text("url"),
        bool(entries["checked"].value),
        last_checked,
        articles,
        node.place,
    )


def _periods(article: str, node: Node, problems: Problems) -> tuple[Period, ...] | None:
    found: list[Period] = []
    for part in node.entries() if node.is_list else [node]:
        entries = entries_of(part, PERIOD, f"article {article}", problems)
        if not entries.complete:
            return None
        period = Period(
            _day(entries, "effective_from") or date.min,
            _day(entries, "effective_to"),
            _terms(article, entries.get("limitation"), problems),
        )
        before = found[-1] if found else None
        if before and (before.end is None or before.end > period.start):
            problems.error(
                part.place,
                "E107",
                f"this period of article {article} begins before the last one ended",
                "give the earlier one its 'effective_to', and keep them in order of time",
            )
            return None
        if period.end and period.end <= period.start:
            problems.error(
                part.place,
                "E107",
                f"article {article} ends before it begins",
                "'effective_to' is the first day out of force",
            )
            return None
        found.append(period)
    return tuple(found)


def _terms(article: str, node: Node | None, problems: Problems) -> Mapping[str, Quantity]:
    """The terms of limitation of one version of an article: one length of time, or several under names."""
    if node is None:
        return {}
    named = {"": node} if node.get("value") is not None else dict(node.items())
    found = {}
    for name, value in named.items():
        what = f"the limitation of article {article}"
        entries = entries_of(value, TERM, what, problems)
        if entries.complete and one_of(entries["unit"], DURATION_UNITS, "the unit of time", problems):
            quantity = parse_quantity(entries, what, problems)
            if quantity is not None:
                found[name] = quantity
    return found


def _day(entries: Entries, key: str) -> date | None:
    node = entries.get(key)
    return node.value if node and isinstance(node.value, date) else None
