"""The function table: every name an expression may call, what it takes, what it gives, and the tree it becomes.

A function of Clew's own becomes ``clew_<name>(...)``; engines define those (DuckDB: macros), and
:mod:`clew.rules.evaluate` computes them in Python, so that one meaning is tested against the other.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlglot import exp

from clew.plan import Type
from clew.quantities import Quantity, Rounding
from clew.rules.trees import cast
from clew.working_days import WorkingDays


@dataclass(frozen=True)
class Piece:
    """A typed part of an expression. A duration has no tree: it is a ``quantity`` that date functions take in.

    ``name`` is the column's name when the piece is a bare column; ``constant`` is text written as a literal.
    ``unit`` is what a number measures, '' where that is not known.
    """

    type: Type
    tree: exp.Expr
    quantity: Quantity | None = None
    name: str = ""
    constant: str | None = None
    unit: str = ""


@dataclass(frozen=True)
class Kind:
    """What an argument may be: a set of types and the words for it."""

    words: str
    types: frozenset[Type]


TEXT = Kind("text", frozenset({Type.TEXT}))
NUMBER = Kind("a number", frozenset({Type.INTEGER, Type.DECIMAL}))
BOOLEAN = Kind("a condition", frozenset({Type.BOOLEAN}))
DATE = Kind("a date", frozenset({Type.DATE}))
TIMESTAMP = Kind("a date and time", frozenset({Type.TIMESTAMP}))
DURATION = Kind("a parameter in days, months or years", frozenset({Type.DURATION}))
ORDERED = Kind(
    "a number, a date or text", frozenset({Type.INTEGER, Type.DECIMAL, Type.DATE, Type.TIMESTAMP, Type.TEXT})
)
ANY = Kind("a value", ORDERED.types | {Type.BOOLEAN})
SHARE = Kind("a share from 0 to 1", frozenset({Type.INTEGER, Type.DECIMAL}))
DIGITS = Kind("a whole number from 0 to 6", frozenset({Type.INTEGER}))
ROWS = Kind("*", frozenset())

Tree = Callable[[Sequence[Piece]], exp.Expr]
Result = Type | Callable[[Sequence[Type]], Type]


@dataclass(frozen=True)
class Function:
    """One function. ``repeats`` lets the last argument stand any number of times; ``least`` is the fewest arguments.

    Where a kind of ``takes`` allows several types and ``alike`` is set, all arguments must be of one type.
    """

    name: str
    takes: tuple[Kind, ...]
    gives: Result
    tree: Tree
    en: str
    zh: str
    aggregate: bool = False
    repeats: bool = False
    alike: bool = False
    least: int | None = None

    @property
    def signature(self) -> str:
        """How it is written, for help lines."""
        return f"{self.name}({', '.join(kind.words for kind in self.takes)}{', ...' if self.repeats else ''})"


def own(name: str, *arguments: exp.Expr) -> exp.Expr:
    """A call of one of Clew's own functions, defined per engine."""
    return exp.Anonymous(this=f"clew_{name}", expressions=list(arguments))


def moved(day: exp.Expr, duration: Quantity, direction: int, *, counted: int = 0) -> exp.Expr:
    """``day`` moved by a duration; ``counted`` is 1 when the first day itself counts (days only)."""
    whole = int(duration.value)
    if duration.unit == "day":
        days = _whole(direction * (whole - counted))
        return (
            _moved_working(day, days, duration.working)
            if duration.counting == "working"
            else own("add_days", day, days)
        )
    months = direction * whole * (12 if duration.unit == "year" else 1)
    rounding = duration.rounding or Rounding.DOWN
    return own("add_months", day, _whole(months), exp.Literal.string(rounding.value))


def _moved_working(day: exp.Expr, days: exp.Expr, working: WorkingDays) -> exp.Expr:
    """By Mondays to Fridays, or as the years say whose notice is known."""
    if not working.years:
        return own("add_working_days", day, days)
    first, counts, offsets = working.listed
    start = cast(exp.Literal.string(first.isoformat()), "date")
    lists = (exp.Literal.string(",".join(map(str, one))) for one in (counts, offsets))
    return own("add_known_working_days", day, days, start, *lists)


def _whole(number: int) -> exp.Expr:
    literal = exp.Literal.number(abs(number))
    return exp.Neg(this=literal) if number < 0 else literal


def _simple(name: str) -> Tree:
    return lambda pieces: own(name, *(piece.tree for piece in pieces))


def _cast(name: str, tree: exp.Expr) -> exp.Expr:
    return cast(tree, name)


def _deadline(pieces: Sequence[Piece]) -> exp.Expr:
    day, duration = pieces[0].tree, pieces[1].quantity
    if duration is None:
        raise TypeError("deadline takes a duration")
    return moved(day, duration, 1, counted=int(duration.start == "same_day" and duration.unit == "day"))


def _count(pieces: Sequence[Piece]) -> exp.Expr:
    return exp.Count(this=pieces[0].tree)


def _count_distinct(pieces: Sequence[Piece]) -> exp.Expr:
    return exp.Count(this=exp.Distinct(expressions=[pieces[0].tree]))


def _count_if(pieces: Sequence[Piece]) -> exp.Expr:
    return exp.Filter(this=exp.Count(this=exp.Star()), expression=exp.Where(this=pieces[0].tree))


def _sum(pieces: Sequence[Piece]) -> exp.Expr:
    total = exp.Sum(this=pieces[0].tree)
    return _cast("bigint", total) if pieces[0].type is Type.INTEGER else total


def _avg(pieces: Sequence[Piece]) -> exp.Expr:
    return own("divide", exp.Sum(this=pieces[0].tree), exp.Count(this=pieces[0].tree))


def _share(pieces: Sequence[Piece]) -> exp.Expr:
    return own("divide", _count_if(pieces), exp.Count(this=pieces[0].tree))


def _round(pieces: Sequence[Piece]) -> exp.Expr:
    digits = pieces[1].tree if len(pieces) > 1 else exp.Literal.number(0)
    return exp.Round(this=_cast("decimal(38, 6)", pieces[0].tree), decimals=digits)


def _variadic(node: type[exp.Expr]) -> Tree:
    return lambda pieces: node(this=pieces[0].tree, expressions=[piece.tree for piece in pieces[1:]])


def _wider(types: Sequence[Type]) -> Type:
    known = [kind for kind in types if kind is not Type.NULL]
    if not known:
        return Type.NULL
    return Type.DECIMAL if Type.DECIMAL in known else known[0]


_ENTRIES = (
    Function("month_end", (DATE,), Type.DATE, _simple("month_end"), "last day of the month", "当月最后一天"),
    Function("month_start", (DATE,), Type.DATE, _simple("month_start"), "first day of the month", "当月第一天"),
    Function(
        "deadline", (DATE, DURATION), Type.DATE, _deadline, "last day of a period that begins on a date", "期限届满日"
    ),
    Function(
        "days_between",
        (DATE, DATE),
        Type.INTEGER,
        _simple("days_between"),
        "days from the first date to the second",
        "相隔天数",
    ),
    Function(
        "months_between",
        (DATE, DATE),
        Type.INTEGER,
        _simple("months_between"),
        "complete months from the first date to the second",
        "相隔整月数",
    ),
    Function(
        "age_at",
        (DATE, DATE),
        Type.INTEGER,
        _simple("age_at"),
        "completed years of age of a person born on the first date, on the second",
        "周岁",
    ),
    Function(
        "criminal_age",
        (DATE, DATE),
        Type.INTEGER,
        _simple("criminal_age"),
        "completed years of age in criminal law, each reached on the day after the birthday",
        "刑事周岁（自生日次日起算）",
    ),
    Function("year", (DATE,), Type.INTEGER, _simple("year"), "the year of a date", "年份"),
    Function("month", (DATE,), Type.INTEGER, _simple("month"), "the month of a date, 1 to 12", "月份"),
    Function("day", (DATE,), Type.INTEGER, _simple("day"), "the day of the month, 1 to 31", "日"),
    Function("weekday", (DATE,), Type.INTEGER, _simple("weekday"), "1 Monday to 7 Sunday", "星期几"),
    Function("date_of", (TIMESTAMP,), Type.DATE, _simple("date_of"), "the date of a date and time", "日期部分"),
    Function(
        "days_elapsed",
        (TIMESTAMP, TIMESTAMP),
        Type.INTEGER,
        _simple("days_elapsed"),
        "complete days of 24 hours from the first moment to the second",
        "经过的整天数",
    ),
    Function(
        "minutes_between",
        (TIMESTAMP, TIMESTAMP),
        Type.INTEGER,
        _simple("minutes_between"),
        "complete minutes from the first moment to the second",
        "相隔分钟数",
    ),
    Function("count", (ANY,), Type.INTEGER, _count, "rows, or rows with a value", "计数", aggregate=True),
    Function("count_distinct", (ANY,), Type.INTEGER, _count_distinct, "different values", "去重计数", aggregate=True),
    Function(
        "count_if",
        (BOOLEAN,),
        Type.INTEGER,
        _count_if,
        "rows where a condition holds",
        "满足条件的行数",
        aggregate=True,
    ),
    Function("sum", (NUMBER,), lambda types: types[0], _sum, "total", "合计", aggregate=True),
    Function("avg", (NUMBER,), Type.DECIMAL, _avg, "mean, to six digits", "平均值", aggregate=True),
    Function(
        "min",
        (ORDERED,),
        lambda types: types[0],
        lambda p: exp.Min(this=p[0].tree),
        "smallest",
        "最小值",
        aggregate=True,
    ),
    Function(
        "max",
        (ORDERED,),
        lambda types: types[0],
        lambda p: exp.Max(this=p[0].tree),
        "largest",
        "最大值",
        aggregate=True,
    ),
    Function(
        "share",
        (BOOLEAN,),
        Type.DECIMAL,
        _share,
        "share, 0 to 1, of the rows where the condition is known that meet it",
        "占比",
        aggregate=True,
    ),
    Function(
        "quantile",
        (NUMBER, SHARE),
        Type.DECIMAL,
        _simple("quantile"),
        "the value below which a share, 0 to 1, of the rows lies (Hyndman and Fan, type 8)",
        "分位数",
        aggregate=True,
    ),
    Function("list", (TEXT,), Type.LIST, _simple("list"), "the different values, sorted", "去重列表", aggregate=True),
    Function(
        "id18",
        (TEXT,),
        Type.TEXT,
        _simple("id18"),
        "a resident ID number in its 18-digit form; null when it is none",
        "身份证号统一为18位",
    ),
    Function(
        "id_valid",
        (TEXT,),
        Type.BOOLEAN,
        _simple("id_valid"),
        "whether date and check digit of a resident ID number hold (GB 11643)",
        "身份证号校验",
    ),
    Function(
        "uscc_valid",
        (TEXT,),
        Type.BOOLEAN,
        _simple("uscc_valid"),
        "whether the check digit of a unified social credit code holds (GB 32100)",
        "统一社会信用代码校验",
    ),
    Function(
        "norm_name",
        (TEXT,),
        Type.TEXT,
        _simple("norm_name"),
        "a name without spaces, with half-width letters and one middle dot",
        "姓名归一",
    ),
    Function(
        "norm_address",
        (TEXT,),
        Type.TEXT,
        _simple("norm_address"),
        "an address without spaces and punctuation, half-width, upper case",
        "地址归一",
    ),
    Function("contains", (TEXT, TEXT), Type.BOOLEAN, _simple("contains"), "whether a text contains another", "包含"),
    Function(
        "starts_with",
        (TEXT, TEXT),
        Type.BOOLEAN,
        _simple("starts_with"),
        "whether a text starts with another",
        "开头是",
    ),
    Function("length", (TEXT,), Type.INTEGER, _simple("length"), "characters of a text", "字数"),
    Function(
        "amount_cn",
        (TEXT,),
        Type.DECIMAL,
        _simple("amount_cn"),
        "the yuan of a sum written in digits or Chinese numerals; null when it cannot be read",
        "金额文字转数值",
    ),
    Function(
        "coalesce",
        (ANY,),
        _wider,
        _variadic(exp.Coalesce),
        "the first value that is not null",
        "首个非空值",
        repeats=True,
        alike=True,
        least=2,
    ),
    Function(
        "least",
        (ORDERED,),
        _wider,
        _variadic(exp.Least),
        "the smallest; null if any is null",
        "最小者",
        repeats=True,
        alike=True,
        least=2,
    ),
    Function(
        "greatest",
        (ORDERED,),
        _wider,
        _variadic(exp.Greatest),
        "the largest; null if any is null",
        "最大者",
        repeats=True,
        alike=True,
        least=2,
    ),
    Function("abs", (NUMBER,), lambda types: types[0], lambda p: exp.Abs(this=p[0].tree), "without its sign", "绝对值"),
    Function("round", (NUMBER, DIGITS), Type.DECIMAL, _round, "rounded, halves away from zero", "四舍五入", least=1),
)

FUNCTIONS = {function.name: function for function in _ENTRIES}
"""Every function of the language, by name."""
