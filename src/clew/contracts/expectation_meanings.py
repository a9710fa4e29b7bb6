"""What Great Expectations' expectations mean, as SQL conditions of one row or queries of one number.

Taken from GX 1.24's own metrics on pandas: a NULL is never unexpected (but where NULL itself is the question), shares
are of the rows with a value, ``mostly`` is the least share that must pass, and bounds belong to the range unless
``strict``. A test compares every case of GX's own test definitions.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal

from clew.contracts.expectation_term import Meaning, Term, Untranslatable
from clew.contracts.limit import Limit
from clew.contracts.literal import quoted, text_literal
from clew.contracts.pattern import PatternError, check_pattern
from clew.contracts.query_tree import DELIVERY
from clew.plan import Type


def _row(term: Term, bad: str) -> Meaning:
    """A row is unexpected when its column has a value and ``bad`` is true of it."""
    value = quoted(term.column.name)
    return Meaning("expected", {"violated": f"{value} is not null and ({bad})"}, term.limit())


def _not_null(term: Term) -> Meaning:
    term.only()
    limit = term.limit()
    return Meaning("null_share", {}, limit) if limit else Meaning("not_null")


def _null(term: Term) -> Meaning:
    """Here the rows with a value are the unexpected ones, and shares are of all rows."""
    term.only()
    return Meaning("expected", {"violated": f"{quoted(term.column.name)} is not null", "of_all": True}, term.limit())


def _in_set(term: Term) -> Meaning:
    term.only("value_set")
    literals = _set(term)
    return _row(term, f"{quoted(term.column.name)} not in ({', '.join(literals)})" if literals else "true")


def _not_in_set(term: Term) -> Meaning:
    term.only("value_set")
    literals = _set(term)
    return _row(term, f"{quoted(term.column.name)} in ({', '.join(literals)})" if literals else "false")


def _set(term: Term) -> list[str]:
    node = term.arguments.get("value_set")
    if node is None or not node.is_list:
        raise Untranslatable("'value_set' must be a list")
    return [term.literal(entry, term.column) for entry in node.entries() if entry.value is not None]


def _between(term: Term) -> Meaning:
    term.only("min_value", "max_value", "strict_min", "strict_max")
    value, low, high = quoted(term.column.name), term.arguments.get("min_value"), term.arguments.get("max_value")
    sides = []
    if low is not None and low.value is not None:
        sides.append(f"{value} {'<=' if term.flag('strict_min') else '<'} {term.literal(low, term.column)}")
    if high is not None and high.value is not None:
        sides.append(f"{value} {'>=' if term.flag('strict_max') else '>'} {term.literal(high, term.column)}")
    if not sides:
        raise Untranslatable("it needs min_value or max_value")
    numbers = [node.value for node in (low, high) if node is not None and isinstance(node.value, int | Decimal)]
    if len(numbers) == 2 and numbers[0] > numbers[1]:
        raise Untranslatable("min_value is above max_value")
    return _row(term, " or ".join(sides))


def _lengths(term: Term) -> Meaning:
    term.only("min_value", "max_value", "strict_min", "strict_max")
    if term.column.type is not Type.TEXT:
        raise Untranslatable("only texts have a length")
    low, high = term.number("min_value", whole=True), term.number("max_value", whole=True)
    if low is None and high is None:
        raise Untranslatable("it needs min_value or max_value")
    long = f"length({quoted(term.column.name)})"
    sides = [f"{long} {'<=' if term.flag('strict_min') else '<'} {low}"] if low is not None else []
    sides += [f"{long} {'>=' if term.flag('strict_max') else '>'} {high}"] if high is not None else []
    return _row(term, " or ".join(sides))


def _length(term: Term) -> Meaning:
    term.only("value")
    wanted = term.number("value", whole=True)
    if wanted is None or term.column.type is not Type.TEXT:
        raise Untranslatable("it needs a whole 'value' and a column of text")
    return _row(term, f"length({quoted(term.column.name)}) <> {wanted}")


def _regex(*, wanted: bool) -> Callable[[Term], Meaning]:
    def translate(term: Term) -> Meaning:
        term.only("regex")
        node = term.arguments.get("regex")
        if node is None or not isinstance(node.value, str) or term.column.type is not Type.TEXT:
            raise Untranslatable("it needs a 'regex' in quotes and a column of text")
        try:
            pattern = check_pattern(node.text)
        except PatternError as error:
            raise Untranslatable(str(error), runs=True) from None
        found = f"regexp_matches({quoted(term.column.name)}, {text_literal(pattern)})"
        return _row(term, f"not {found}" if wanted else found)

    return translate


def _like(*, wanted: bool) -> Callable[[Term], Meaning]:
    def translate(term: Term) -> Meaning:
        term.only("like_pattern")
        node = term.arguments.get("like_pattern")
        if node is None or not isinstance(node.value, str) or term.column.type is not Type.TEXT:
            raise Untranslatable("it needs a 'like_pattern' in quotes and a column of text")
        word = "not like" if wanted else "like"
        return _row(term, f"{quoted(term.column.name)} {word} {text_literal(node.text)}")

    return translate


def _unique(term: Term) -> Meaning:
    term.only()
    return Meaning("duplicate_rows", {}, term.limit())


def _compound(term: Term) -> Meaning:
    """Great Expectations counts a key with a part missing, unless told otherwise; a key of ours needs all parts."""
    given = term.arguments.get("ignore_row_if")
    if given is None or given.text != "any_value_is_missing":
        raise Untranslatable("keys with a missing part", runs=True)
    arguments = {key: node for key, node in term.arguments.items() if key not in ("ignore_row_if", "column_list")}
    Term(term.kind, arguments, term.columns, term.reads).only()
    return Meaning("duplicate_rows", {}, term.limit())


def _pair(bad: Callable[[str, str, Term], str]) -> Callable[[Term], Meaning]:
    """A pair is judged when at least one of the two is there; one alone is never as expected."""

    def translate(term: Term) -> Meaning:
        ignored = term.arguments.get("ignore_row_if")
        if ignored is not None and ignored.text != "both_values_are_missing":
            raise Untranslatable("'ignore_row_if'", runs=True)
        arguments = {key: node for key, node in term.arguments.items() if key != "ignore_row_if"}
        Term(term.kind, arguments, term.columns, term.reads).only("column_A", "column_B", "or_equal")
        if not {"column_A", "column_B"} <= set(term.arguments) or len(term.reads) != 2:
            raise Untranslatable("it needs column_A and column_B")
        first, second = (quoted(term.arguments[key].text) for key in ("column_A", "column_B"))
        kinds = {term.columns[name].type for name in term.reads}
        if len(kinds) > 1 and not all(kind.is_number for kind in kinds):
            raise Untranslatable("the two columns are of different types")
        judged = f"not ({first} is null and {second} is null)"
        return Meaning("expected", {"violated": f"{judged} and not coalesce({bad(first, second, term)}, false)"},
                       term.limit())  # fmt: skip

    return translate


def _rows_between(term: Term) -> Meaning:
    term.only("min_value", "max_value")
    low, high = term.number("min_value", whole=True), term.number("max_value", whole=True)
    if low is None and high is None:
        raise Untranslatable("it needs min_value or max_value")
    ends = {"minimum": int(low) if low is not None else None, "maximum": int(high) if high is not None else None}
    return Meaning("row_count", ends)


def _rows_equal(term: Term) -> Meaning:
    term.only("value")
    value = term.number("value", whole=True)
    if value is None:
        raise Untranslatable("it needs a whole 'value'")
    return Meaning("row_count", {"minimum": int(value), "maximum": int(value)})


def _number_between(sql: str, *, numbers: bool = True) -> Callable[[Term], Meaning]:
    """A number worked out from a column; ``{c}`` in ``sql`` is the column, ``numbers``: its values must be numbers."""

    def translate(term: Term) -> Meaning:
        term.only("min_value", "max_value", "strict_min", "strict_max")
        if numbers and not term.column.type.is_number:
            raise Untranslatable("the column's values are no numbers", runs=True)
        low, high = term.number("min_value"), term.number("max_value")
        strict_low, strict_high = term.flag("strict_min"), term.flag("strict_max")
        if low is not None and high is not None:
            if strict_low or strict_high:
                raise Untranslatable("two open ends", runs=True)
            limit = Limit("mustBeBetween", low, high, percent=False)
        elif low is not None:
            limit = Limit("mustBeGreaterThan" if strict_low else "mustBeGreaterOrEqualTo", low, percent=False)
        elif high is not None:
            limit = Limit("mustBeLessThan" if strict_high else "mustBeLessOrEqualTo", high, percent=False)
        else:
            raise Untranslatable("it needs min_value or max_value")
        query = f"select {sql.format(c=quoted(term.column.name))} from {quoted(DELIVERY)}"  # noqa: S608 - quoted names alone
        return Meaning("sql_value", {"query": query}, limit)

    return translate


TRANSLATIONS: Mapping[str, Callable[[Term], Meaning]] = {
    "expect_column_values_to_not_be_null": _not_null,
    "expect_column_values_to_be_null": _null,
    "expect_column_values_to_be_in_set": _in_set,
    "expect_column_values_to_not_be_in_set": _not_in_set,
    "expect_column_values_to_be_between": _between,
    "expect_column_value_lengths_to_be_between": _lengths,
    "expect_column_value_lengths_to_equal": _length,
    "expect_column_values_to_match_regex": _regex(wanted=True),
    "expect_column_values_to_not_match_regex": _regex(wanted=False),
    "expect_column_values_to_match_like_pattern": _like(wanted=True),
    "expect_column_values_to_not_match_like_pattern": _like(wanted=False),
    "expect_column_values_to_be_unique": _unique,
    "expect_compound_columns_to_be_unique": _compound,
    "expect_column_pair_values_to_be_equal": _pair(lambda a, b, _: f"{a} = {b}"),
    "expect_column_pair_values_a_to_be_greater_than_b": _pair(
        lambda a, b, term: f"{a} {'>=' if term.flag('or_equal') else '>'} {b}"
    ),
    "expect_table_row_count_to_be_between": _rows_between,
    "expect_table_row_count_to_equal": _rows_equal,
    "expect_column_min_to_be_between": _number_between("min({c})"),
    "expect_column_max_to_be_between": _number_between("max({c})"),
    "expect_column_sum_to_be_between": _number_between("sum({c})"),
    "expect_column_mean_to_be_between": _number_between("avg({c})"),
    "expect_column_median_to_be_between": _number_between("median({c})"),
    "expect_column_stdev_to_be_between": _number_between("stddev_samp({c})"),
    "expect_column_unique_value_count_to_be_between": _number_between("count(distinct {c})", numbers=False),
    "expect_column_proportion_of_unique_values_to_be_between": _number_between(
        "case when count({c}) = 0 then 0.0 else count(distinct {c}) / count({c}) end", numbers=False
    ),
    "expect_column_proportion_of_non_null_values_to_be_between": _number_between(
        "case when count(*) = 0 then 0.0 else count({c}) / count(*) end", numbers=False
    ),
}
"""Every expectation with a meaning in SQL."""
