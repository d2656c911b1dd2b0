"""Made-up names: common surnames with given-name characters that suit anybody."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from allocation.demo.chance import Strings

SURNAMES = (
    "王李张刘陈杨赵孙马朱胡郭何高林罗郑梁宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁"
    "任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万"
    "钱严覃武戴莫孔向汤牟安厉卜辛"
)
GIVEN = (
    "安宁平和清文明远志成永春秋晓云新林海天宇泽润田青松禾嘉乐欣悦思源景行立言书恒正善敬良信诚"
    "义厚朴知之子若以方圆同光辰星晨阳朗雨雪霖溪河江川山岳岩石木森林岚峰原野舟帆舒展畅达亦"
)


def make_names(rng: np.random.Generator, count: int) -> Strings:
    """Return ``count`` names of two or three characters; names repeat, as they do in life."""
    surnames = np.array(list(SURNAMES), dtype=object)
    # Zipf-like: the first few surnames are borne by a fifth of the people each ten.
    weight = 1.0 / (np.arange(len(surnames)) + 6.0)
    family = surnames[rng.choice(len(surnames), size=count, p=weight / weight.sum())]
    given = np.array(list(dict.fromkeys(GIVEN)), dtype=object)
    first = given[rng.integers(0, len(given), size=count)]
    second = given[rng.integers(0, len(given), size=count)]
    second = np.where(rng.random(count) < 0.18, "", second)
    return np.asarray(family + first + second, dtype=object)
