"""Texts of the rules: refusals, errors, and the words of their parameters.

A reason carries plain values such as ``requirement="requires_standing"``;
:func:`localise` turns them into words before a template is filled.  A reason goes to
the applicant it is about, so it may show that person's own values and nobody else's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

REFUSALS: dict[str, tuple[str, str]] = {
    "double_registration": (
        "同一身份证号重复登记。保留受理回执号 {kept_receipt_no} 的登记，本登记的各项申请不予受理。",
        "The same identity number was registered twice. The registration with receipt "
        "{kept_receipt_no} stays; the applications of this one are refused.",
    ),
    "duplicate_application": (
        "同一名额重复填报。保留第 {kept_rank} 志愿，"
        "本条（第 {preference_rank} 志愿）不再参加分配。",
        "The place is listed twice. Wish {kept_rank} stays; this one (wish {preference_rank}) "
        "is dropped.",
    ),
    "group_not_admitted": (
        "申请人类别为{group}，不属于该类名额的安排对象{basis}。",
        "The applicant group ({group}) is not one this kind of place is for{basis}.",
    ),
    "place_disabled_only": (
        "该名额专项用于安排残疾人{basis}，申请人登记类别不是残疾人。",
        "The place is set aside for disabled people{basis}; the applicant is not registered "
        "as one.",
    ),
    "certificate_missing": (
        "未提交残疾人证，不能按残疾人身份申请{basis}。",
        "No disability certificate was filed, so the application as a disabled person cannot "
        "be accepted{basis}.",
    ),
    "certificate_mismatch": (
        "残疾人证号{field}，请持原件到受理窗口核对{basis}。",
        "The certificate number {field}; please have it checked at the office{basis}.",
    ),
    "certificate_not_valid": (
        "残疾人证当前状态为{status}，不能作为申请依据{basis}。",
        "The disability certificate is {status} and cannot support the application{basis}.",
    ),
    "certificate_expired": (
        "残疾人证到决定日（{decision_date}）已过有效期，有效期至 {valid_to}；请先办理换证{basis}。",
        "On the decision date ({decision_date}) the disability certificate has run out; last "
        "valid day: {valid_to}. Please renew it{basis}.",
    ),
    "disability_not_served": (
        "残疾类别、等级不属于该类名额的服务对象{basis}。",
        "The type and level of disability are not among those this kind of place serves{basis}.",
    ),
    "age_below": (
        "决定日年龄为{age}周岁，未满{limit}周岁{basis}。",
        "Aged {age} on the decision date, below the least age of {limit}{basis}.",
    ),
    "age_above": (
        "决定日已满{age}周岁，{exceeds}{basis}。",
        "Aged {age} on the decision date: {exceeds}{basis}.",
    ),
    "residence": (
        "不符合户籍或居住条件：{lacking}{basis}。",
        "The condition of registration or residence is not met: {lacking}{basis}.",
    ),
    "employment_excluded": (
        "就业状态登记为{status}，不属于该类名额的安排对象{basis}。",
        "The employment status on record ({status}) excludes this kind of place{basis}.",
    ),
    "terms_used": (
        "{limited}{basis}。",
        "No further term: {limited}{basis}.",
    ),
    "licence_held": (
        "已持有烟草专卖零售许可证，按本方案不再安排该类名额{basis}。",
        "The applicant holds a tobacco licence and by this plan cannot have this kind of "
        "place{basis}.",
    ),
    "not_suitable": (
        "该名额要求{requirement}，职业能力评估结论为不能胜任{basis}。",
        "The place asks for {requirement}, which the assessment says the applicant cannot "
        "do{basis}.",
    ),
}
"""One reason code for each rule of eligibility; each name is that of its function."""

_ERRORS: dict[str, tuple[str, str]] = {
    "rule_needs_column": (
        "规则 {rule}（名额类型：{kind}）要用到 {table} 表的“{header}”（{column}），"
        "但文件没有这一列，或整列为空；请补填，或在方案中取消该规则。",
        "Rule {rule} (kind: {kind}) needs column {column} of {table}, which is missing or empty "
        "throughout; fill it in, or take the rule out of the scenario.",
    ),
    "rule_needs_decision_date": (
        "规则 {rule} 须以决定日为准；请在方案中填写 decision_date。",
        "Rule {rule} depends on the decision date; state decision_date in the scenario.",
    ),
    "selector_column": (
        "筛选条件中的列“{column}”不存在；最接近的是“{nearest}”。",
        "A selector names column {column}, which does not exist; the nearest is {nearest}.",
    ),
    "selector_value": (
        "筛选条件 {column} = {value} 与该列的数据类型不符，选不到任何记录；请改正。",
        "A selector asks for {column} = {value}, which that column can never hold; correct it.",
    ),
    "reserve_scope": (
        "预留规则 {reserve} 的范围设置不成立：不能由 {scope} 划分到 {to}。planned 只用于全市范围，"
        'split_to 须比 scope 更细，且不能与 base = "opened" 同用。',
        "Reserve {reserve} cannot go from scope {scope} to {to}: planned is for the whole city, "
        'split_to must be narrower than scope and does not go with base = "opened".',
    ),
    "reserve_over_capacity": (
        "预留规则 {reserve} 应预留 {count} 个，超过范围内的名额总数 {capacity}，无法划分；"
        "请核对计划数（planned）或预留数（count）。",
        "Reserve {reserve} comes to {count} units but its scope has only {capacity}, so they "
        "cannot be split; check planned or count.",
    ),
    "hard_reserves_over_capacity": (
        "硬性预留合计超过名额总数：{reserve} 的范围内共有 {capacity} 个名额，"
        "连同该范围内的其他硬性预留应留 {count} 个。请减少预留数，或改用其他预留方式（mode）。",
        "Hard reserves keep more units than there are: the scope of {reserve} has {capacity}, and "
        "with the other hard reserves inside it {count} are to be kept; reserve fewer or choose "
        "another mode.",
    ),
    "place_without_scope": (
        "预留按 {column} 计算，但有 {count} 个名额（{kind}）未填 {column}；请补填。",
        "A reserve is counted by {column}, which {count} places of {kind} do not state; fill "
        "it in.",
    ),
    "zone_missing": (
        "{kind} 的间距按区域类别（zone）确定，但有 {count} 个点未填区域类别；请补填。",
        "The spacing of {kind} depends on the zone, which {count} sites do not state; fill it in.",
    ),
    "accepted_at_missing": (
        "{kind} 按受理先后办理，但有 {count} 条申请未填受理时间（accepted_at）；请补填。",
        "{kind} goes by order of acceptance, but {count} applications have no accepted_at; fill "
        "it in.",
    ),
    "overruling_unknown": (
        "复核事项（申请人 {applicant_id}，名额 {place_id}）与数据不符：{missing:zh}；请核对编号。",
        "The overruling for applicant {applicant_id} and place {place_id} does not fit the data: "
        "{missing:en}; check the ids.",
    ),
    "overruling_no_applicant": ("申请人表中没有这个编号", "no such applicant"),
    "overruling_no_place": ("名额表中没有这个编号", "no such place"),
    "overruling_no_application": (
        "该申请人没有申请这个名额",
        "the applicant did not apply for the place",
    ),
    "queue_tie": (
        "{kind} 有 {count} 处受理先后无法区分（首处受理时间 {accepted_at}）；"
        "请用受理序号（accepted_seq）注明先后。",
        "In {kind} the order of acceptance cannot be told in {count} places (the first at "
        "{accepted_at}); state it by accepted_seq.",
    ),
}

_NOTICES: dict[str, tuple[str, str]] = {
    "overruled": (
        "申请人 {applicant_id} 申请名额 {place_id} 的职业能力评估结论“不能胜任”，已由{by}于"
        " {decided_on} 复核推翻，按适合处理。理由：{reason}",
        "Applicant {applicant_id}, place {place_id}: the finding “not suitable” was overruled by "
        "{by} on {decided_on}; the application counts as suitable. Reason: {reason}",
    ),
    "overruling_idle": (
        "申请人 {applicant_id} 申请名额 {place_id} 的复核（{by}，{decided_on}）没有改变结果："
        "该申请没有可以推翻的“不能胜任”结论，或另因其他规定不符合条件。",
        "Applicant {applicant_id}, place {place_id}: the overruling by {by} on {decided_on} "
        "changes nothing; there is no finding “not suitable” to overrule, or another rule "
        "refuses the application.",
    ),
    "unverified_facts": (
        "{count} 条申请因信息未填或不详，未能核对“{rule}”，暂按符合处理；"
        "拟安排人员请在公示前核实。",
        "{count} applications passed “{rule}” only because a fact is empty or unknown; verify "
        "those of people about to be awarded before publication.",
    ),
}

TEXTS: dict[str, tuple[str, str]] = {**REFUSALS, **_ERRORS, **_NOTICES}

_WORDS: Mapping[str, Mapping[str, tuple[str, str]]] = {
    "requirement": {
        "requires_standing": ("能够久站", "standing for long"),
        "requires_climbing": ("能够坡地行走", "walking on slopes"),
        "requires_sight": ("具备视力操作能力", "work by sight"),
        "requires_hearing": ("具备听辨能力", "telling sounds apart"),
        "requires_travel": ("能够独立出行", "travelling alone"),
        "requires_civil_capacity": ("具有完全民事行为能力", "full civil capacity"),
    },
    "status": {
        "frozen": ("冻结", "frozen"),
        "cancelled": ("注销", "cancelled"),
        "unemployed": ("未就业", "not in work"),
        "employed": ("已就业", "in work"),
        "student": ("在校学生", "student"),
        "pensioner": ("享受养老待遇", "drawing a pension"),
        "fiscal_payroll": ("财政供养", "on the public payroll"),
    },
    "group": {
        "disabled": ("残疾人", "disabled"),
        "household_member": ("残疾人家庭成员", "family member of a disabled person"),
        "general": ("一般申请人", "general"),
    },
    "field": {
        "identity_no": ("与登记的身份证号不一致", "differs from the registered identity number"),
        "disability_type": (
            "与登记的残疾类别不一致",
            "differs from the registered type of disability",
        ),
        "disability_level": (
            "与登记的残疾等级不一致",
            "differs from the registered level of disability",
        ),
        "certificate_no": ("不符合编号规则", "has not the form of such numbers"),
    },
    "valid_to": {"-": ("（未登记）", "(not recorded)")},
    "exceeds": {
        "years": ("超过{limit}周岁的年龄上限", "above the limit of {limit}"),
        "retirement": (
            "已达到法定退休年龄（法定退休日期 {retires_on}）",
            "past the statutory retirement date of {retires_on}",
        ),
        "margin": (
            "距法定退休日期（{retires_on}）不足{limit}年",
            "less than {limit} year(s) before the statutory retirement date of {retires_on}",
        ),
    },
    "lacking": {
        "hukou": ("无本市户籍", "not registered in this city"),
        "months": (
            "在本市居住{months}个月，不满{required}个月",
            "{months} months of residence, fewer than {required}",
        ),
        "hukou_and_months": (
            "无本市户籍，且在本市居住{months}个月，不满{required}个月",
            "not registered in this city, and {months} months of residence, fewer than {required}",
        ),
    },
    "limited": {
        "months": (
            "在公益性岗位累计{used}个月，已达{limit}个月的累计期限，且不属于可再次安置对象",
            "{used} months in public-welfare posts reach the limit of {limit}, and none of the "
            "grounds for another term applies",
        ),
        "placements": (
            "已在公益性岗位安置{used}次，达到累计{limit}次的上限",
            "placed in public-welfare posts {used} time(s), which reaches the limit of {limit}",
        ),
    },
    "rule": {
        "double_registration": ("无重复登记", "registered once"),
        "duplicate_application": ("无重复填报", "place listed once"),
        "place_disabled_only": ("残疾人专设名额", "place set aside for disabled people"),
        "certificate_missing": ("已提交残疾人证", "certificate filed"),
        "certificate_mismatch": ("残疾人证号与登记信息一致", "certificate fits the record"),
        "terms_used": ("公益性岗位累计期限", "time already spent in posts"),
        "group_not_admitted": ("申请人类别", "applicant group"),
        "certificate_not_valid": ("残疾人证状态", "status of the certificate"),
        "certificate_expired": ("残疾人证有效期", "term of the certificate"),
        "disability_not_served": ("服务对象的残疾类别、等级", "type and level of disability"),
        "age_below": ("年龄下限", "least age"),
        "age_above": ("年龄上限", "age limit"),
        "residence": ("户籍或居住条件", "registration or residence"),
        "employment_excluded": ("就业状态", "employment status"),
        "licence_held": ("是否已持烟草证", "licence held"),
        "not_suitable": ("职业能力评估", "functional assessment"),
    },
}
"""Parameter -> value -> words; the words may use other parameters of the same reason."""

_BASIS = ("（依据：{basis}）", " (basis: {basis})")


def localise(params: Mapping[str, Any], lang: str) -> dict[str, Any]:
    """Put the values of a reason's parameters into words.

    Parameters
    ----------
    params
        Parameters of a reason or a notice.
    lang
        ``zh`` or ``en``.

    Returns
    -------
    dict[str, Any]
        The same parameters; those without words are left as they are.
    """
    column = int(lang == "en")
    words = dict(params)
    for name, value in params.items():
        known = _WORDS.get(name, {}).get(str(value))
        if known is not None:
            words[name] = known[column].format(**params)
    if params.get("basis"):
        words["basis"] = _BASIS[column].format(basis=params["basis"])
    return words
