"""The lineage of a dataset as one inline SVG: who sent it, what it refers to, and which rules and models rest on it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from markupsafe import Markup

from clew.catalogue_site.facts import Dataset, Facts
from clew.catalogue_site.text import fitted

MOST = 8
_WIDE, _TALL, _GAP, _BETWEEN = 230, 46, 12, 56


@dataclass(frozen=True)
class Box:
    """One node: two lines of text (Chinese, English each), a style, and the page it leads to ('' for none)."""

    key: str
    first: tuple[str, str]
    second: tuple[str, str]
    style: str
    link: str = ""


def lineage(dataset: Dataset, facts: Facts) -> Markup:
    """Senders and the datasets referred to, the dataset, rules, models: four columns joined by lines."""
    titles = {one.contract.dataset: (one.contract.title_zh, one.contract.title) for one in facts.datasets}
    left = _senders(dataset) + [
        Box(f"ref:{name}", titles[name], (f"被引用 {name}", f"refers to {name}"), "other", _page(name))
        for name in dataset.refers_to
    ]
    name, contract = dataset.contract.dataset, dataset.contract
    middle = [Box(name, (contract.title_zh, contract.title), (name, name), "self")]
    rules = [
        *(Box(use.rule, use.title, (use.rule, use.rule), "rule") for use in dataset.uses),
        *(Box(f"by:{one}", titles[one], (f"引用本数据集 {one}", f"refers to this: {one}"), "other", _page(one))
          for one in dataset.referred_by),
    ]  # fmt: skip
    used = sorted({model for use in dataset.uses for model in use.models})
    models = [
        Box(f"model:{one}", (facts.models[one][0], facts.models[one][1]), (one, one), "model")
        for one in used
        if one in facts.models
    ]
    columns = [_shortened(left), middle, _shortened(rules), _shortened(models)]
    edges = [(box.key, name) for box in columns[0]]
    edges += [(name, box.key) for box in columns[2]]
    shown = {box.key for box in columns[3]}
    for use in dataset.uses:
        start = use.rule if use.rule in {box.key for box in columns[2]} else "more"
        edges += [(start, end) for model in use.models if (end := f"model:{model}") in shown]
    return drawn(columns, list(dict.fromkeys(edges)), f"数据血缘 Lineage: {contract.title_zh} / {contract.title}")


def _senders(dataset: Dataset) -> list[Box]:
    """One box for each sender, the one heard from last first; the letter is the newest."""
    newest = {one.sender: one for one in dataset.loaded}
    counts: dict[str, int] = {}
    for one in dataset.loaded:
        counts[one.sender] = counts.get(one.sender, 0) + 1
    ordered = sorted(newest.values(), key=lambda one: (one.received_on, one.batch), reverse=True)
    return [
        Box(
            f"sender:{one.sender}",
            (one.sender, one.sender) if one.sender else ("无来函记录", "no acquisition record"),
            (
                f"{counts[one.sender]} 次交付" + (f" · {one.letter}" if one.letter else ""),
                f"{counts[one.sender]} deliver{'y' if counts[one.sender] == 1 else 'ies'}"
                + (f" · {one.letter}" if one.letter else ""),
            ),
            "sender",
        )
        for one in ordered
    ]


def _shortened(boxes: list[Box]) -> list[Box]:
    if len(boxes) <= MOST:
        return boxes
    rest = len(boxes) - MOST + 1
    return [
        *boxes[: MOST - 1],
        Box("more", (f"另有 {rest} 项", f"{rest} more"), ("见下方清单", "in the lists below"), "more"),
    ]


def drawn(columns: Sequence[Sequence[Box]], edges: Sequence[tuple[str, str]], name: str) -> Markup:
    """Columns of boxes joined by lines, from left to right; ``name`` says in both languages what is shown."""
    used = [column for column in columns if column]
    high = max(len(column) for column in used) * (_TALL + _GAP) + _GAP
    wide = len(used) * (_WIDE + _BETWEEN) - _BETWEEN + 4
    places: dict[str, tuple[int, float]] = {}
    for at, column in enumerate(used):
        top = (high - len(column) * (_TALL + _GAP) + _GAP) / 2
        for row, box in enumerate(column):
            places[box.key] = (at * (_WIDE + _BETWEEN) + 2, top + row * (_TALL + _GAP))
    lines = Markup("").join(_edge(places, *edge) for edge in edges if edge[0] in places and edge[1] in places)
    boxes = Markup("").join(_box(box, *places[box.key]) for column in used for box in column)
    return Markup(
        '<svg class="lineage" viewBox="0 0 {0} {1}" width="{0}" height="{1}" role="group" aria-label="{2}">{3}{4}</svg>'
    ).format(wide, round(high, 1), name, lines, boxes)


def _edge(places: dict[str, tuple[int, float]], start: str, end: str) -> Markup:
    (x1, y1), (x2, y2) = places[start], places[end]
    x1, y1, y2 = x1 + _WIDE, y1 + _TALL / 2, y2 + _TALL / 2
    bend = (x2 - x1) / 2
    return Markup('<path class="edge" d="M{} {}C{} {} {} {} {} {}"/>').format(
        x1, round(y1, 1), x1 + bend, round(y1, 1), x2 - bend, round(y2, 1), x2, round(y2, 1)
    )


def _box(box: Box, x: int, y: float) -> Markup:
    def line(text: tuple[str, str], at: float, style: str, room: float) -> Markup:
        def one(language: str, said: str) -> Markup:
            whole: Callable[..., Markup] = Markup(
                '<text class="{}" lang="{}" x="{}" y="{}">{}<title>{}</title></text>'
            ).format
            return whole(f"t {style}", language, x + 12, round(y + at, 1), fitted(said, room), said)

        if text[0] == text[1]:
            return Markup('<text class="{}" x="{}" y="{}">{}<title>{}</title></text>').format(
                style, x + 12, round(y + at, 1), fitted(text[0], room), text[0]
            )
        return one("zh", text[0]) + one("en", text[1])

    body = Markup('<rect class="box {}" x="{}" y="{}" width="{}" height="{}" rx="7"/>').format(
        box.style, x, round(y, 1), _WIDE, _TALL
    )
    body += line(box.first, 19, "first", 29) + line(box.second, 36, "second", 36)
    if box.link:
        return Markup('<a href="{}" data-page>{}</a>').format(box.link, body)
    return Markup("<g>{}</g>").format(body)


def _page(name: str) -> str:
    return f"{quote(name)}.html"
