"""Chinese names in realistic proportion: frequent surnames, given names by sex and by the decade of birth.

Surname shares follow the ranking published with the 2020 census (first hundred, rounded); the characters of
given names are common ones of the decades. Many people share a name, as they do in a real province.
"""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

_SURNAMES = (
    ("王", 725), ("李", 719), ("张", 683), ("刘", 510), ("陈", 453), ("杨", 309), ("黄", 227), ("赵", 221),
    ("吴", 205), ("周", 193), ("徐", 144), ("孙", 135), ("马", 127), ("朱", 125), ("胡", 116), ("郭", 114),
    ("何", 109), ("林", 107), ("罗", 96), ("高", 95), ("郑", 93), ("梁", 85), ("谢", 79), ("宋", 71),
    ("唐", 70), ("许", 70), ("韩", 68), ("邓", 65), ("冯", 64), ("曹", 64), ("彭", 64), ("曾", 62),
    ("肖", 60), ("田", 57), ("董", 57), ("袁", 57), ("潘", 55), ("于", 54), ("蒋", 54), ("蔡", 53),
    ("余", 51), ("杜", 51), ("叶", 50), ("程", 49), ("苏", 47), ("魏", 47), ("吕", 46), ("丁", 45),
    ("任", 44), ("沈", 43), ("姚", 42), ("卢", 42), ("姜", 41), ("崔", 40), ("钟", 39), ("谭", 39),
    ("陆", 38), ("汪", 37), ("范", 36), ("金", 35), ("石", 34), ("廖", 34), ("贾", 33), ("夏", 32),
    ("韦", 31), ("付", 30), ("方", 30), ("白", 29), ("邹", 28), ("孟", 28), ("熊", 27), ("秦", 27),
    ("邱", 26), ("江", 26), ("尹", 25), ("薛", 25), ("闫", 24), ("段", 24), ("雷", 23), ("侯", 23),
    ("龙", 22), ("史", 22), ("陶", 21), ("黎", 21), ("贺", 20), ("顾", 20), ("毛", 19), ("郝", 19),
    ("龚", 18), ("邵", 18), ("万", 17), ("钱", 17), ("严", 16), ("覃", 16), ("武", 16), ("戴", 15),
    ("莫", 15), ("孔", 14), ("向", 14), ("汤", 14), ("欧阳", 5), ("上官", 1), ("司马", 1), ("诸葛", 1),
)  # fmt: skip

_GIVEN = {
    ("male", "old"): "国建明志文德军平华荣贵福根生长春树林海山成金玉永庆忠义仁祥发宝来",
    ("male", "middle"): "伟强磊军勇涛超明刚平辉鹏华飞鑫波斌宇浩凯健俊帆帅旭宁龙林杰峰",
    ("male", "young"): "浩宇轩泽子梓俊睿博宸辰铭昊奕翔嘉航佑恩一诺晨阳瑞霖承宥彦皓煜",
    ("female", "old"): "秀英兰玉珍桂花凤珠梅芳素琴莲荣淑芬香云翠菊巧爱美红月霞娥金春仙",
    ("female", "middle"): "丽静敏燕艳娟霞婷雪慧莉玲芳洁倩颖红梅萍琳欣晶丹蕾露蓉佳瑶媛",
    ("female", "young"): "梓涵欣怡诗雨萱可馨佳琪子若汐语彤思妍悦依诺一沐芷熙婉清欢瑾月晴",
}
_FAMILIES = np.array([family for family, _ in _SURNAMES], dtype=object)
_FAMILY_SHARES = np.array([share for _, share in _SURNAMES], dtype=float) / sum(share for _, share in _SURNAMES)
_LETTERS = {key: np.array(list(letters), dtype=object) for key, letters in _GIVEN.items()}
_SINGLE_SHARE = {"old": 0.18, "middle": 0.42, "young": 0.10}


def names(rng: np.random.Generator, female: NDArray[np.bool_], birth_year: NDArray[np.int64]) -> pl.Series:
    """One name for each person, by sex and year of birth."""
    count = len(female)
    surname = rng.choice(len(_SURNAMES), size=count, p=_FAMILY_SHARES)
    first, second = rng.random(count), rng.random(count)
    single = rng.random(count)
    era = np.where(birth_year < 1968, 0, np.where(birth_year < 2000, 1, 2))
    given = np.empty(count, dtype=object)
    for index, label in enumerate(("old", "middle", "young")):
        for sex, is_female in (("male", False), ("female", True)):
            rows = (era == index) & (female == is_female)
            letters = _LETTERS[sex, label]
            one = letters[(first[rows] * len(letters)).astype(int)]
            two = letters[(second[rows] * len(letters)).astype(int)]
            given[rows] = np.where(single[rows] < _SINGLE_SHARE[label], one, one + two)
    return pl.Series((_FAMILIES[surname] + given).tolist(), dtype=pl.String)
