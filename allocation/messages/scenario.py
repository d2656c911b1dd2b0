"""Texts about scenario files, policy profiles and overrides.

``{expected:zh}`` and the like hold another text, see
:class:`allocation.messages.problems.Problem`.
"""

from __future__ import annotations

_FILES: dict[str, tuple[str, str]] = {
    "several_problems": (
        "方案有 {n} 处问题，请逐项更正：\n{problems:zh}",
        "The scenario has {n} problems:\n{problems:en}",
    ),
    "scenario_missing": (
        "找不到方案文件 {file}，或该文件无法读取。",
        "There is no scenario file {file}, or it cannot be read.",
    ),
    "extends_missing": (
        "找不到所沿用的方案文件 {file}，请核对 extends 一项的路径（相对于本方案文件）。",
        "The scenario file {file} named by extends is not there; its path is relative to the "
        "file that names it.",
    ),
    "extends_cycle": (
        "方案文件 {file} 直接或间接沿用了自身，请更正 extends 一项。",
        "The scenario file {file} extends itself, directly or through another file.",
    ),
    "profile_missing": (
        "找不到政策档案 {file}，请核对 profile 一项的路径（相对于方案文件）。",
        "There is no policy profile {file}; the path in profile is relative to the scenario file.",
    ),
    "profile_not_loaded": (
        "政策档案《{title}》（{file}）尚未录入参数，暂不能使用；请先依据文件正式文本录入并标明依据条款。",
        "The policy profile {title} ({file}) is not yet loaded: enter its parameters with their "
        "articles from the official text before using it.",
    ),
    "profile_field_wrong": (
        "政策档案 {file} 的“{field}”未填写或填写有误。",
        "Policy profile {file}: {field} is missing or wrong.",
    ),
    "profile_row_wrong": (
        "政策档案 {file} 第 {row} 个参数（{name}）的“{field}”未填写或填写有误；"
        "每个参数须写明名称、取值、文件依据、条款、制定机关、适用地区和依据状态。",
        "Policy profile {file}, parameter {row} ({name}): {field} is missing or wrong; every "
        "parameter states name, title, value, legal basis, article, issuing body, jurisdiction "
        "and status.",
    ),
    "profile_overlap": (
        "政策档案 {file} 中参数 {name} 在同一时期有两个取值，请核对施行日期和失效日期。",
        "Policy profile {file}: {name} has two values on the same day; check its dates.",
    ),
    "parameters_not_in_force": (
        "政策档案 {file} 中有 {n} 个参数在决定日期 {day} 不在有效期内（{keys}）；"
        "请核对决定日期，改用现行政策档案，或在方案中写明这些项的取值。",
        "In policy profile {file}, {n} parameters are not in force on the decision date {day} "
        "({keys}); check the date, use the current profile or set them in the scenario.",
    ),
    "toml_not_utf8": (
        "文件 {file} 不是 UTF-8 编码，请用“另存为”选择 UTF-8 编码后重试。",
        "The file {file} is not UTF-8; save it again with that encoding.",
    ),
    "toml_syntax": (
        "文件 {file} 第 {line} 行不符合 TOML 格式，请检查引号、括号、等号以及重复的项。",
        "The file {file} is no valid TOML at line {line}: check quotes, brackets, equals signs "
        "and repeated keys.",
    ),
    "canonical_damaged": (
        "运行记录中保存的方案已损坏，无法复原。",
        "The scenario kept in the run record is damaged and cannot be rebuilt.",
    ),
}

_KEYS: dict[str, tuple[str, str]] = {
    "unknown_key": (
        "没有“{key}”这一设置项，最接近的是“{nearest}”。（{file}）",
        "There is no key {key}; the nearest one is {nearest}. ({file})",
    ),
    "kind_not_declared": (
        "“{key}”中的名额类型“{value}”未经声明，最接近的是“{nearest}”；"
        "如确为新增类型，请用 [kind.{value}] 写明中英文名称。（{file}）",
        "{key} names the kind {value}, which is not declared; the nearest one is {nearest}. "
        "Declare a new kind with [kind.{value}]. ({file})",
    ),
    "missing_key": (
        "缺少必填项“{key}”。",
        "The key {key} is missing.",
    ),
    "missing_key_renamed": (
        "“{table}”缺少必填项“{key}”；如要修改已有规则，名称应为“{nearest}”。",
        "{table} lacks the key {key}; to change the existing rule, its name is {nearest}.",
    ),
    "name_repeated": (
        "“{key}”在同一文件中出现两次，请合并或改名。（{file}）",
        "{key} stands twice in one file; merge or rename one. ({file})",
    ),
    "not_a_table": (
        "“{key}”应为一组设置，不能只写一个值。（{file}）",
        "{key} must be a table of settings, not a single value. ({file})",
    ),
    "key_is_table": (
        "“{key}”是一组设置，请写到具体的项：{choices}。（{file}）",
        "{key} is a table; name one of its keys: {choices}. ({file})",
    ),
    "override_form": (
        "参数“{text}”的写法有误，应为 --set 设置项=取值，例如 --set reserve.stall.share=0.12。",
        "The override {text} is not of the form key=value, for example "
        "--set reserve.stall.share=0.12.",
    ),
    "override_forbidden": (
        "“{key}”不能用 --set 修改，请在方案文件中修改。",
        "{key} cannot be changed with --set; change the scenario file.",
    ),
    "wrong_value": (
        "“{key}”的取值 {value} 不符合要求，应为{expected:zh}。（来源：{file}，{status_text:zh}）",
        "{key} = {value} is not allowed; expected {expected:en}. (from {file}, {status_text:en})",
    ),
}

_EXPECTED: dict[str, tuple[str, str]] = {
    "expect_text": ("文字", "text"),
    "expect_one_line": ("不含换行的非空文字", "text on one line, not empty"),
    "expect_name": (
        "以字母、数字或汉字开头的名称，不超过 80 字，不含 / \\ : * ? 等符号",
        "a name of at most 80 characters that starts with a letter or digit and holds no "
        "path characters",
    ),
    "expect_integer": ("整数", "a whole number"),
    "expect_at_least": ("不小于 {limit} 的整数", "a whole number of at least {limit}"),
    "expect_number": ("数字", "a number"),
    "expect_share": (
        "0 % 至 100 % 的比例（方案文件中 10 % 写作 0.10）",
        "a share from 0 % to 100 % (in a scenario file 10 % is 0.10)",
    ),
    "expect_not_negative": ("不小于 0 的数字", "a number of at least 0"),
    "expect_positive": ("大于 0 的数字", "a number above 0"),
    "expect_flag": ("true（是）或 false（否）", "true or false"),
    "expect_date": ("日期，如 2023-12-01", "a date such as 2023-12-01"),
    "expect_list": ('列表，如 ["a", "b"]', 'a list such as ["a", "b"]'),
    "expect_not_empty": ("至少一项的列表", "a list of at least one item"),
    "expect_table": ("一组设置", "a table of settings"),
    "expect_one_of": ("下列之一：{choices}", "one of {choices}"),
    "expect_age_limit": (
        '0 至 120 的整数周岁、"none"（不限）或 "statutory_retirement-1"（距法定退休年龄 1 年）等',
        'whole years from 0 to 120, "none", or "statutory_retirement-1" and the like',
    ),
    "expect_kind_id": (
        "以小写英文字母开头、由小写字母、数字和下划线组成的类型标识",
        "a kind in lower-case letters, digits and underscores",
    ),
    "expect_column_name": (
        "以小写英文字母开头、由小写字母、数字和下划线组成的列名",
        "a name of a column in lower-case letters, digits and underscores",
    ),
    "expect_projected_crs": (
        "2000 国家大地坐标系的高斯投影带，如 EPSG:4549",
        "a projected zone of CGCS2000 such as EPSG:4549",
    ),
    "expect_crs": (
        "{choices}，或 2000 国家大地坐标系的高斯投影带（如 EPSG:4549）",
        "{choices} or a projected zone of CGCS2000 such as EPSG:4549",
    ),
    "expect_bounds": (
        "四个经纬度：[西, 南, 东, 北]",
        "four degrees: [west, south, east, north]",
    ),
    "expect_selector": (
        '选择条件，如 {{ group = "disabled" }}',
        'a selector such as {{ group = "disabled" }}',
    ),
    "expect_selector_value": (
        "单个取值、取值列表或区间 {{ min = 1, max = 2 }}",
        "a value, a list of values or a range {{ min = 1, max = 2 }}",
    ),
    "expect_column": (
        "已有的列名（“{column}”不是），可用：{choices}",
        "a known column ({column} is not), one of {choices}",
    ),
    "expect_column_values": (
        "列“{column}”允许的取值：{choices}",
        "values of the column {column}: {choices}",
    ),
    "expect_other": ("另一种取值", "another value"),
}

_RULES: dict[str, tuple[str, str]] = {
    "decision_date_missing": (
        "使用政策档案须写明决定日期 decision_date（系统不以当天日期代替）。（{file}）",
        "A scenario with a policy profile must state decision_date; today's date is never "
        "used instead. ({file})",
    ),
    "data_folder_or_workbook": (
        "[data] 中 folder（数据文件夹）与 workbook（工作簿）须填写一项，且只能填写一项。",
        "[data] needs exactly one of folder and workbook.",
    ),
    "column_taken": (
        "“{key}”：系统已有名为“{name}”的列，自定列请另取名称。",
        "{key}: a column {name} exists already; give yours another name.",
    ),
    "column_header_taken": (
        "“{key}”的表头“{header}”已为“{table}”表的另一列所用，请改用别的表头。",
        "{key}: the header {header} already stands for another column of {table}.",
    ),
    "bounds_crossed": (
        "下限“{low}”大于上限“{high}”，请更正。",
        "The lower bound {low} is above the upper bound {high}.",
    ),
    "kind_in_two_stages": (
        "名额类型“{kind}”只能在一个阶段中分配一次，现出现于：{stages}。",
        "The kind {kind} may stand in one stage only, once; it stands in {stages}.",
    ),
    "levels_unused": (
        "“{key}”：分配机制 {mechanism} 不设优化目标，请改为空列表 []。",
        "{key}: the mechanism {mechanism} has no levels; make it an empty list [].",
    ),
    "levels_empty": (
        "“{key}”：优化分配的阶段至少要有一个目标层级。",
        "{key}: an optimal stage needs at least one level.",
    ),
    "value_repeated": (
        "“{key}”中“{value}”重复出现，请只保留一处。",
        "{key} holds {value} more than once.",
    ),
    "share_or_count": (
        "“{key}”须在 share（比例）与 count（数量）中填写一项，且只能填写一项。",
        "{key} needs exactly one of share and count.",
    ),
    "queue_takes_no_reserve": (
        "“{key}”：按受理先后（queue）办理的类型不设预留，先后由受理时间决定。",
        "{key}: a kind given in order of acceptance has no reserve; acceptance time decides.",
    ),
    "over_and_above_needs_stable": (
        "“{key}”：额外预留方式（over_and_above）仅对稳定匹配（stable）有定义，"
        "本阶段为 {mechanism}，请改用最低保障（minimum_guarantee）或刚性预留（hard）。",
        "{key}: over_and_above is defined for the stable mechanism only and this stage is "
        "{mechanism}; use minimum_guarantee or hard.",
    ),
    "stable_setting": (
        "“{key}”仅对 {readers} 有意义，本阶段为 {mechanism}，请删去。",
        "{key} means something for {readers} only and this stage is {mechanism}; remove it.",
    ),
    "stable_split": (
        "“{key}”：稳定匹配（stable）中预留须落实到每个名额单位，split_to 应为 place。",
        "{key}: under stable a reserve is kept by each place for itself; split_to must be place.",
    ),
    "stable_modes": (
        "名额类型“{kind}”的几项预留方式不一（{modes}）；稳定匹配（stable）中同一类型只能用一种方式。",
        "The reserves of kind {kind} have different modes ({modes}); under stable a kind has one.",
    ),
    "stable_quota": (
        "“{key}”：必须执行的数量要求（hard）与稳定匹配（stable）不能同时成立，"
        "可能不存在既无合理异议又不浪费名额的结果；请改为弹性要求，"
        "或将本阶段改用 optimal 或 egalitarian。",
        "{key}: a hard quota cannot be promised by stable, as no list without justified envy and "
        "waste need exist; make it elastic or give the stage to optimal or egalitarian.",
    ),
    "stable_household": (
        "“{key}”：每户上限使一家人的结果互相牵连，稳定匹配（stable）无法保证；"
        "请取消上限，或将阶段“{stage}”改用 optimal。",
        "{key}: a limit per household ties the results of a family together, which stable cannot "
        "keep; drop it or give stage {stage} to optimal.",
    ),
    "premises_reserve": (
        "“{key}”：场所由申请人自备的阶段按统一次序依次选定，不设预留；"
        "请以优先层级体现照顾，或删去该预留。",
        "{key}: where applicants bring their premises one common order decides and there is no "
        "reserve; express the preference by tiers or remove it.",
    ),
    "premises_extra_number": (
        "“{key}”：场所由申请人自备的阶段，残疾人增加的数量不得大于 1，"
        "否则后选的人会给先选的人腾出余地。",
        "{key}: where applicants bring their premises it may be 1 at most, or somebody choosing "
        "later would make room that was not there before.",
    ),
    "premises_pool": (
        "“{key}”：场所由申请人自备的阶段统一按优先层级、抽签号排序，请删去该项。",
        "{key}: where applicants bring their premises the order is tier, then draw; remove it.",
    ),
    "egalitarian_setting": (
        "“{key}”仅对机会均等（egalitarian）有意义，本阶段为 {mechanism}，请删去。",
        "{key} means something for the egalitarian mechanism only and this stage is {mechanism}; "
        "remove it.",
    ),
    "egalitarian_groups": (
        "“{key}”：机会均等的阶段“{stage}”中，各类名额应属同一互斥组（现分属{n}组）；"
        "一人只有一个中签机会，至多取得一个名额。请合并，或分设阶段。",
        "{key}: the kinds of the egalitarian stage {stage} must exclude each other (they stand in "
        "{n} groups): a person has one chance of one award. Join them or make stages of them.",
    ),
    "serial_not_last": (
        "“{key}”：“依次选择名额”（preference_serial）须列在最后；选定之后去向已定，其后的目标不起作用。",
        "{key}: preference_serial must be the last level: once people have chosen, nothing below "
        "it could decide anything.",
    ),
    "serial_groups": (
        "“{key}”：阶段“{stage}”的各类名额分属{n}个互斥组，一人可取得多个名额，不能依次选择一个；"
        "请改用 preference_by_tier，或分设阶段。",
        "{key}: the kinds of stage {stage} stand in {n} groups, so that a person may get several "
        "places and has no one turn; use preference_by_tier, or make stages of them.",
    ),
    "split_not_narrower": (
        "“{key}”= {value} 应小于预留范围 {scope}"
        "（由大到小依次为 city、district、township、venue、place）。",
        "{key} = {value} must be narrower than the scope {scope} (city, district, township, "
        "venue, place).",
    ),
    "quota_without_bound": (
        "“{key}”须写明 min、max、min_share、max_share 中的至少一项。",
        "{key} needs at least one of min, max, min_share and max_share.",
    ),
    "quota_two_bounds": (
        "“{key}”的 {word} 与 {word}_share 只能填写一项。",
        "{key} may hold {word} or {word}_share, not both.",
    ),
    "denominator_missing": (
        "数量要求以比例表示时须写明计算基数“{key}”：capacity（按名额数）或 awarded（按已授予数）。",
        "A quota with a share must state {key}: capacity or awarded.",
    ),
    "queue_extra_number": (
        "“{key}”：按受理先后办理的许可不因持证人残疾而增加数量，应为 0。",
        "{key}: a kind given by order of acceptance has no extra number; it must be 0.",
    ),
    "tier_empty": (
        "“{key}”为空；只有最后一档可以为空，表示其余人员。",
        "{key} is empty; only the last tier may be, for everybody else.",
    ),
    "overruling_personal_number": (
        "“{key}”含有身份证号、残疾人证号或电话号码样式的数字，请改填申请人编号、名额编号，"
        "或写明姓名和单位即可。",
        "{key} holds what looks like an identity, certificate or phone number; give the id of the "
        "applicant or the place, or just name and office.",
    ),
    "overruling_too_late": (
        "“{key}”= {value} 晚于决定日期 {day}；复核结论须在决定日期以前作出。",
        "{key} = {value} is after the decision date {day}; a finding is overruled before it.",
    ),
    "below_legal_minimum": (
        "“{key}”= {value} 低于{legal_basis}{article}规定的下限 {minimum}，不得采用。",
        "{key} = {value} is below the minimum of {minimum} set by {legal_basis}, {article}.",
    ),
    "legally_locked": (
        "“{key}”由{legal_basis}{article}直接规定，方案不得改动。",
        "{key} is fixed by {legal_basis}, {article}; a scenario may not change it.",
    ),
    "legal_minimum_left_out": (
        "{legal_basis}{article}规定“{key}”不得低于 {minimum}，方案不得以其他方式代替该比例。",
        "{legal_basis}, {article} sets a minimum of {minimum} for {key}; the scenario may not "
        "leave this value out.",
    ),
    "official_preference": (
        "正式分配不得以全体申请人志愿序号之和为目标（{key} 中的 preference），"
        "请改用按优先层级逐级比较的 preference_by_tier。",
        "An official run refuses the plain sum of preference ranks over everybody (preference in "
        "{key}); use preference_by_tier.",
    ),
    "official_draw": (
        "正式分配须在 [draw] 中写明抽签方法和轮次；种子（seed）在封存之后公开产生，"
        "没有公开抽签的方案只能试算。",
        "An official run needs [draw] with method and round; the seed is drawn in public after "
        "everything is sealed. Without a draw a run is a trial.",
    ),
    "official_draw_method": (
        "正式分配不得用 {method} 排定次序：回执号固定次序（ids）事先可知，"
        "受理先后（acceptance）只用于全部按受理先后办理的方案；请改用 seed 或 rfc3797。",
        "An official run may not order by {method}: a fixed order of receipt numbers (ids) is "
        "known beforehand, and order of acceptance is for queues alone; use seed or rfc3797.",
    ),
    "draw_seed_unused": (
        "“{key}”：次序产生方法 {method} 不用种子，请删去种子或改用其他方法。",
        "{key}: the method {method} needs no seed; remove it or choose another method.",
    ),
    "draw_seed_not_numbers": (
        "“{key}”：RFC 3797 方法的种子应为公开数字，每个数后加“.”、每个来源后加“/”，"
        "如 9319./2.5.8.10.12./。",
        "{key}: the seed of RFC 3797 is made of public numbers, a full stop after each and a "
        "slash after each source, such as 9319./2.5.8.10.12./.",
    ),
    "official_decision_date": (
        "正式分配须写明决定日期 decision_date。",
        "An official run needs decision_date.",
    ),
}

TEXTS: dict[str, tuple[str, str]] = {**_FILES, **_KEYS, **_EXPECTED, **_RULES}
