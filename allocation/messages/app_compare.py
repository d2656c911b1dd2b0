"""Texts of the page ``compare`` of the app."""

from __future__ import annotations

_CHOOSE: dict[str, tuple[str, str]] = {
    "app_compare_one_run": (
        "目前只有一次运行结果，没有可以对比的。请到“方案”页改动一项设置，另存为新方案后再运行一次。",
        "There is only one result, so nothing to compare it with. Change a setting on the page "
        "Scenario, save it as a new scenario and run that.",
    ),
    "app_compare_others": (
        "与哪些结果对比（基准为右上角所选的运行）",
        "Compare with (the base is the run chosen at the top right)",
    ),
    "app_compare_others_empty": ("选择一次或多次运行", "Choose one or more runs"),
    "app_compare_none_chosen": (
        "还没有选择要对比的结果。",
        "No run to compare with is chosen.",
    ),
    "app_compare_newest": ("与最近一次结果对比", "Compare with the newest result"),
    "app_compare_another": ("与另一次结果对比", "Compare with another result"),
    "app_compare_ignored": (
        "地址中有 {n} 个运行编号在本机找不到，已略过。",
        "{n} of the runs named in the address are not here and were left out.",
    ),
    "app_compare_only": ("只看差异", "Differences only"),
    "app_compare_only_help": (
        "只列出各次结果不相同的数字。",
        "List only numbers that are not the same in all runs.",
    ),
    "app_compare_download": ("下载对比工作簿", "Download workbook"),
    "app_compare_download_help": (
        "内部工作用表，含优先层级和预留标记，不得外传。",
        "Internal working paper with tiers and reserves; must not leave the office.",
    ),
    "app_compare_file": ("内部工作用表-运行对比", "internal-comparison"),
    "app_compare_working": ("正在对比……", "Comparing ..."),
}

_FINDING: dict[str, tuple[str, str]] = {
    "app_compare_finding": (
        "与基准相比，**{run}**：授予名额{awards}；新获得 {gained} 人，失去 {lost} 人，"
        "换名额 {moved} 人。",
        "Against the base, **{run}** gives {awards} awards; {gained} people gained one, {lost} "
        "lost theirs, {moved} moved to another place.",
    ),
    "app_compare_more": ("增加 {n} 个", "{n} more"),
    "app_compare_fewer": ("减少 {n} 个", "{n} fewer"),
    "app_compare_as_many": ("总数不变", "as many"),
    "app_compare_better": (
        "换名额的人中，{up} 人的志愿更靠前，{down} 人的更靠后。",
        " Of those who moved, {up} got a place they ranked higher, {down} one they ranked lower.",
    ),
}

_PARTS: dict[str, tuple[str, str]] = {
    "app_compare_settings": ("改了什么", "What was changed"),
    "app_compare_settings_alt": ("各次运行中不同的设置", "Settings that differ between the runs"),
    "app_compare_measures": ("数字有何变化", "What became of the numbers"),
    "app_compare_measures_alt": (
        "各次运行的主要数字与基准的差异",
        "Measures of the runs and their differences to the base",
    ),
    "app_compare_no_measures": ("各项数字都相同。", "All measures are the same."),
    "app_compare_price": ("公平的代价", "The price of fairness"),
    "app_compare_price_alt": (
        "授予数、各优先层级、合理异议、志愿序号和缺额的比较",
        "Awards, tiers, envy, ranks and shortfalls compared",
    ),
    "app_compare_verdict_better": ("改善 {n}", "better {n}"),
    "app_compare_verdict_worse": ("变差 {n}", "worse {n}"),
    "app_compare_equal": ("不变", "same"),
    "app_compare_unknown": ("—", "—"),
    "app_compare_rules": (
        "逐项：阶段、预留和数量要求",
        "One by one: stages, reserves and quotas",
    ),
    "app_compare_areas": ("各区县、各类名额", "Districts and kinds"),
    "app_compare_of": ("比较哪个数", "Which number"),
    "app_compare_of_awards": ("授予名额", "awards"),
    "app_compare_of_disabled": ("授予残疾人", "awards to disabled applicants"),
    "app_compare_area_most": (
        "{of}变化最大：{district}{kind}，{change} 个",
        "Largest change in {of}: {kind}, {district}, {change}",
    ),
    "app_compare_area_same": (
        "{of}：各区县、各类都没有变化",
        "No change in {of} of any kind in any district",
    ),
    "app_compare_tier_most": (
        "第{tier}优先层级变化最大：{change} 个",
        "Tier {tier} changes most: {change} awards",
    ),
    "app_compare_tier_same": (
        "各优先层级的授予数没有变化",
        "Awards per priority tier are unchanged",
    ),
    "app_compare_tier": ("第{tier}层级", "tier {tier}"),
    "app_compare_awards": ("授予名额", "awards"),
    "app_compare_change": ("增减", "change"),
    "app_compare_all_districts": ("合计", "total"),
}

_MOVES: dict[str, tuple[str, str]] = {
    "app_compare_focus": ("看与哪次结果相比的变动", "Moves against which run"),
    "app_compare_people": ("谁的结果变了", "Whose outcome changed"),
    "app_compare_people_none": ("没有申请人的结果发生变化。", "Nobody's outcome changed."),
    "app_compare_people_alt": ("结果变动的申请人", "Applicants whose outcome changed"),
    "app_compare_all": ("全部 {n}", "all {n}"),
    "app_compare_class": ("{change} {n}", "{change} {n}"),
    "app_compare_change_gained": ("新获得", "gained"),
    "app_compare_change_lost": ("失去", "lost"),
    "app_compare_change_moved": ("换名额", "moved"),
    "app_compare_change_relabelled": ("预留改变", "other reserve"),
    "app_compare_col_receipt": ("受理回执号", "Receipt"),
    "app_compare_col_change": ("变动", "Change"),
    "app_compare_classes": ("按变动类别筛选", "Filter by change"),
    "app_compare_search": ("受理回执号或申请人编号", "Receipt number or applicant id"),
    "app_compare_search_empty": (
        "输入受理回执号或申请人编号查找",
        "Search by receipt number or applicant id",
    ),
    "app_compare_nobody": (
        "变动的申请人中没有符合“{search}”的；该申请人的结果可能没有变化。",
        "Nobody who moved matches “{search}”; that outcome may be unchanged.",
    ),
    "app_compare_col_before": ("基准的结果", "In the base"),
    "app_compare_col_after": ("对比的结果", "In the compared run"),
    "app_compare_col_wish_before": ("基准志愿", "Wish"),
    "app_compare_col_wish_after": ("对比志愿", "Wish"),
    "app_compare_col_why": ("对比理由", "Why"),
    "app_compare_why": ("查看理由", "reasons"),
    "app_compare_why_help": (
        "在新窗口打开“名单”页，查看该申请人在对比结果中各志愿的理由。",
        "Opens the page Awards in a new window with this person's reasons in the compared run.",
    ),
    "app_compare_places": ("哪些名额变了", "Which places changed"),
    "app_compare_places_none": (
        "没有名额的获得者发生变化。",
        "No place has other holders.",
    ),
    "app_compare_places_alt": ("获得者变动的名额", "Places whose holders changed"),
    "app_compare_view": ("地图显示", "The map shows"),
    "app_compare_view_holders": ("获得者人数", "holders"),
    "app_compare_view_reserved": ("预留名额数", "reserved units"),
    "app_compare_map_holders": (
        "获得者增加的名额 {gain} 处，减少的 {loss} 处，换人的 {swap} 处",
        "{gain} places with more holders, {loss} with fewer, {swap} with other ones",
    ),
    "app_compare_map_reserved": (
        "预留名额增加的有 {gain} 处，减少的有 {loss} 处",
        "Reserved units: {gain} places with more, {loss} with fewer",
    ),
    "app_compare_no_points": (
        "有 {n} 处名额没有坐标，未在图上显示。",
        "{n} places have no coordinates and are not on the map.",
    ),
    "app_compare_legend_holders": (
        ":green[●] 实心：获得者净增　:orange[○] 空心：净减　:gray[•] 小点：换人",
        ":green[●] filled: more holders　:orange[○] ring: fewer　:gray[•] dot: others",
    ),
    "app_compare_legend_reserved": (
        ":green[●] 实心：预留净增　:orange[○] 空心：净减　:gray[•] 小点：一增一减",
        ":green[●] filled: more reserved　:orange[○] ring: fewer　:gray[•] dot: as many",
    ),
    "app_compare_legend_size": (
        "同一场所的名额合为一点，变动越多，点越大。",
        "Places of one venue are one mark; the more change, the larger.",
    ),
    "app_compare_tip_holders": (
        "{kind} {place}\n获得者 {before} → {after} 人；{n} 个名额有变动",
        "{kind} {place}\nholders {before} → {after}; {n} places changed",
    ),
    "app_compare_tip_reserved": (
        "{kind} {place}\n预留名额 {before} → {after} 个；{n} 个名额有变动",
        "{kind} {place}\nreserved units {before} → {after}; {n} places changed",
    ),
    "app_compare_direction_gain": ("增加", "more"),
    "app_compare_direction_loss": ("减少", "fewer"),
    "app_compare_direction_swap": ("换人", "others"),
    "app_compare_direction_relabel": ("只改预留", "reserve"),
    "app_compare_col_place": ("名额", "Place"),
    "app_compare_col_direction": ("变动", "Change"),
    "app_compare_col_holders": ("获得者", "Holders"),
    "app_compare_col_reserved": ("其中预留", "Reserved"),
    "app_compare_col_map": ("地图", "Map"),
    "app_compare_on_map": ("看地图", "open"),
    "app_compare_arrow": ("{before} → {after}", "{before} → {after}"),
}

TEXTS: dict[str, tuple[str, str]] = {**_CHOOSE, **_FINDING, **_PARTS, **_MOVES}
