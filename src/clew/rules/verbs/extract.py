"""``extract``: facts from text, each with its place in the text and the text's hash. Two values that differ decide
nothing: the subject is INCONCLUSIVE, and so it is where a passage cannot be read for certain.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from sqlglot import exp

from clew.contracts.pattern import PatternError
from clew.plan import Sentence, Side, Type
from clew.problems import did_you_mean
from clew.quantities import UNITS
from clew.rules.draft import Draft
from clew.rules.frame import Frame
from clew.rules.model import Step
from clew.rules.shape import chosen
from clew.rules.sides import answered, undecided_side
from clew.rules.text_kinds import KINDS, NUMBER, TEXT, TextKind, placed
from clew.rules.text_pattern import three_groups
from clew.rules.trees import both, call, column, named, null, select, text
from clew.rules.trees import number as whole
from clew.rules.verbs.verb import Shape, Verb
from clew.yaml_file import Node

TAKE = ("one", "first", "last")
PATTERN = {"kind": False, "pattern": False, "after": False, "unit": False, "take": False}
SPAN = ("_start", "_end")
SEVERAL = "'{}' stands in the text with different values / 文本中“{}”有不同的值"
UNSURE = "a passage for '{}' cannot be read for certain / 文本中“{}”的表述不能确定其值"


@dataclass(frozen=True)
class Fact:
    """What is looked for under one name. ``words`` of a dictionary, and what each means."""

    name: str
    kind: TextKind
    take: str = "one"
    half_width: bool = True
    words: Sequence[tuple[str, str]] = ()
    said: tuple[str, str] = ("", "")

    @property
    def columns(self) -> dict[str, Type]:
        """The columns it adds."""
        return {self.name: self.kind.type, **{f"{self.name}{end}": Type.INTEGER for end in SPAN}}

    def part(self, name: str) -> str:
        """A column that is used on the way."""
        return f"?{self.name}.{name}"


def _apply(draft: Draft, frame: Frame, step: Step, number: str) -> Frame:
    of = _text_column(draft, frame, step)
    facts = list(_facts(draft, step))
    added = {name: kind for fact in facts for name, kind in fact.columns.items()}
    for fact in facts:
        place = step.subject.key_place("patterns" if step.subject.get("patterns") is not None else "dictionary")
        for name in fact.columns:
            draft.new_name(name, place, frame.columns)
        if fact.words:
            draft.made[fact.name] = tuple(dict.fromkeys(meant for _, meant in fact.words))
    wanted = set(names(step))
    if of is None or wanted - set(added):
        return replace(frame, unknown=frame.unknown | wanted)
    hashed = _hash_name(of)
    if hashed not in frame.columns and draft.new_name(hashed, step.place, frame.columns):
        added[hashed] = Type.TEXT
    draft.close(frame)
    read = _read(draft, frame, facts, of, hashed if hashed in added else "", number)
    kept = replace(
        frame,
        relation=number,
        base=number,
        marks=(),
        columns=draft.lasting({**frame.columns, **added}),
        origins={**frame.origins, **dict.fromkeys(added, frame.aliases_of(of))},
    )
    certain = [exp.Not(this=column(fact.part(doubt))) for fact in facts for doubt in ("unsure", "several")]
    draft.add(number, select(kept.everything(), read, both(certain)), kept.columns, materialise=True)
    draft.step(
        number, "extract", lambda: _sentence(draft, of, facts), *_undecided(draft, frame, facts, of, read, number)
    )
    return kept


def names(step: Step) -> Iterator[str]:
    """The columns of a step, as far as they can be told from its keys."""
    for option in ("patterns", "dictionary"):
        node = step.subject.get(option)
        for name, _ in node.items() if node is not None and node.is_mapping else ():
            yield from (name, *(f"{name}{end}" for end in SPAN))


def _hash_name(of: str) -> str:
    return f"{of.rpartition('.')[2]}_hash"


def _text_column(draft: Draft, frame: Frame, step: Step) -> str | None:
    node = step.subject.get("of")
    name = draft.name_column(node, frame) if node is not None else None
    if name is not None and node is not None and frame.columns[name] is not Type.TEXT:
        draft.problems.error(node.place, "E304", f"'{node.text}' must be text, to have facts read from it")
        return None
    return name


def _facts(draft: Draft, step: Step) -> Iterator[Fact]:
    patterns, dictionary = step.subject.get("patterns"), step.subject.get("dictionary")
    if patterns is None and dictionary is None:
        draft.problems.error(
            step.place,
            "E102",
            "'extract' has neither 'patterns' nor 'dictionary'",
            "say what is looked for: patterns: {fine: {kind: money}}",
        )
    for name, node in patterns.items() if patterns is not None else ():
        fact = _pattern(draft, name, node)
        if fact is not None:
            yield fact
    for name, node in dictionary.items() if dictionary is not None else ():
        yield _dictionary(name, node)


def _pattern(draft: Draft, name: str, node: Node) -> Fact | None:
    kind, pattern, after, unit, take = (node.get(key) for key in PATTERN)
    taken = chosen(take, TAKE, "one")
    if (kind is None) == (pattern is None):
        draft.problems.error(
            node.place,
            "E102",
            f"'{name}' must have either a 'kind' or a 'pattern'",
            f"kinds are: {', '.join(KINDS)}; a pattern captures the value in round brackets",
        )
        return None
    for key, needs, has in (("after", "kind", kind), ("unit", "pattern", pattern)):
        if node.get(key) is not None and has is None:
            draft.problems.error(node.key_place(key), "E111", f"'{key}' goes with '{needs}' alone", f"take '{key}' out")
            return None
    if pattern is not None:
        return _own_pattern(draft, name, pattern, unit, taken)
    if kind is None or kind.text not in KINDS:
        return None
    word = after.text.strip() if after is not None else ""
    if kind.text == "party" and not word:
        draft.problems.error(
            node.place, "E102", f"'{name}' does not say whose name it is", "write the word before it: after: 原告"
        )
        return None
    found = placed(kind.text, word)
    zh, en = (f"“{word}”之后的", f" after '{word}'") if word else ("", "")
    return Fact(name, found, taken, said=(f"{zh}{found.zh}", f"{found.en}{en}"))


def _own_pattern(draft: Draft, name: str, pattern: Node, unit: Node | None, take: str) -> Fact | None:
    if unit is not None and unit.text not in UNITS:
        draft.problems.error(unit.place, "E105", f"the unit '{unit.text}' is not known", did_you_mean(unit.text, UNITS))
        return None
    try:
        form = three_groups(pattern.text)
    except PatternError as fault:
        draft.problems.error(
            pattern.place,
            "E307",
            f"the pattern of '{name}' is not taken: {fault}",
            "patterns are RE2 with one captured value: 案号：([^，。]+)",
        )
        return None
    kind = replace(NUMBER if unit is not None else TEXT, form=form)
    said = (f"{kind.zh}（{unit.text}）", f"{kind.en} ({unit.text})") if unit is not None else (kind.zh, kind.en)
    return Fact(name, kind, take, half_width=False, said=said)


def _dictionary(name: str, node: Node) -> Fact:
    """Longer words first: of two that begin alike the longer one is meant."""
    words = sorted(((word, meant.text) for word, meant in node.items()), key=lambda one: (-len(one[0]), one[0]))
    form = "|".join(re.escape(word) for word, _ in words)
    shown = [word for word, _ in words][:5]
    more = len(words) > len(shown)
    return Fact(
        name,
        replace(TEXT, form=f"()({form})()"),
        half_width=False,
        words=words,
        said=(
            f"词语（{'、'.join(shown)}{'等' if more else ''}）",
            f"words ({', '.join(shown)}{', …' if more else ''})",
        ),
    )


def _read(draft: Draft, frame: Frame, facts: Sequence[Fact], of: str, hashed: str, number: str) -> str:
    """Relations, one after another: the text in pieces, the places of passages, their values, and what is certain."""
    columns = [one.name for one in replace(frame, columns=draft.lasting(frame.columns)).everything()]
    carried = list(dict.fromkeys(columns))
    answer = [name for one in answered(draft, frame) for part in one.find_all(exp.Column) for name in [part.name]]
    carried = list(dict.fromkeys((*carried, *answer)))
    extra = [named(call("clew_sha256", column(of)), hashed)] if hashed else []
    half = call("clew_half_width", column(of))
    pieces = [
        named(call("clew_pieces", half if fact.half_width else column(of), text(fact.kind.form)), fact.part("pieces"))
        for fact in facts
    ]
    cut = draft.add(
        f"{number}.pieces", select([*map(column, carried), *extra, *pieces], frame.relation), {}, materialise=True
    )
    carried = [*carried, *([hashed] if hashed else []), *(fact.part("pieces") for fact in facts)]
    places = [named(_places(fact), fact.part("places")) for fact in facts]
    found = draft.add(f"{number}.places", select([*map(column, carried), *places], cut), {}, materialise=True)
    carried = [*carried, *(fact.part("places") for fact in facts)]
    values = [named(_values(fact), fact.part("values")) for fact in facts]
    read = draft.add(f"{number}.values", select([*map(column, carried), *values], found), {}, materialise=True)
    carried = [name for name in carried if not name.endswith((".pieces", ".places"))]
    last = [one for fact in facts for one in _answer(fact)]
    return draft.add(f"{number}.read", select([*map(column, carried), *last], read), {}, materialise=True)


def _places(fact: Fact) -> exp.Expr:
    kind, pieces = fact.kind, column(fact.part("pieces"))
    if kind.bare:
        return call("clew_passages_after", pieces, text(kind.drop), text(kind.bare))
    return call("clew_passages", pieces, text(kind.drop))


def _values(fact: Fact) -> exp.Expr:
    pieces, places = column(fact.part("pieces")), column(fact.part("places"))
    if fact.words:
        words, meant = (exp.Array(expressions=[text(one[at]) for one in fact.words]) for at in (0, 1))
        return call("clew_read_word", pieces, places, words, meant)
    return call(fact.kind.read, pieces, places)


def _answer(fact: Fact) -> list[exp.Expr]:
    """Value, span, and what speaks against it: with ``one`` any passage, else the one taken alone."""
    values, places, pieces = (column(fact.part(name)) for name in ("values", "places", "pieces"))
    at = whole(-1) if fact.take == "last" else whole(1)
    place = call("list_extract", places, at)
    only = values if fact.take == "one" else call("list_slice", values, at, at)
    return [
        named(call("list_extract", values, at), fact.name),
        named(call("clew_start_of", pieces, place), f"{fact.name}{SPAN[0]}"),
        named(call("clew_end_of", pieces, place), f"{fact.name}{SPAN[1]}"),
        named(call("clew_unread", only), fact.part("unsure")),
        named(call("clew_differ", only), fact.part("several")),
    ]


def _undecided(draft: Draft, frame: Frame, facts: Sequence[Fact], of: str, read: str, number: str) -> list[Side]:
    """Per fact: subjects whose text has several values, and those with a passage that cannot be read."""
    alias = next((one for one in (*sorted(frame.aliases_of(of)), *frame.rows) if one in draft.contracts), "")
    dataset = draft.contracts[alias].dataset if alias else ""
    nowhen = (null(Type.DATE), null(Type.DATE))
    sides = []
    for fact in facts:
        several, unsure = (column(fact.part(name)) for name in ("several", "unsure"))
        for name, condition, reason in (
            ("several", several, SEVERAL),
            ("unsure", both([unsure, exp.Not(this=several)]), UNSURE),
        ):
            sides.append(
                undecided_side(
                    draft,
                    f"{number}.{fact.name}.{name}",
                    read,
                    frame,
                    dataset,
                    null(Type.TEXT),
                    nowhen,
                    condition,
                    reason.format(fact.name, draft.wording.name(fact.name)),
                )
            )
    return sides


def _sentence(draft: Draft, of: str, facts: Sequence[Fact]) -> Sentence:
    said = draft.wording
    zh = "、".join(f"{said.name(fact.name)}（{fact.said[0]}）" for fact in facts)
    en = ", ".join(f"{fact.name} ({fact.said[1]})" for fact in facts)
    return Sentence(
        f"从{said.chinese(of)}中提取{zh}，并记下所在位置；同一文本中有不同的值或表述不确定的，不下结论。",
        f"Read {en} from {of}, with the place in the text; different or uncertain values in one text decide nothing.",
    )


EXTRACT = Verb(
    "extract",
    "文本提取",
    Shape.MAPPING,
    _apply,
    options={},
    inner={"of": True, "patterns": False, "dictionary": False},
    each={"patterns": PATTERN},
    words=("dictionary",),
    choices={"take": TAKE, "kind": tuple(KINDS)},
    names=names,
)
