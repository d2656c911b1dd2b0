"""Texts of the page ``scenario`` of the app, and of the files it writes.

The settings themselves are named by :mod:`allocation.messages.compare_settings`.
"""

from __future__ import annotations

_FILES: dict[str, tuple[str, str]] = {
    "scenario_exists": (
        "已有同名的方案文件 {file}。已有方案不会被覆盖，请换一个名称。",
        "There is already a scenario {file}. It is never overwritten; choose another name.",
    ),
    "scenario_name_unfit": (
        "文件名至少要有一个汉字、字母或数字，且不能是系统保留的名称。",
        "A file name needs at least one letter or digit and may not be one the system keeps.",
    ),
    "scenario_not_written": (
        "无法写入 {file}：请检查方案文件夹的权限和剩余空间。",
        "Cannot write {file}: check the permissions and the free space of the scenario folder.",
    ),
    "app_scenario_file_head": (
        "沿用 {base}，只写改动的项；每项上方注明原值。",
        "Extends {base} and names only what changes, below a note of what it was.",
    ),
    "app_scenario_file_note": ("{title}：原值 {old}", "{title}: was {old}"),
    "app_scenario_file_unset": ("未设", "not set"),
    "app_scenario_data": ("输入数据", "input data"),
}

_GROUPS: dict[str, tuple[str, str]] = {
    "app_scenario_group_basics": ("基本", "Basics"),
    "app_scenario_group_posts": ("公益性岗位", "Posts"),
    "app_scenario_group_outlets": ("站点和网点", "Outlets and kiosks"),
    "app_scenario_group_stalls": ("摊位", "Stalls"),
    "app_scenario_group_tobacco": ("烟草零售点", "Tobacco"),
    "app_scenario_group_rukang": ("如康家园", "Rukang homes"),
    "app_scenario_group_others": ("其他名额", "Other places"),
    "app_scenario_group_priority": ("优先次序", "Priorities"),
    "app_scenario_group_draw": ("抽签", "Draw"),
    "app_scenario_group_mechanism": ("机制与目标", "Mechanism"),
    "app_scenario_group_reports": ("公示与目标", "Notices and targets"),
    "app_scenario_group_marked": ("{group}（改 {n}）", "{group} ({n} changed)"),
    "app_scenario_group_wrong": ("{group}（错 {n}）", "{group} ({n} wrong)"),
}

_SECTIONS: dict[str, tuple[str, str]] = {
    "app_scenario_section_": ("方案", "Scenario"),
    "app_scenario_section_kind": ("名额类型的名称", "Names of kinds"),
    "app_scenario_section_column": ("自定列“{name}”", "Own column {name}"),
    "app_scenario_section_data": ("数据", "Data"),
    "app_scenario_section_data.crs": ("输入数据的坐标系", "Coordinate systems of the input"),
    "app_scenario_section_space": ("距离量算", "Distances"),
    "app_scenario_section_stage": ("阶段“{name}”", "Stage {name}"),
    "app_scenario_section_exclusive": ("一人一项", "One per person"),
    "app_scenario_section_household": ("每户", "Households"),
    "app_scenario_section_reserve": ("预留", "Reserve"),
    "app_scenario_section_quota": ("数量要求“{name}”", "Quota {name}"),
    "app_scenario_section_priority": ("层级与认定口径", "Tiers and definitions"),
    "app_scenario_section_priority.pool": ("排队次序", "Order of the queue"),
    "app_scenario_section_spacing": ("间距", "Spacing"),
    "app_scenario_section_density": ("密度", "Density"),
    "app_scenario_section_openings": ("新增数量", "New sites"),
    "app_scenario_section_openings_joint": ("合并控制数量", "Joint limit {name}"),
    "app_scenario_section_eligibility": ("申请条件", "Conditions"),
    "app_scenario_section_overruling": ("评估结论的复核推翻", "Findings overruled"),
    "app_scenario_section_draw": ("抽签", "Draw"),
    "app_scenario_section_solver": ("计算", "Computation"),
    "app_scenario_section_publicity": ("公示与异议", "Publication and objections"),
    "app_scenario_section_targets": ("目标（仅用于报告）", "Targets (for reports only)"),
    "app_scenario_section_employers": (
        "按比例就业（仅用于报告）",
        "Employment quota (for reports only)",
    ),
}

_TOP: dict[str, tuple[str, str]] = {
    "app_scenario_base": ("基准方案", "Base scenario"),
    "app_scenario_source": ("输入数据", "Input data"),
    "app_scenario_profile": ("政策档案 {name}", "Policy profile {name}"),
    "app_scenario_no_profile": ("未用政策档案", "No policy profile"),
    "app_scenario_day": ("决定日期 {day}", "Decided as of {day}"),
    "app_scenario_placeholders": ("示例值 {n} 项", "{n} placeholders"),
    "app_scenario_placeholders_help": (
        "这些数值文件没有规定，只是示例，使用前须由主管部门确认。",
        "The document does not set these values; they are examples to be confirmed before use.",
    ),
    "app_scenario_none": (
        "方案文件夹是空的。请把方案文件（.toml）放入 scenarios 文件夹后重试。",
        "There is no scenario. Put a scenario file (.toml) into the folder scenarios, then try "
        "again.",
    ),
    "app_scenario_groups": ("按文件分组的设置", "Settings grouped as the document is"),
    "app_scenario_kinds": ("名额类型", "Kind of place"),
    "app_scenario_basis": ("依据：{basis}", "Basis: {basis}"),
    "app_scenario_more": (
        "同时显示未写明、采用默认值的设置项",
        "Show settings left at their default too",
    ),
}

_FIELD: dict[str, tuple[str, str]] = {
    "app_scenario_label": ("{title}（{unit}）", "{title} ({unit})"),
    "app_scenario_label_closed": ("{title}，{unit}）", "{title}, {unit})"),
    "app_scenario_factor": ("0 至 1", "0 to 1"),
    "app_scenario_minimum": ("法定下限 {minimum}", "legal minimum {minimum}"),
    "app_scenario_locked": ("法律直接规定，不得改动", "fixed by law"),
    "app_scenario_fixed": ("本版本只有这一个取值", "the only value there is"),
    "app_scenario_readonly": ("请在方案文件中修改", "changed in the file only"),
    "app_scenario_shut": ("带锁的项：{reasons}。", "Locked here: {reasons}."),
    "app_scenario_new_name": ("新方案另填名称和标题", "a new scenario gets its own"),
    "app_scenario_data_above": ("在上方选择", "chosen above"),
    "app_scenario_changed": ("已改（原 {old}）", "changed (was {old})"),
    "app_scenario_changed_long": ("已改", "changed"),
    "app_scenario_restore": ("恢复原值", "Restore"),
    "app_scenario_restore_help": ("恢复为 {old}", "Back to {old}"),
    "app_scenario_unlimited": ("不限", "no limit"),
    "app_scenario_unset": ("未设", "not set"),
    "app_scenario_below": (
        "低于法定下限 {minimum}（{legal_basis}{article}），不得采用。",
        "Below the legal minimum of {minimum} ({legal_basis}, {article}); not allowed.",
    ),
    "app_scenario_left_out": (
        "{legal_basis}{article}规定不得低于 {minimum}，不能不设。",
        "{legal_basis}, {article} sets a minimum of {minimum}; it cannot be left out.",
    ),
    "app_scenario_wrong": ("不符合要求，应为{expected:zh}。", "Not allowed; give {expected:en}."),
    "app_scenario_age_none": ("不限", "no limit"),
    "app_scenario_age_years": ("按周岁", "by age"),
    "app_scenario_age_retirement": ("按法定退休年龄", "by statutory retirement"),
    "app_scenario_age_number": ("周岁", "Years of age"),
    "app_scenario_age_margin": ("距法定退休年龄（年）", "Years before retirement"),
    "app_scenario_west": ("西（度）", "West (degrees)"),
    "app_scenario_south": ("南（度）", "South (degrees)"),
    "app_scenario_east": ("东（度）", "East (degrees)"),
    "app_scenario_north": ("北（度）", "North (degrees)"),
    "app_scenario_own_name_name": ("方案名称", "Name"),
    "app_scenario_own_title_title": ("方案标题", "Title in Chinese"),
    "app_scenario_own_title_en_title_en": ("英文标题", "Title in English"),
    "app_scenario_own_overruling_applicant_id": ("申请人编号", "Applicant"),
    "app_scenario_own_overruling_place_id": ("名额编号", "Place"),
    "app_scenario_own_overruling_by": ("复核人", "Overruled by"),
    "app_scenario_own_overruling_reason": ("复核理由", "Reason"),
    "app_scenario_own_overruling_decided_on": ("复核日期", "Decided on"),
}

_LISTS: dict[str, tuple[str, str]] = {
    "app_scenario_up": ("上移", "Up"),
    "app_scenario_down": ("下移", "Down"),
    "app_scenario_remove": ("移除", "Remove"),
    "app_scenario_up_help": ("第 {n} 项上移一位", "Move item {n} up"),
    "app_scenario_down_help": ("第 {n} 项下移一位", "Move item {n} down"),
    "app_scenario_remove_help": ("移除第 {n} 项", "Remove item {n}"),
    "app_scenario_add": ("加入一项", "Add one"),
    "app_scenario_add_which": ("选择要加入的项", "Choose what to add"),
    "app_scenario_tier": ("第 {n} 层级", "Tier {n}"),
    "app_scenario_tier_rest": (
        "最后一个层级：其余人员。",
        "The last tier: everybody else.",
    ),
    "app_scenario_tier_add": ("增加一个层级", "Add a tier"),
    "app_scenario_set": ("第 {n} 组", "Group {n}"),
    "app_scenario_set_add": ("增加一组", "Add a group"),
    "app_scenario_levels_help": (
        "自上而下依次优化，前一级不为后一级让步。",
        "Optimised from top to bottom; no level gives way to a later one.",
    ),
    "app_scenario_tiers_help": (
        "一人符合几项的，按最靠前的层级计算。",
        "A person to whom several apply belongs to the first of them.",
    ),
    "app_scenario_sets_help": (
        "同一组内每人至多获得一个名额；各组之间互不影响。",
        "Within a group a person gets one place at most; groups do not touch each other.",
    ),
    "app_scenario_pool_help": (
        "自上而下逐项比较，前一项相同才看后一项；最后总以抽签号区分。",
        "Compared from top to bottom, the next only where the one before is equal; the draw "
        "always comes last.",
    ),
    "app_scenario_pool_default": ("默认次序：{order}", "Default order: {order}"),
    "app_scenario_pool_back": ("采用默认次序", "Use the default order"),
    "app_scenario_pool_own": ("自定次序", "Set an order"),
    "app_scenario_no_levels": (
        "本阶段的分配机制不设目标。",
        "The mechanism of this stage has no objectives.",
    ),
}

_ABOUT: dict[str, tuple[str, str]] = {
    "app_scenario_level_reserve_shortfall": (
        "预留名额尽量足额，缺额越小越好。",
        "Fill the reserves: as few reserved units short as possible.",
    ),
    "app_scenario_level_quota_shortfall": (
        "岗位目标等数量要求尽量达到，缺额越小越好。",
        "Meet the quotas, such as the number of posts, as nearly as possible.",
    ),
    "app_scenario_level_tier": (
        "第一层级尽量多得，再看第二层级，依次类推。",
        "As many awards as possible to the first tier, then to the second, and so on.",
    ),
    "app_scenario_level_number": (
        "分配出去的名额总数尽量多。",
        "As many awards as possible in all.",
    ),
    "app_scenario_level_place_priority": (
        "名额单位报送了排序的，排序靠前的尽量多得。",
        "Where a place ranks its applicants, those it ranks first come first.",
    ),
    "app_scenario_level_draw": (
        "抽签号靠前的尽量多得。",
        "Those drawn early come first.",
    ),
    "app_scenario_level_preference_by_tier": (
        "获得的志愿尽量靠前：先看第一层级，再看第二层级，依次类推。",
        "Early wishes are met: those of the first tier, then of the second, and so on.",
    ),
    "app_scenario_level_preference": (
        "全体申请人获得的志愿总体靠前；正式分配不得采用。",
        "Early wishes over everybody together; not allowed in an official run.",
    ),
    "app_scenario_level_distance": (
        "名额离住处尽量近。",
        "Places as near to people's homes as possible.",
    ),
    "app_scenario_criterion_band": (
        "受理部门评定的条件档次，一档在前；未评定的在后。",
        "The condition band given by the office, 1 first; those without one come last.",
    ),
    "app_scenario_criterion_disabled_first": (
        "残疾人排在其他申请人之前。",
        "Disabled people come before others.",
    ),
    "app_scenario_criterion_hard_to_employ_first": (
        "就业困难人员排在其他申请人之前。",
        "People hard to employ come before others.",
    ),
    "app_scenario_criterion_tier": (
        "优先层级靠前的排在前面。",
        "Those of an earlier tier come first.",
    ),
    "app_scenario_criterion_priority_rank": (
        "按名额单位报送的排序。",
        "By the rank the place itself gave.",
    ),
    "app_scenario_criterion_draw": (
        "按公开抽签的次序；列在其后的各项不再起作用。",
        "By the public draw; whatever stands after it decides nothing.",
    ),
}

_SAVE: dict[str, tuple[str, str]] = {
    "app_scenario_changes": ("改动 {n} 项", "{n} changed"),
    "app_scenario_no_changes": (
        "还没有改动。改动任何一项，这里就会列出。",
        "Nothing is changed yet. Whatever you change is listed here.",
    ),
    "app_scenario_change": ("{old} → {new}", "{old} → {new}"),
    "app_scenario_goto": ("转到这一项", "Go to this setting"),
    "app_scenario_restore_all": ("全部恢复", "Restore all"),
    "app_scenario_problems": ("需更正 {n} 处", "{n} to correct"),
    "app_scenario_save_as": ("另存为新方案", "Save as a new scenario"),
    "app_scenario_title": ("方案标题", "Title in Chinese"),
    "app_scenario_title_en": ("英文标题（可不填）", "Title in English"),
    "app_scenario_stem": ("文件名", "File name"),
    "app_scenario_stem_help": (
        "可用汉字、小写字母、数字、- 和 _；其他字符换成 -。",
        "Letters, digits, - and _; other characters become -.",
    ),
    "app_scenario_will_be": ("将保存为 scenarios/{file}", "Will be saved as scenarios/{file}"),
    "app_scenario_save": ("保存新方案", "Save the new scenario"),
    "app_scenario_save_wrong": (
        "有设置项需要更正，更正后才能保存。",
        "Correct the settings named here before saving.",
    ),
    "app_scenario_saved": (
        "已保存为新方案 scenarios/{file}，原方案没有改动。",
        "Saved as scenarios/{file}; the other scenario is unchanged.",
    ),
    "app_scenario_suggest": ("试算：{change}", "What if: {change}"),
    "app_scenario_suggest_one": ("{title} {new}", "{title} {new}"),
    "app_scenario_suggest_more": ("{first} 等 {n} 项", "{first} and {n} in all"),
    "app_scenario_official": (
        "按现有设置只能试算。正式分配还须：",
        "As it stands this can only be a trial. An official run also needs:",
    ),
    "app_scenario_official_ready": (
        "现有设置符合正式分配的要求。",
        "The settings meet what an official run asks for.",
    ),
    "app_scenario_preview": ("将要保存的文件（只读）", "The file to be saved (read-only)"),
    "app_scenario_base_file": ("基准方案文件 {file}（只读）", "The base file {file} (read-only)"),
}

TEXTS: dict[str, tuple[str, str]] = {
    **_FILES,
    **_GROUPS,
    **_SECTIONS,
    **_TOP,
    **_FIELD,
    **_LISTS,
    **_ABOUT,
    **_SAVE,
}
