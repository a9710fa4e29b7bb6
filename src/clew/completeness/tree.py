"""Regions as a tree of code prefixes: counties in cities in provinces, as far as something is certified for them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

LEVELS = (2, 4, 6)
"""Digits of a province, a city and a county (GB/T 2260)."""


@dataclass(frozen=True)
class Tree:
    """``leaves`` are the regions that rows name; ``under`` gives the leaves below each node, the node itself included.

    ``nodes`` come longest code first, so that what lies below is judged before what lies above.
    """

    leaves: tuple[str, ...] = ()
    under: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def nodes(self) -> Iterator[str]:
        """Every node, the smallest regions first."""
        yield from sorted(self.under, key=lambda code: (-len(code), code))


def tree(regions: Collection[str], certified: Collection[str]) -> Tree:
    """The tree over the regions of rows, from each certified region down."""
    under: dict[str, set[str]] = {}
    leaves = []
    for leaf in sorted(regions):
        roots = [root for root in certified if leaf.startswith(root)]
        if not roots:
            continue
        leaves.append(leaf)
        top = min(map(len, roots))
        lengths = {len(leaf), *(len(root) for root in roots), *(one for one in LEVELS if top <= one <= len(leaf))}
        for length in lengths:
            under.setdefault(leaf[:length], set()).add(leaf)
    return Tree(tuple(leaves), {node: tuple(sorted(found)) for node, found in sorted(under.items())})


def above(regions: Collection[str]) -> set[str]:
    """The whole, and provinces and cities, of which parts are certified by themselves.

    A month that is missing everywhere may be too small to tell in each part, and plain in all of them together.
    """
    return {one[:length] for one in regions for length in (0, *LEVELS) if length < len(one)}


def merged_upward(flagged: Collection[str], found: Tree, rows: Mapping[str, int]) -> set[str]:
    """A region stands for all its flagged parts when nothing else of it holds a row; only the shortest codes stay."""
    kept = set(flagged)
    for node in found.nodes:
        parts = {part for part in kept if part != node and part.startswith(node)}
        if node not in kept and parts:
            rest = [leaf for leaf in found.under[node] if not any(leaf.startswith(part) for part in parts)]
            if not rest or (len(parts) > 1 and not any(rows.get(leaf, 0) for leaf in rest)):
                kept.add(node)
        if node in kept:
            kept -= parts
    return kept
