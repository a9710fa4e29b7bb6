"""The steps of a rule as one inline SVG: from top to bottom what remains, to the side what each step sets apart."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise

from markupsafe import Markup

from clew.catalogue_site.text import fitted, number, width
from clew.engine import FunnelStep
from clew.plan import Sentence, Step
from clew.rules.verbs import VERBS

_LEFT, _WIDE, _TALL, _GAP, _SIDE = 96, 720, 76, 30, 310
_ROOM = 98
"""Letters on one line of a box."""
_KINDS = {
    "from": "take", "where": "sieve", "exclude": "drop", "not_exists": "absent", "not_followed_by": "absent",
    "aggregate": "gather", "clue": "clue",
}  # fmt: skip
_CLUE = ("形成线索", "clue")


def steps_picture(steps: Sequence[Step], ran: Sequence[FunnelStep], name: tuple[str, str]) -> Markup:
    """The plan's steps; with ``ran`` the rows left after each, and how many were set apart and why."""
    counts = {step.number: step for step in ran}
    high = len(steps) * (_TALL + _GAP) - _GAP + 4
    wide = _LEFT + _WIDE + 24 + _SIDE
    lines = [
        _arrow(at, counts.get(before.number), counts.get(step.number))
        for at, (before, step) in enumerate(pairwise(steps))
    ]
    most = max((step.rows for step in ran), default=0)
    boxes = [_box(at, step, counts.get(step.number), most) for at, step in enumerate(steps)]
    return Markup(
        '<svg class="steps" viewBox="0 0 {0} {1}" width="{0}" height="{1}" role="img" aria-label="{2}">{3}{4}</svg>'
    ).format(wide, high, f"步骤 Steps: {name[0]} / {name[1]}", Markup("").join(lines), Markup("").join(boxes))


def _arrow(at: int, before: FunnelStep | None, after: FunnelStep | None) -> Markup:
    """The way down, as wide as the share of rows that goes it."""
    share = min(1.0, after.rows / before.rows) if before and after and before.rows else 0.15
    x, y = _LEFT + _WIDE / 2, at * (_TALL + _GAP) + _TALL + 2
    half = max(1.5, 26 * share)
    return Markup('<path class="flow" d="M{} {}H{}L{} {}H{}Z"/>').format(
        x - half, y, x + half, x + 3, y + _GAP - 2, x - 3
    ) + Markup('<path class="tip" d="M{} {}l-6 -7h12z"/>').format(x, y + _GAP)


def _box(at: int, step: Step, ran: FunnelStep | None, most: int) -> Markup:
    y = at * (_TALL + _GAP) + 2
    kind = _KINDS.get(step.verb, "match")
    verb = VERBS[step.verb].zh if step.verb in VERBS else _CLUE[0]
    title = (verb, step.verb if step.verb in VERBS else _CLUE[1])
    parts = [
        Markup('<rect class="step {}" x="{}" y="{}" width="{}" height="{}" rx="9"/>').format(
            kind, _LEFT, y, _WIDE, _TALL
        ),
        Markup('<rect class="edge {}" x="{}" y="{}" width="6" height="{}" rx="3"/>').format(kind, _LEFT, y, _TALL),
        _text(title, _LEFT + 18, y + 20, "verb", 30),
        Markup('<text class="number" x="{}" y="{}">{}</text>').format(_LEFT + _WIDE - 12, y + 20, step.number),
        _lines(step.sentence, _LEFT + 18, y + 40),
    ]
    if ran is not None:
        tall = round((_TALL - 10) * ran.rows / most, 1) if most else 0.0
        parts += [
            Markup('<text class="rows" x="{}" y="{}">{}</text>').format(_LEFT - 20, y + 34, number(ran.rows)),
            _text(("行", "rows"), _LEFT - 20, y + 52, "unit", 8),
            Markup('<rect class="level" x="{}" y="{}" width="5" height="{}" rx="2"/>').format(
                _LEFT - 12, y + _TALL - 5 - tall, tall
            ),
            *_sides(ran, y),
        ]
    return Markup("<g>{}</g>").format(Markup("").join(parts))


def _sides(ran: FunnelStep, y: float) -> Iterable[Markup]:
    """What the step set apart, each with its number."""
    apart = [
        ("drop", ran.excluded, ("排除", "excluded")),
        ("unknown", ran.unknown, ("不明", "unknown")),
        ("open", ran.inconclusive, ("未能判定", "inconclusive")),
        ("error", ran.errors, ("出错", "errors")),
    ]
    x, at = _LEFT + _WIDE + 24, 0
    for style, count, word in apart:
        if not count:
            continue
        middle = y + 15 + at * 22
        yield Markup('<path class="branch" d="M{} {}H{}"/>').format(_LEFT + _WIDE, middle, x)
        yield Markup('<circle class="dot {}" cx="{}" cy="{}" r="4.5"/>').format(style, x + 4, middle)
        yield _text((f"{word[0]} {number(count)}", f"{number(count)} {word[1]}"), x + 14, middle + 4, "apart", 30)
        at += 1
    zh, _, en = ran.reason.partition(" / ")
    if ran.reason and at:
        yield _text((fitted(zh, 44), fitted(en or zh, 44)), x + 14, y + 19 + at * 22, "why", 44)


def _text(words: tuple[str, str], x: float, y: float, style: str, room: float) -> Markup:
    if words[0] == words[1]:
        return Markup('<text class="{}" x="{}" y="{}">{}</text>').format(style, x, y, fitted(words[0], room))
    return Markup("").join(
        Markup('<text class="t {}" lang="{}" x="{}" y="{}">{}</text>').format(style, language, x, y, fitted(said, room))
        for language, said in zip(("zh", "en"), words, strict=True)
    )


def _lines(sentence: Sentence, x: float, y: float) -> Markup:
    """The sentence on two lines, in both languages; the whole of it stands in the list below, and as a title."""
    found = []
    for language, said in (("zh", sentence.zh), ("en", sentence.en)):
        first, rest = _broken(said, _ROOM)
        spans = Markup('<tspan x="{}" dy="0">{}</tspan>').format(x, first)
        spans += Markup('<tspan x="{}" dy="18">{}</tspan>').format(x, fitted(rest, _ROOM)) if rest else Markup("")
        found.append(
            Markup('<text class="t say" lang="{}" x="{}" y="{}">{}<title>{}</title></text>').format(
                language, x, y, spans, said
            )
        )
    return Markup("").join(found)


def _broken(text: str, room: float) -> tuple[str, str]:
    """The text cut in two where the first part fits; between words where there are any."""
    if width(text) <= room:
        return text, ""
    taken, cut = 0.0, 0
    for at, letter in enumerate(text):
        taken += width(letter)
        if taken > room:
            break
        cut = at + 1
    space = text.rfind(" ", cut - 14, cut)
    end = space + 1 if space > 0 else cut
    return text[:end].rstrip(), text[end:].lstrip()
