"""Texts of the comparison of runs."""

from __future__ import annotations

from allocation.messages import compare_settings

_COMMAND: dict[str, tuple[str, str]] = {
    "help_compare": (
        "对比两次或多次结果。列出设置有何不同、各项数字的差异、谁和哪些名额因此变动；"
        "第一个文件夹为基准。",
        "Put two or more runs side by side. Lists what was set differently, measures with their "
        "differences, who and what moved; the first folder is the base.",
    ),
    "help_run_dirs": ("结果文件夹，至少两个。", "Run folders, two or more."),
    "help_only_differences": ("只列有差异的数字。", "List only numbers that differ."),
    "help_compare_out": (
        "另存为对比工作簿（内部工作用表）。",
        "Also write the comparison as a workbook (internal working paper).",
    ),
    "compare_needs_two": (
        "对比至少需要两次结果，请再给出一个结果文件夹。",
        "A comparison needs at least two runs; name another run folder.",
    ),
}

_NOTES: dict[str, tuple[str, str]] = {
    "compare_note_same_run": (
        "基准与 {run} 是同一次运行，没有差异。",
        "The base and {run} are one and the same run; nothing differs.",
    ),
    "compare_note_same_awards": (
        "{run} 的分配名单与基准完全相同。",
        "{run} has exactly the award list of the base.",
    ),
    "compare_note_infeasible": (
        "{run} 硬性规则冲突，没有可行的名单；与它相比的变动只说明基准中的全部名额。",
        "{run} has no list, as hard rules clash; moves against it only restate the base.",
    ),
    "compare_note_not_reproducible": (
        "{run} 提前停止或未证明最优，数字不可重现，比较仅供参考。",
        "{run} was stopped or not proven and cannot be reproduced; take its numbers with care.",
    ),
    "compare_note_inputs": (
        "{run} 与基准所用数据不同（{tables}）；人员和名额按编号对应。",
        "{run} was made from other data than the base ({tables}); people and places are matched by "
        "id.",
    ),
    "compare_note_missing_applicants": (
        "{run}：有 {base} 名申请人只在基准的数据中，{other} 名只在该次的数据中。",
        "{run}: {base} applicants are in the data of the base only, {other} in this run's only.",
    ),
    "compare_note_missing_places": (
        "{run}：有 {base} 个名额只在基准的数据中，{other} 个只在该次的数据中。",
        "{run}: {base} places are in the data of the base only, {other} in this run's only.",
    ),
    "compare_note_tiers": (
        "各次的优先层级划分不同，按层级的数字不能直接相比。",
        "The runs divide people into tiers differently; numbers per tier do not compare directly.",
    ),
}

_BLOCKS: dict[str, tuple[str, str]] = {
    "compare_block_runs": ("对比的运行", "Runs compared"),
    "compare_block_notes": ("须注意", "Mind"),
    "compare_block_settings": ("设置的不同", "What was set differently"),
    "compare_block_measures": ("各项数字", "Measures"),
    "compare_block_price": ("公平的代价", "The price of fairness"),
    "compare_block_awards_kind": ("各类名额的授予数", "Awards per kind"),
    "compare_block_awards_area": ("各类名额在各区县的授予数", "Awards per kind and district"),
    "compare_block_disabled_kind": (
        "各类名额授予残疾人的个数",
        "Awards to disabled applicants per kind",
    ),
    "compare_block_disabled_area": (
        "各类名额在各区县授予残疾人的个数",
        "Awards to disabled applicants per kind and district",
    ),
    "compare_block_moves": ("人员和名额的变动", "Who and what moved"),
    "compare_block_people": ("与 {run} 相比变动的申请人", "Applicants who moved against {run}"),
    "compare_reserved": ("预留·", "reserved: "),
    "compare_wish": ("第{rank}志愿", "wish {rank}"),
    "compare_same_settings": (
        "设置、数据和版本完全相同。",
        "Settings, data and versions are the same.",
    ),
    "compare_base": ("基准", "base"),
    "compare_other": ("对比", "compared"),
    "compare_other_n": ("对比{n}", "compared {n}"),
    "compare_difference": ("差异", "difference"),
    "compare_difference_n": ("差异{n}", "difference {n}"),
    "compare_col_role": ("角色", "role"),
    "compare_col_run": ("运行编号", "run"),
    "compare_col_scenario": ("方案", "scenario"),
    "compare_col_mode": ("性质", "mode"),
    "compare_col_status": ("状态", "status"),
    "compare_col_mechanisms": ("分配机制", "mechanisms"),
    "compare_col_group": ("类别", "about"),
    "compare_col_setting": ("设置", "setting"),
    "compare_col_basis": ("依据", "basis"),
    "compare_col_basis_status": ("依据状态", "status of the basis"),
    "compare_col_measure": ("指标", "measure"),
    "compare_col_change": ("变动", "change"),
    "compare_col_kind": ("名额类型", "kind"),
    "compare_col_district": ("区县", "district"),
    "compare_col_note": ("说明", "note"),
}

_GROUPS: dict[str, tuple[str, str]] = {
    "compare_group.mechanism": ("分配机制", "mechanism"),
    "compare_group.reserve": ("预留", "reserves"),
    "compare_group.quota": ("数量要求", "quotas"),
    "compare_group.spacing": ("间距和数量", "spacing and number"),
    "compare_group.eligibility": ("申请条件", "eligibility"),
    "compare_group.priority": ("优先次序", "priority"),
    "compare_group.draw": ("抽签", "draw"),
    "compare_group.source": ("依据和数据", "basis and data"),
    "compare_group.other": ("其他", "other"),
    "compare_group.input": ("输入数据", "input"),
    "compare_group.version": ("程序版本", "versions"),
}

_MEASURES: dict[str, tuple[str, str]] = {
    "measure_n_applicants": ("申请人", "applicants"),
    "measure_n_eligible": ("符合条件的志愿", "eligible applications"),
    "measure_n_awards": ("授予名额", "awards"),
    "measure_n_awards_disabled": ("授予残疾人", "awards to disabled applicants"),
    "measure_max_awards": ("阶段“{stage}”最多可授予", "most awards possible, stage {stage}"),
    "measure_n_opened": ("开设的候选点", "candidate sites opened"),
    "measure_reserve_required": ("预留：应留", "reserves: required"),
    "measure_reserve_used": ("预留：已用", "reserves: used"),
    "measure_reserve_short": ("预留：缺额", "reserves: short"),
    "measure_reserve_required_of": ("{rule}预留：应留", "reserve {rule}: required"),
    "measure_reserve_used_of": ("{rule}预留：已用", "reserve {rule}: used"),
    "measure_reserve_short_of": ("{rule}预留：缺额", "reserve {rule}: short"),
    "measure_quota_required_min": ("{quota}：要求不少于", "quota {quota}: at least"),
    "measure_quota_reached_min": ("{quota}：达到", "quota {quota}: reached"),
    "measure_quota_short_min": ("{quota}：缺额", "quota {quota}: short"),
    "measure_quota_required_max": ("{quota}：要求不多于", "quota {quota}: at most"),
    "measure_quota_reached_max": ("{quota}：实际", "quota {quota}: given"),
    "measure_quota_short_max": ("{quota}：超出", "quota {quota}: above"),
    "measure_quota_short": ("数量要求：缺额", "quotas: short"),
    "measure_n_envy_pairs": ("合理异议（申请人－名额对）", "justified-envy pairs"),
    "measure_n_envious_applicants": ("有合理异议的申请人", "applicants with justified envy"),
    "measure_n_waitlist": ("轮候名单行数", "rows of the waitlist"),
    "measure_mean_preference": ("平均志愿序号", "mean rank of the wish granted"),
    "measure_first_share": ("获第一志愿的比例", "share with the first wish"),
    "measure_mean_distance": ("平均距离", "mean distance"),
    "measure_max_distance": ("最远距离", "greatest distance"),
    "measure_smallest_chance": ("最小中签机会", "smallest chance of anybody"),
    "measure_levels": ("逐级目标数", "levels"),
    "measure_levels_certified": ("最优性经复算的目标数", "levels confirmed by arithmetic"),
    "measure_n_violations": ("核查问题", "violations"),
    "measure_awards_tier": ("第{tier}优先层级授予数", "awards in priority tier {tier}"),
    "measure_awards_kind": ("{kind}", "{kind}"),
    "measure_awards_area": ("{kind} · {district}", "{kind} · {district}"),
    "measure_disabled_kind": ("{kind}（残疾人）", "{kind}, disabled"),
    "measure_disabled_area": ("{kind} · {district}（残疾人）", "{kind} · {district}, disabled"),
    "measure_with_unit": ("{measure}（{unit}）", "{measure} ({unit})"),
    "measure_unit_share": ("%", "%"),
    "measure_unit_metres": ("米", "m"),
    "measure_points": ("{number} 个百分点", "{number} points"),
    "measure_metres": ("{number} 米", "{number} m"),
}

_CHANGES: dict[str, tuple[str, str]] = {
    "change_gained": ("新获得", "gained"),
    "change_lost": ("失去", "lost"),
    "change_moved": ("换到别的名额", "moved to another place"),
    "change_relabelled": ("名额不变，预留标记改变", "same place, other reserve"),
    "people_gained": ("新获得名额的申请人", "applicants who gained an award"),
    "people_lost": ("失去名额的申请人", "applicants who lost their award"),
    "people_moved": ("换到别的名额的申请人", "applicants who moved to another place"),
    "people_relabelled": (
        "名额不变、预留标记改变的申请人",
        "applicants with the same place under another reserve",
    ),
    "direction_gain": ("获得者增加", "more holders"),
    "direction_loss": ("获得者减少", "fewer holders"),
    "direction_swap": ("获得者换人", "other holders"),
    "direction_relabel": ("预留标记改变", "other reserve"),
    "places_gain": ("获得者增加的名额", "places with more holders"),
    "places_loss": ("获得者减少的名额", "places with fewer holders"),
    "places_swap": ("获得者换人的名额", "places with as many but other holders"),
    "places_relabel": (
        "获得者不变、预留名额数改变的名额",
        "places with the same holders and another number of reserved units",
    ),
    "site_opened": ("新开", "opened"),
    "site_closed": ("不再开", "not opened"),
    "sites_opened": ("新开的候选点", "candidate sites opened"),
    "sites_closed": ("不再开的候选点", "candidate sites no longer opened"),
    "known_both": ("两次都有", "both"),
    "known_base": ("只在基准的数据中", "data of the base only"),
    "known_other": ("只在对比的数据中", "data of the other only"),
}

_BOOK: dict[str, tuple[str, str]] = {
    "compare_book_title": (
        "内部工作用表：运行结果对比（含优先层级和预留标记，不得外传）",
        "Internal working paper: runs compared (holds tiers and reserves; must not leave the "
        "office)",
    ),
    "compare_sheet_overview": ("内部工作用表", "internal working paper"),
    "compare_sheet_people": ("变动人员", "people moved"),
    "compare_sheet_places": ("变动名额", "places moved"),
    "compare_col_against": ("对比运行", "compared_run"),
    "compare_col_known": ("编号所在数据", "id known in"),
    "compare_col_before": ("{column}（基准）", "{column}_base"),
    "compare_col_after": ("{column}（对比）", "{column}_compared"),
    "compare_col_venue": ("场所", "venue"),
    "compare_col_site": ("候选点", "candidate_site"),
    "compare_col_n_before": ("获得者（基准）", "holders_base"),
    "compare_col_n_after": ("获得者（对比）", "holders_compared"),
    "compare_col_n_change": ("增减", "change_of_holders"),
    "compare_col_n_came": ("新来", "new_holders"),
    "compare_col_n_went": ("离开", "gone_holders"),
    "compare_col_reserved_before": ("预留名额（基准）", "reserved_base"),
    "compare_col_reserved_after": ("预留名额（对比）", "reserved_compared"),
    "compare_col_reserved_change": ("预留名额增减", "change_of_reserved"),
}

TEXTS: dict[str, tuple[str, str]] = {
    **_COMMAND,
    **_NOTES,
    **_BLOCKS,
    **_GROUPS,
    **_MEASURES,
    **_CHANGES,
    **_BOOK,
    **compare_settings.TEXTS,
}
