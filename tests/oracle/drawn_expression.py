"""Random expressions for the oracle over the columns that are there."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from random import Random

from tests.oracle import expression as ex
from tests.oracle.drawn_world import AS_OF, CELLS, DAYS
from tests.oracle.expression import Expression, Length

LENGTHS = (
    Length("days", 1, "day"), Length("month", 1, "month"), Length("months", 1, "month", rounding="up"),
    Length("working", 1, "day", counting="working"), Length("fortnight", 14, "day"),
)  # fmt: skip
OF_MOMENTS = (Length("days", 1, "day"), Length("hours", 36, "hour"), Length("minutes", 90, "minute"))


@dataclass
class Expressions:
    """Draws expressions over ``columns``: name -> kind."""

    random: Random
    columns: dict[str, str] = field(default_factory=dict)

    def pick(self, *kinds: str, own: dict[str, str] | None = None) -> Expression | None:
        names = [name for name, kind in (own or self.columns).items() if kind in kinds]
        if not names:
            return None
        name = self.random.choice(names)
        return ex.column(name, (own or self.columns)[name])

    def number(self) -> Expression:
        one = self.pick("int", "money")
        if one is None or self.random.random() < 0.1:
            return ex.literal(self.random.choice([0, 1, 2, 5, 5.5]), "money")
        if (moment := self.pick("moment")) is not None and self.random.random() < 0.1:
            last = self.pick("moment") or moment
            return ex.strict(f"minutes_between({moment.text}, {last.text})", "int", ex.minutes_between, moment, last)
        match self.random.randint(0, 6):
            case 0:
                return ex.coalesce(one, ex.literal(0, one.kind))
            case 1:
                other = self.pick("int", "money")
                return ex.arithmetic(one, self.random.choice("+-*"), other or one)
            case 2:
                return ex.quotient(one, self.pick("int", "money") or one)
            case _:
                return one

    def day(self) -> Expression:
        one = self.pick("date")
        if (moment := self.pick("moment")) is not None and self.random.random() < 0.15:
            return ex.strict(f"date_of({moment.text})", "date", datetime.date, moment)
        if one is None or self.random.random() < 0.2:
            return ex.day_of_screening(AS_OF)
        match self.random.randint(0, 6):
            case 0:
                return ex.moved(one, self.random.choice("+-"), self.random.choice(LENGTHS))
            case 1:
                return ex.deadline(one, self.random.choice(LENGTHS))
            case 2:
                return ex.strict(f"month_end({one.text})", "date", ex.month_end, one)
            case 3:
                return ex.coalesce(one, ex.day_of_screening(AS_OF))
            case _:
                return one

    def condition(self, depth: int = 0) -> Expression:
        if depth < 2 and self.random.random() < 0.35:
            left, right = self.condition(depth + 1), self.condition(depth + 1)
            if self.random.random() < 0.3:
                return ex.negation(left)
            return self.random.choice([ex.conjunction, ex.disjunction])(left, right)
        one = self.pick("text", "int", "money", "date", "flag", "moment")
        if one is None:
            return ex.compare(ex.day_of_screening(AS_OF), ">", ex.literal(date(2026, 1, 1), "date"))
        if self.random.random() < 0.15:
            return ex.is_null(one, no=self.random.random() < 0.5)
        if one.kind == "flag":
            return one
        sign = self.random.choice(ex.SIGNS)
        if one.kind == "moment":
            return ex.compare(one, sign, self.pick("moment") or one)
        if one.kind == "date":
            return ex.compare(
                self.day(), sign, self.random.choice([self.day(), ex.literal(self.random.choice(DAYS), "date")])
            )
        if one.kind == "text":
            last = one.text.split(".")[-1]
            values = [ex.literal(value, "text") for value in CELLS.get(last, ["x", "y"]) if value]
            if self.random.random() < 0.3:
                return ex.among(one, values[:2])
            return ex.compare(one, self.random.choice(["=", "<>"]), self.random.choice(values))
        value = self.number()
        if self.random.random() < 0.2:
            return ex.between(value, ex.literal(1, "int"), ex.literal(5, "int"))
        return ex.compare(
            value, sign, self.random.choice([self.number(), ex.literal(self.random.choice([1, 2, 5]), "int")])
        )

    def chosen(self) -> Expression:
        return ex.case(self.condition(), ex.literal(1, "int"), ex.literal(2, "int"))
