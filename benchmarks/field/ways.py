"""Every way to solve the problem, by the name its row of the table bears."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from importlib import import_module
from types import MappingProxyType
from typing import NamedTuple

from allocation.instance import Instance
from benchmarks.field.answer import Answer

Solve = Callable[[Instance, float], Answer]
OURS = "allocation"


class Way(NamedTuple):
    """A tool and how it is used.

    Attributes
    ----------
    label
        Its name in tables and pictures.
    zh, en
        What is done.
    module, function
        Imported in the process that measures it, so that no tool pays with memory for
        another's libraries.
    """

    label: str
    zh: str
    en: str
    module: str
    function: str

    def ready(self, instance: Instance, limit_s: float) -> Callable[[], Answer]:
        """Load the tool and return what is to be measured."""
        solve: Solve = getattr(import_module(f"benchmarks.field.{self.module}"), self.function)
        return partial(solve, instance, limit_s)


WAYS: Mapping[str, Way] = MappingProxyType(
    {
        OURS: Way(
            OURS,
            "本系统的 `solve`：各级目标、唯一性、最大可授予数，逐级附证明",
            "ours, `solve`: all levels, uniqueness and most awards, with a proof of each",
            "ours",
            "ours",
        ),
        "flow": Way(
            "OR-Tools flow",
            "`SimpleMinCostFlow` 求解一次，各级合成一个费用，64 位整数容得下几级就放几级",
            "one `SimpleMinCostFlow`, as many levels packed into its cost as 64 bits hold",
            "flows",
            "one_flow",
        ),
        "flows": Way(
            "OR-Tools flows",
            "`SimpleMinCostFlow` 依次求解数次，每次只留最优解可用的弧",
            "several `SimpleMinCostFlow` in turn, each on the arcs that optima so far use",
            "flows",
            "flows_in_turn",
        ),
        "highs": Way(
            "HiGHS",
            "一个加权整数规划，相对间隙 1e-7",
            "one weighted integer program, relative gap 1e-7",
            "programs",
            "weighted_highs",
        ),
        "cp-sat": Way(
            "CP-SAT",
            "一个加权模型，相对间隙 1e-7",
            "one weighted model, relative gap 1e-7",
            "programs",
            "weighted_cp_sat",
        ),
        "rows": Way(
            "HiGHS rows",
            "逐级求解，每级的值加成一行约束",
            "level by level, each value added as a row",
            "programs",
            "rows_added",
        ),
        "scipy-dense": Way(
            "SciPy dense",
            "`linear_sum_assignment`，申请人×单位的完整矩阵",
            "`linear_sum_assignment` on the full matrix of applicants and units",
            "assignment",
            "dense_assignment",
        ),
        "scipy-sparse": Way(
            "SciPy sparse",
            "`min_weight_full_bipartite_matching`，只含志愿的稀疏矩阵",
            "`min_weight_full_bipartite_matching` on the applications alone",
            "assignment",
            "sparse_assignment",
        ),
        "networkx": Way(
            "NetworkX",
            "`network_simplex`，整数不限位数，容得下全部各级",
            "`network_simplex`, whose integers of any size hold all levels",
            "graphs",
            "network_simplex",
        ),
        "matching": Way(
            "matching",
            "`HospitalResident`，申请人一方提出",
            "`HospitalResident`, the applicants proposing",
            "residents",
            "hospital_resident",
        ),
        "spopt": Way(
            "spopt",
            "`PDispersion`，逐一增加点数直到间距不足",
            "`PDispersion`, one site more until the spacing fails",
            "dispersion",
            "p_dispersion",
        ),
    }
)
