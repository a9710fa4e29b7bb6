"""``link``: rows that hang together by shared values, as rings. What a value may join is limited, and said."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from sqlglot import exp

from clew.plan import Role, Sentence, Side, Type
from clew.rules.draft import Draft
from clew.rules.frame import Count, Frame, Mark
from clew.rules.held_sharers import in_doubt
from clew.rules.model import Step
from clew.rules.rings import ADDED, HOPS, rings
from clew.rules.shared_values import Kind, Linking, cut_values
from clew.rules.trees import both, not_null, select, text
from clew.rules.verbs.verb import Shape, Verb
from clew.yaml_file import Node


def _apply(draft: Draft, frame: Frame, step: Step, number: str) -> Frame:
    added = dict(ADDED) | ({HOPS: Type.INTEGER} if "seeds" in step.options else {})
    for name in added:
        draft.new_name(name, step.place, frame.columns)
    linking = _linking(draft, frame, step)
    if linking is None:
        return replace(frame, unknown=frame.unknown | set(added))
    known = exp.Case(ifs=[exp.If(this=linking.known, true=exp.true())])
    draft.close(frame.marked(frame.relation, Mark(number, Count.KNOWN, known)))
    names = [one.name for one in replace(frame, columns=draft.lasting(frame.columns)).everything()]
    alias = next((one for one, listed in frame.rows.items() if not listed), "")
    members = rings(draft, number, frame, tuple(names), linking, alias)
    doubt = in_doubt(draft, number, frame, linking)
    kept = replace(
        frame,
        relation=number,
        base=number,
        marks=(),
        columns={**draft.lasting({**frame.columns, **added})},
        origins={**frame.origins, **dict.fromkeys(added, frozenset(frame.rows))},
    )
    draft.add(number, select(kept.everything(), members), kept.columns, materialise=True)
    draft.step(number, "link", lambda: _sentence(draft, step), *_cuts(draft, number, linking, frame, alias), *doubt)
    return kept


def _cuts(draft: Draft, number: str, linking: Linking, frame: Frame, alias: str) -> list[Side]:
    """The values that join too many, each with the rows that have it: listed, and joining nobody."""
    if not alias:
        return []
    sides = []
    for kind in linking.kinds:
        name = draft.add(
            f"{number}.cut.{kind.name}",
            cut_values(number, kind, frame, alias),
            {"subject": Type.TEXT, "rows": Type.LIST, "alias": Type.TEXT},
        )
        reason = (
            f"'{kind.name}' shared by more than the hub limit joins nobody / 共用“{kind.name}”者超过上限，不作为关联"
        )
        sides.append(Side(Role.EXCLUDED, name, reason, "hub_limit"))
    return sides


def _linking(draft: Draft, frame: Frame, step: Step) -> Linking | None:
    node = draft.expression(step.subject, frame.columns, frame.unknown)
    same = step.options["same"]
    kinds = [_kind(draft, frame, name, entry, same) for name, entry in same.items()]
    limit = _constant(draft, step, "hub_limit")
    least = _constant(draft, step, "min_link")
    hops = _constant(draft, step, "hops") if "hops" in step.options else None
    seeds = None
    if "seeds" in step.options:
        seeds = draft.expression(step.options["seeds"], frame.columns, frame.unknown, expect=Type.BOOLEAN)
    elif hops is not None:
        draft.problems.error(
            step.option_places.get("hops", step.place),
            "E102",
            "'hops' counts links from seeds, and there are none",
            "add seeds: <the condition of the rows to start from>",
        )
        return None
    found = [kind for kind in kinds if kind is not None]
    if node is None or len(found) < len(kinds) or not found or limit is None or least is None:
        return None
    if ("seeds" in step.options and seeds is None) or ("hops" in step.options and hops is None):
        return None
    filled = [exp.GTE(this=node.tree, expression=text("!"))] if node.type is Type.TEXT else []
    known = both([not_null(node.tree), *filled])
    once = bool(node.name) and draft.tells_rows(node.name, frame)
    return Linking(node.tree, known, tuple(found), limit, least, seeds.tree if seeds else None, hops, once)


def _kind(draft: Draft, frame: Frame, name: str, entry: Node, same: Node) -> Kind | None:
    of, weight = entry.get("of"), entry.get("weight")
    if of is None or weight is None or not draft.new_name(name, same.key_place(name), ()):
        return None
    typed = draft.expression(of, frame.columns, frame.unknown)
    share = draft.expression(weight, {}, frozenset(), expect=Type.DECIMAL)
    if isinstance(weight.value, int | Decimal) and not 0 < weight.value <= 1:
        draft.problems.error(
            weight.place, "E107", f"the weight {weight.text} is not between 0 and 1", "1: sharing it alone says all"
        )
        return None
    return Kind(name, typed.tree, typed.type, share.tree) if typed is not None and share is not None else None


def _constant(draft: Draft, step: Step, option: str) -> exp.Expr | None:
    """A number that no row changes: written out, or a parameter."""
    typed = draft.expression(step.options[option], {}, frozenset(), expect=Type.DECIMAL)
    return typed.tree if typed is not None else None


def _sentence(draft: Draft, step: Step) -> Sentence:
    said = draft.wording
    kinds = [(name, entry.get("of"), entry.get("weight")) for name, entry in step.options["same"].items()]
    zh = "、".join(f"{said.chinese(of.text)}（{weight.text}）" for _, of, weight in kinds if of and weight)
    en = ", ".join(f"{of.text} ({weight.text})" for _, of, weight in kinds if of and weight)
    limit, least = step.options["hub_limit"].text, step.options["min_link"].text
    node = step.subject.text
    seed_zh = seed_en = ""
    if "seeds" in step.options:
        seeds = step.options["seeds"].text
        hops = step.options["hops"].text if "hops" in step.options else ""
        within_zh = f"{said.chinese(hops)}层之内" if hops else ""
        within_en = f" within {said.english(hops)} links" if hops else ""
        seed_zh = f"，仅取与{said.chinese(seeds)}者{within_zh}相连的"
        seed_en = f", those{within_en} linked to rows where {said.english(seeds)}"
    return Sentence(
        f"按共用的{zh}把{said.chinese(node)}连成团伙，两两关联强度不低于{said.chinese(least)}，"
        f"共用者超过{said.chinese(limit)}的值不计{seed_zh}。",
        f"Join {said.english(node)} into rings by shared {en}, pairs of at least {said.english(least)}; a value shared "
        f"by more than {said.english(limit)} joins nobody{seed_en}.",
    )


LINK = Verb(
    "link",
    "关联成团",
    Shape.EXPRESSION,
    _apply,
    inner={},
    options={"same": True, "hub_limit": True, "min_link": True, "seeds": False, "hops": False},
    adds=(*ADDED, HOPS),
    each={"same": {"of": True, "weight": True}},
)
