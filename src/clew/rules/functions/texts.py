"""Functions of texts: numbers and codes of persons and companies, names, addresses, sums of money."""

from __future__ import annotations

from clew.plan import Type
from clew.rules.functions.function import TEXT, Function

TEXTS = (
    Function(
        "id18",
        (TEXT,),
        Type.TEXT,
        "a resident ID number in its 18-digit form; null when it is none",
        "身份证号统一为18位",
    ),
    Function(
        "id_valid",
        (TEXT,),
        Type.BOOLEAN,
        "whether date and check digit of a resident ID number hold (GB 11643)",
        "身份证号校验",
    ),
    Function(
        "uscc_valid",
        (TEXT,),
        Type.BOOLEAN,
        "whether the check digit of a unified social credit code holds (GB 32100)",
        "统一社会信用代码校验",
    ),
    Function(
        "norm_name", (TEXT,), Type.TEXT, "a name without spaces, with half-width letters and one middle dot", "姓名归一"
    ),
    Function(
        "norm_address",
        (TEXT,),
        Type.TEXT,
        "an address without spaces and punctuation, half-width, upper case",
        "地址归一",
    ),
    Function("contains", (TEXT, TEXT), Type.BOOLEAN, "whether a text contains another", "包含"),
    Function("starts_with", (TEXT, TEXT), Type.BOOLEAN, "whether a text starts with another", "开头是"),
    Function("length", (TEXT,), Type.INTEGER, "characters of a text", "字数"),
    Function(
        "amount_cn",
        (TEXT,),
        Type.DECIMAL,
        "the yuan of a sum written in digits or Chinese numerals; null when it cannot be read",
        "金额文字转数值",
    ),
)
"""All that reads a text."""
