"""One rule with one set of parameters: what a screening runs once, however many models ask for it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from clew.rules.library import Library
from clew.rules.model import Rule
from clew.supervision.model import Model, Use


@dataclass(frozen=True)
class Variant:
    """A rule and the parameters that a model sets differently from the rule's own."""

    rule: str
    overrides: tuple[tuple[str, Decimal], ...] = ()

    @property
    def name(self) -> str:
        """'' for the rule as written, else its differing parameters: 'grace=2, min_amount=500'."""
        return ", ".join(f"{name}={value.normalize():f}" for name, value in self.overrides)

    def __str__(self) -> str:
        return f"{self.rule} ({self.name})" if self.overrides else self.rule

    @property
    def order(self) -> tuple[str, str]:
        """Sorts variants by rule, the rule as written first."""
        return self.rule, self.name


def variant_of(use: Use, rule: Rule) -> Variant:
    """The variant a model uses; an override that says what the rule says is none."""
    own = {name: parameter.quantity.value for name, parameter in rule.parameters.items()}
    differing = {name: value for name, value in use.overrides.items() if value != own.get(name)}
    return Variant(rule.id, tuple(sorted(differing.items())))


def variants_of(models: Iterable[Model], library: Library) -> Mapping[str, Mapping[str, Variant]]:
    """Per model, the variant of each rule it uses."""
    return {
        model.id: {use.rule.value: variant_of(use, library.rules[use.rule.value]) for use in model.uses}
        for model in models
    }
