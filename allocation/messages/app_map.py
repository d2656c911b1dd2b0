"""Texts of the page ``map`` of the app."""

from __future__ import annotations

_STATUS: dict[str, tuple[str, str]] = {
    "app_map_status_awarded": ("已授予", "Awarded"),
    "app_map_status_reserved": ("按预留授予", "Reserved"),
    "app_map_status_vacant": ("空余", "Vacant"),
    "app_map_status_candidate": ("候选未设", "Candidate"),
    "app_map_status_refused": ("不能设点", "Cannot open"),
    "app_map_about_awarded": (
        "已授予，占用的是普通名额。",
        "Given out from the open units.",
    ),
    "app_map_about_reserved": (
        "已授予，占用的是预留名额。",
        "Given out from a reserve.",
    ),
    "app_map_about_vacant": (
        "已设立，本次没有授予任何人。",
        "Open already; given to nobody this time.",
    ),
    "app_map_about_candidate": (
        "可以设点，本次没有设立：没有符合条件的人申请，或者新设数量已用完。",
        "Could open and did not: nobody qualified asked, or the number was used up.",
    ),
    "app_map_about_refused": (
        "因间距、校园周边或数量限制，对所有符合条件的申请人都不能设点。",
        "Distance, a school or the number around bars everybody who qualified.",
    ),
}

_FILTERS: dict[str, tuple[str, str]] = {
    "app_map_kinds": ("名额类型", "Kinds"),
    "app_map_kinds_all": ("全部类型", "All kinds"),
    "app_map_district": ("区县", "District"),
    "app_map_district_all": ("全市", "Whole city"),
    "app_map_slot": ("经营时段", "Trading time"),
    "app_map_slot_all": ("全部时段", "Any time"),
    "app_map_search": ("搜索", "Search"),
    "app_map_search_hint": ("名额名称或编号", "Name or id of a place"),
    "app_map_legend": ("图例（点选即按状态筛选）", "Legend (pick to filter by status)"),
    "app_map_count": ("显示 {n} / 共 {total} 个点位", "{n} of {total} places shown"),
    "app_map_clear_filters": ("清除筛选", "Clear filters"),
    "app_map_unlocated": (
        "{n} 个点位没有坐标，不在图上，见下表：{ids}。",
        "{n} place(s) without coordinates are not on the map, only in the table: {ids}.",
    ),
    "app_map_unlocated_more": ("{ids} 等", "{ids} and others"),
    "app_map_chosen_hidden": (
        "所选点位不在当前筛选范围内，图上仍用圆圈标出。",
        "The chosen place does not pass the filters; the map still marks it with a ring.",
    ),
    "app_map_none_shown": (
        "没有符合筛选条件的点位。清除筛选后显示全部点位。",
        "No place passes the filters. Clear them to see all places.",
    ),
}

_LAYERS: dict[str, tuple[str, str]] = {
    "app_map_shade": ("底色", "Colour by"),
    "app_map_shade_none": ("不着色", "Nothing"),
    "app_map_shade_coverage": ("残疾申请人保障率", "Coverage"),
    "app_map_shade_need": ("尚未获得名额的人数", "Without an award"),
    "app_map_layers": ("叠加", "Also show"),
    "app_map_layer_points": ("点位", "Places"),
    "app_map_layer_circles": ("间距圈", "Spacing circles"),
    "app_map_layer_conflicts": ("冲突线", "Conflict lines"),
    "app_map_layer_schools": ("校园周边", "Schools"),
    "app_map_layer_outlets": ("现有网点", "Existing outlets"),
    "app_map_note_circles": (
        "间距圈按实际米数绘制，圆心为已设或所选的点位，半径为该点位要求的全部间距"
        "（已按获得者放宽）；同类点位不得落入圈内。",
        "Spacing circles are to scale, around sites that opened and the chosen one. The radius is "
        "the whole distance the site asks (relaxed for its holder); no site of its group may lie "
        "inside.",
    ),
    "app_map_note_conflicts": (
        "冲突线连接不能同时设立的两个点位，共 {n} 对；应保持的间距取各类获得者中最大者。",
        "Conflict lines join sites that cannot both open, {n} pair(s); the distance required is "
        "the largest among classes of holders.",
    ),
    "app_map_note_schools": (
        "校园周边按 {metres} 米绘制，圈内不得设彩票、烟草网点。",
        "Circles of {metres} m around schools, where no lottery or tobacco outlet may open.",
    ),
    "app_map_note_shade": (
        "只计残疾申请人，按户籍所在乡镇街道：保障率＝本次获得名额的人数÷至少有一个志愿符合条件的"
        "人数；已持有往年名额而本次未获的不计。不足 {n} 人的乡镇街道不显示数字。",
        "Disabled applicants only, by their township: coverage is people with an award divided by "
        "people with at least one eligible wish; whoever holds an award from before and got none "
        "is not counted. Townships with fewer than {n} people show no number.",
    ),
    "app_map_note_townships": (
        "乡镇街道范围按乡镇代表点划分，为示意范围，非行政界线。",
        "Township areas are drawn around one point each: a sketch, not administrative borders.",
    ),
    "app_map_note_districts": (
        "区县界线取自本次运行封存的 {file}，可能经过简化；公开发布地图前须核实来源和审图号。",
        "District outlines come from {file} as sealed with the run and may be simplified; confirm "
        "their source and map-review number before any public release.",
    ),
    "app_map_note_ground_none": (
        "本次运行没有区县界线和乡镇街道坐标，地图只显示点位。",
        "The run has no outlines and no township points; the map shows places alone.",
    ),
    "app_map_few": ("少于 {n} 人", "fewer than {n} people"),
    "app_map_tip_township": (
        "符合条件 {eligible} 人，获得名额 {served} 人（{share}）",
        "{eligible} eligible, {served} with an award ({share})",
    ),
    "app_map_tip_circle": (
        "{place}：要求间距 {metres:g} 米（{holder}）",
        "{place}: asks {metres:g} m ({holder})",
    ),
    "app_map_tip_conflict": (
        "{a} 与 {b} 相距 {metres:.1f} 米（{how}）\n应保持 {required:g} 米",
        "{a} and {b} are {metres:.1f} m apart ({how})\n{required:g} m required",
    ),
    "app_map_tip_school": ("{name}：周边 {metres:g} 米", "{name}: {metres:g} m around"),
    "app_map_tip_outlet": ("现有网点 {name}", "Existing outlet {name}"),
    "app_map_holder_general": ("一般申请人获得", "general holder"),
    "app_map_holder_disabled": ("残疾人获得", "disabled holder"),
    "app_map_holder_disabled_first": ("残疾人首次申请", "disabled person's first application"),
    "app_map_how_computed": ("计算距离", "computed"),
    "app_map_how_measured": ("实测距离", "measured"),
}

_TITLES: dict[str, tuple[str, str]] = {
    "app_map_title_places": (
        "{total} 个点位中 {given} 个已授予，其中 {reserved} 个按预留；{refused} 个候选点不能设点",
        "{given} of {total} places are given out, {reserved} of them from reserves; {refused} "
        "sites cannot open",
    ),
    "app_map_title_coverage": (
        "保障率最低：{township} {share}（全市 {city}）",
        "Lowest coverage: {township}, {share} (city {city})",
    ),
    "app_map_title_need": (
        "尚未获得名额最多：{township} {n} 人（全市 {city} 人）",
        "Most people without an award: {township}, {n} (city {city})",
    ),
    "app_map_title_unknown": (
        "没有可着色的乡镇街道：缺少乡镇坐标、区县界线，或者各乡镇街道都不足 {n} 人",
        "No township can be coloured: outlines or points are missing, or all have fewer than "
        "{n} people",
    ),
    "app_map_alt": ("地图：{finding}。{count}。", "Map: {finding}. {count}."),
    "app_map_loading": ("正在整理本次运行的点位……", "Preparing the places of this run…"),
}

_CARD: dict[str, tuple[str, str]] = {
    "app_map_choose": ("选择点位", "Choose a place"),
    "app_map_choose_hint": ("点击图上的点，或在此选择", "Click a place on the map, or choose here"),
    "app_map_choose_more": (
        "此处列出前 {n} 个，可先筛选或搜索。",
        "The first {n} are listed; filter or search for others.",
    ),
    "app_map_by_kind": ("各类名额", "By kind"),
    "app_map_col_kind": ("类型", "Kind"),
    "app_map_col_given": ("已授予 / 点位", "Given / places"),
    "app_map_unknown_place": (
        "这个地址里的名额编号不在本次运行中，可能属于另一次运行，或地址有误。",
        "The place named in this address is not part of this run; it belongs to another run, or "
        "the address is wrong.",
    ),
    "app_map_clear_choice": ("清除选择", "Clear choice"),
    "app_map_show_awards": ("在名单中查看", "See in the list"),
    "app_map_fact_where": ("位置", "Where"),
    "app_map_fact_zone": ("区域", "Zone"),
    "app_map_fact_units": ("名额", "Units"),
    "app_map_fact_trade": ("经营", "Trade"),
    "app_map_fact_wishes": ("申请", "Wishes"),
    "app_map_fact_refused": ("未获", "Refused"),
    "app_map_fact_waiting": ("轮候", "Waiting"),
    "app_map_fact_near_conflict": ("冲突", "Conflict"),
    "app_map_fact_near_open": ("最近已设", "Nearest open"),
    "app_map_fact_near_outlet": ("最近网点", "Nearest outlet"),
    "app_map_fact_near_school": ("最近学校", "Nearest school"),
    "app_map_facts_alt": ("{place}的情况", "Facts about {place}"),
    "app_map_units": ("已授予 {n} / 共 {capacity}", "{n} of {capacity} given"),
    "app_map_holders": ("获得者", "Holders"),
    "app_map_holders_more": ("另有 {n} 人，见名单。", "{n} more, see the list."),
    "app_map_holder_line": (
        "{name}　{receipt}　第 {rank} 志愿　{distance}　{pool}",
        "{name}　{receipt}　wish {rank}　{distance}　{pool}",
    ),
    "app_map_pool_open": ("普通名额", "open unit"),
    "app_map_pool_reserved": ("预留名额", "reserved unit"),
    "app_map_wishes": ("{n} 人（{ranks}）", "{n} people ({ranks})"),
    "app_map_wishes_rank": ("第 {rank} 志愿 {n}", "wish {rank}: {n}"),
    "app_map_wishes_later": ("第 {rank} 志愿及以后 {n}", "wish {rank} and later: {n}"),
    "app_map_wishes_none": ("没有人申请", "nobody"),
    "app_map_refused_none": ("无", "none"),
    "app_map_waiting": ("{n} 人，前列：{receipts}", "{n} people, first: {receipts}"),
    "app_map_waiting_none": ("无", "nobody"),
    "app_map_near_conflict": (
        "不能与 {id} 同时设立，相距 {metres} 米，应保持 {required:g} 米（{how}）",
        "not together with {id}: {metres} m apart, {required:g} m required ({how})",
    ),
    "app_map_near_open": (
        "{id}，{metres} 米（{how}）",
        "{id}, {metres} m ({how})",
    ),
    "app_map_near_outlet": (
        "{id}，{metres} 米（{how}）",
        "{id}, {metres} m ({how})",
    ),
    "app_map_near_school": (
        "{id}，{metres} 米，应保持 {required:g} 米（{how}）",
        "{id}, {metres} m, {required:g} m required ({how})",
    ),
    "app_map_why_shut": ("为什么没有设点", "Why it did not open"),
    "app_map_metres": ("{n} 米", "{n} m"),
    "app_map_kilometres": ("{n:.1f} 公里", "{n:.1f} km"),
    "app_map_kilometres_round": ("{n} 公里", "{n} km"),
    "app_map_no_distance": ("距离不详", "distance unknown"),
}

_TABLES: dict[str, tuple[str, str]] = {
    "app_map_plan": ("摊位平面图", "Plan of stalls"),
    "app_map_venue": ("市场", "Market"),
    "app_map_venue_hint": ("选择一个市场，查看摊位平面图", "Choose a market to see its stalls"),
    "app_map_venue_option": ("{name}（{n} 个摊位，{district}）", "{name} ({n} stalls, {district})"),
    "app_map_plan_counts": (
        "本市场 {n} 个摊位，预留 {required}，已用 {used}；已授予 {given}，空余 {vacant}",
        "{n} stalls, {required} reserved, {used} of these used; {given} given out, {vacant} vacant",
    ),
    "app_map_plan_counts_open": (
        "本市场 {n} 个摊位，没有预留；已授予 {given}，空余 {vacant}",
        "{n} stalls, none reserved; {given} given out, {vacant} vacant",
    ),
    "app_map_plan_note": (
        "按坐标绘制，上北右东，单位为米；点击摊位查看详情。",
        "Drawn from coordinates, north up, in metres; click a stall for its details.",
    ),
    "app_map_plan_alt": ("{name}摊位平面图：{counts}。", "Plan of {name}: {counts}."),
    "app_map_plan_unlocated": (
        "{n} 个摊位没有坐标，不在平面图上。",
        "{n} stall(s) without coordinates are not on the plan.",
    ),
    "app_map_table": ("点位清单", "Places"),
    "app_map_table_alt": (
        "点位清单，{n} 个，每行一个点位及其状态。",
        "Table of {n} places with their status, one a row.",
    ),
    "app_map_table_hint": (
        "选中一行，地图即转到该点位。",
        "Select a row and the map goes there.",
    ),
    "app_map_col_place_id": ("编号", "Id"),
    "app_map_col_label": ("名称", "Name"),
    "app_map_col_status": ("状态", "Status"),
    "app_map_col_district": ("区县", "District"),
    "app_map_col_township": ("乡镇街道", "Township"),
    "app_map_col_n_awards": ("已授予", "Awarded"),
    "app_map_col_capacity": ("名额数", "Units"),
    "app_map_col_n_wishes": ("申请人数", "Applicants"),
    "app_map_townships": ("各乡镇街道", "Townships"),
    "app_map_townships_alt": (
        "各乡镇街道残疾申请人的保障情况，共 {n} 行，保障最差的在前。",
        "How the disabled applicants of {n} townships are served, the worst first.",
    ),
    "app_map_col_n_eligible": ("符合条件人数", "Eligible people"),
    "app_map_col_n_served": ("获得名额", "With an award"),
    "app_map_col_n_unserved": ("尚未获得", "Without"),
    "app_map_col_coverage": ("保障率", "Coverage"),
}

TEXTS: dict[str, tuple[str, str]] = {
    **_STATUS,
    **_FILTERS,
    **_LAYERS,
    **_TITLES,
    **_CARD,
    **_TABLES,
}
