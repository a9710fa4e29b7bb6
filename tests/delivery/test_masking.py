"""What a list that travels shows of a person."""

from __future__ import annotations

from datetime import date

import pytest

from clew.contracts.model import Classification, Column
from clew.delivery.cells import shown_subject
from clew.delivery.masking import HIDDEN, masked, masked_number, masked_personal, masked_text
from clew.plan import Type
from clew.problems import Place


def column(classification: Classification, kind: Type = Type.TEXT, identity: str | None = None) -> Column:
    return Column("c", kind, "c", "c", "c", Place("x"), classification=classification, identity=identity)


def test_an_identity_number_keeps_three_and_two() -> None:
    assert masked_number("340102195003072711") == "340*************11"
    assert masked_number("３４０１０２１９５００３０７２７１１") == "340*************11"


@pytest.mark.parametrize(
    ("kind", "subject", "shown"),
    [
        ("person", "340102195003072711", "340*************11"),
        ("driver_group", "340102195003072711", "340*************11"),
        ("agent", "13499000004", "134******04"),
        ("company", "913401041000000140", "913401041000000140"),
        ("vehicle", "皖AF017B", "皖AF017B"),
    ],
)
def test_a_group_known_by_a_members_number_is_masked_as_the_member(kind: str, subject: str, shown: str) -> None:
    assert shown_subject(kind, subject, {}) == shown


@pytest.mark.parametrize(("name", "shown"), [("张建国", "张**"), ("李四", "李*"), ("欧", "欧*"), ("", "")])
def test_a_name_keeps_its_first_character(name: str, shown: str) -> None:
    assert masked_personal(name) == shown


def test_each_class_of_column_is_masked_its_own_way() -> None:
    assert masked("6222020000000001", column(Classification.SENSITIVE)) == HIDDEN
    assert masked("34010219500307271X", column(Classification.SENSITIVE, identity="id18")) == "340*************1X"
    assert masked("张三", column(Classification.PERSONAL)) == "张*"
    assert masked(date(2026, 1, 15), column(Classification.PERSONAL, Type.DATE)) == date(2026, 1, 15)
    assert masked("340102", column(Classification.PUBLIC)) == "340102"
    assert masked("x", None) == HIDDEN
    assert masked(None, column(Classification.SENSITIVE)) is None


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("身份证340102195003072711。", "身份证340*************11。"),
        ("身份证３４０１０２１９５００３０７２７１Ｘ", "身份证340*************1X"),
        ("电话13912345678转", "电话139******78转"),
        ("编号2026010112345678901234567890", "编号2026010112345678901234567890"),
        ("（2026）皖01刑初12号，共3000.00元", "（2026）皖01刑初12号，共3000.00元"),
    ],
)
def test_running_text_loses_what_looks_like_an_identity_number_and_nothing_else(text: str, shown: str) -> None:
    assert masked_text(text) == shown


def test_the_longest_known_word_is_replaced_first() -> None:
    assert masked_text("张三丰与张三", {"张三": "张*", "张三丰": "张**"}) == "张**与张*"


def test_a_sentence_keeps_its_punctuation_while_its_digits_are_read() -> None:
    written = "生效，应于（３４０１０３１９４００３１２００１８）前：１２天"
    assert masked_text(written) == "生效，应于（340*************18）前：12天"
