"""Texts of the page ``awards``, of the dossier of one applicant and of the letter."""

from __future__ import annotations

_LETTER: dict[str, tuple[str, str]] = {
    "app_awards_letter_title": ("关于申请结果的说明", "Outcome of your application"),
    "app_awards_letter_trial": ("试算稿，不作为分配依据", "Trial run: not a basis for giving out"),
    "app_awards_letter_watermark": ("试算稿", "TRIAL"),
    "app_awards_letter_addressee": (
        "{name}（受理回执号 {receipt_no}）：",
        "To {name} (receipt number {receipt_no})",
    ),
    "app_awards_letter_addressee_receipt": (
        "受理回执号 {receipt_no} 的申请人：",
        "To the applicant with receipt number {receipt_no}",
    ),
    "app_awards_letter_opening": (
        "您在“{title}”中填报志愿 {n} 个。",
        "In “{title}” you listed {n} wish(es).",
    ),
    "app_awards_letter_opening_nothing": (
        "您在“{title}”中已登记，但没有填报志愿，因此没有可以分配的名额。",
        "In “{title}” you are registered but listed no wish, so no place could be awarded.",
    ),
    "app_awards_letter_granted": (
        "第{wish}志愿“{place}”（{kind}）获批。各志愿的结果和理由如下。",
        "Wish {wish} was granted: {place} ({kind}). Outcome and reason of every wish follow.",
    ),
    "app_awards_letter_none_granted": (
        "各志愿均未获批，理由逐条说明如下。",
        "None was granted; the reason of each follows.",
    ),
    "app_awards_letter_col_rank": ("志愿", "Wish"),
    "app_awards_letter_col_place": ("名额", "Place"),
    "app_awards_letter_col_result": ("结果", "Result"),
    "app_awards_letter_col_told": ("说明", "Explanation"),
    "app_awards_letter_col_rule": ("核对事项＼志愿", "Checked ＼ wish"),
    "app_awards_letter_basis": ("依据：{basis}。", "Basis: {basis}."),
    "app_awards_letter_draw_title": ("抽签号", "Draw number"),
    "app_awards_letter_bases_title": ("资格核对所依据的规定", "Rules that eligibility rests on"),
    "app_awards_letter_objection_title": ("异议和救济", "If you disagree"),
    "app_awards_letter_days": (
        "如有异议，可在公示期（{period}）内向受理单位提出，并说明事实和理由。",
        "You may object to the office during publication ({period}), with facts and reasons.",
    ),
    "app_awards_letter_objection_reply_days": (
        "受理单位自收到异议之日起 {period}内答复。",
        "The office answers within {period} of receiving the objection.",
    ),
    "app_awards_letter_reconsideration_days": (
        "认为行政行为侵犯合法权益的，可自知道该行政行为之日起 {period}内，"
        "依照{basis}申请行政复议。",
        "Against the administrative act you may apply for reconsideration within {period} of "
        "learning of it ({basis}).",
    ),
    "app_awards_letter_office": ("（受理单位印章）", "(seal of the office)"),
    "app_awards_letter_rules": ("附：各志愿资格核对情况", "Annex: what was checked for each wish"),
    "app_awards_letter_legend": (
        "√ 符合　× 不符合　△ 登记信息不全，暂按符合处理　○ 原结论已复核推翻　– 不涉及",
        "√ met   × not met   △ not on record, counted as met for now   ○ finding overruled   "
        "– does not apply",
    ),
    "app_awards_letter_footer": (
        "运行编号 {run}\u3000名单校验值 {hash}",
        "Run {run}   hash of the list {hash}",
    ),
    "app_awards_letter_page": ("第 {page} 页，共 {pages} 页", "Page {page} of {pages}"),
    "app_awards_help_letter": (
        "另存为交给申请人的说明函（PDF）。",
        "Also write the letter to the applicant as a PDF.",
    ),
    "letter_needs_typst": (
        "本机没有安装排版组件 typst，不能生成说明函；请在本程序的文件夹中运行 "
        "pip install -c constraints.txt -e '.[app]'。",
        "Typst, which sets the letter, is not installed: in the folder of this program, "
        "pip install -c constraints.txt -e '.[app]'.",
    ),
    "letter_needs_font": (
        "本机没有可用的中文字体，不能生成说明函；请安装其中一种：{fonts}。",
        "No font with Chinese characters is installed, so the letter cannot be set; install one "
        "of {fonts}.",
    ),
}

_PAGE: dict[str, tuple[str, str]] = {
    "app_awards_granted": ("获批", "granted"),
    "app_awards_refused": ("未获批", "not granted"),
    "app_awards_waiting": (
        "在该名额的轮候名单中排第 {rank} 位。",
        "Number {rank} on its waitlist.",
    ),
    "app_awards_next": (
        "如有人放弃或名额空出，最先可能轮到的是第{wish}志愿“{place}”（轮候第 {rank} 位）。",
        "If a place falls free, the one you are nearest to is wish {wish}, {place} (number {rank} "
        "on its waitlist).",
    ),
    "app_awards_draw_seed": (
        "抽签号 {number}（共 {n} 个回执号参加）。抽签号的产生：把公开种子“{seed}”、轮次“{round}”"
        "和受理回执号“{receipt_no}”依次各写一行，取 SHA-256 值；所有回执号按该值由小到大排列，"
        "名次即抽签号，任何人都可以复算。",
        "Draw number {number} of {n}. Write the public seed “{seed}”, the round “{round}” and the "
        "receipt number “{receipt_no}” on one line each and take the SHA-256; the rank of that "
        "value among all receipt numbers, smallest first, is the draw number. Anybody can compute "
        "it again.",
    ),
    "app_awards_draw_rfc3797": (
        "抽签号 {number}（共 {n} 个回执号参加）。抽签号的产生：受理回执号由小到大编成名单，"
        "按 RFC 3797 的方法，用公开数字“{seed}”逐一选出，选出的次序即抽签号，任何人都可以复算。",
        "Draw number {number} of {n}. Receipt numbers are listed in ascending order and selected "
        "one by one from the public numbers “{seed}” as RFC 3797 says; the order of selection is "
        "the draw number. Anybody can compute it again.",
    ),
    "app_awards_draw_acceptance": (
        "次序号 {number}（共 {n} 个回执号），按首次受理时间先后排列，不抽签。",
        "Number {number} of {n}, in the order in which first applications were accepted; no lots "
        "were drawn.",
    ),
    "app_awards_draw_ids": (
        "抽签号 {number}（共 {n} 个回执号参加）。本次没有公开抽签，按受理回执号的 SHA-256 值"
        "由小到大排列，仅供试算。",
        "Draw number {number} of {n}. There was no public draw: receipt numbers are ranked by "
        "their SHA-256, for a trial only.",
    ),
    "app_awards_review_title": ("{title}（复核后）", "{title} (after review)"),
    "app_awards_overruled": (
        "职业能力评估“不能胜任”的结论已由{by}于 {decided_on} 复核推翻（理由：{reason}），"
        "按适合处理。",
        "The finding “not suitable” was overruled by {by} on {decided_on} (reason: {reason}); the "
        "application counts as suitable.",
    ),
}

_LISTS: dict[str, tuple[str, str]] = {
    "app_awards_list": ("名单", "List"),
    "app_awards_awards": ("获批", "Awarded"),
    "app_awards_waitlist": ("轮候", "Waitlist"),
    "app_awards_refusals": ("未获批", "Refused"),
    "app_awards_vacant": ("空缺", "Unfilled"),
    "app_awards_search": ("查找申请人", "Find an applicant"),
    "app_awards_search_hint": ("受理回执号或申请人编号", "Receipt number or applicant id"),
    "app_awards_nobody": (
        "没有找到这个受理回执号或申请人编号，请核对后重新输入。少于三位时只按全号查找。",
        "No such receipt number or applicant id; check it. Fewer than three characters find whole "
        "numbers only.",
    ),
    "app_awards_several": (
        "有 {n} 名申请人的编号以此开头，下面只列出他们的记录。",
        "{n} applicants have a number that begins like this; the list shows only theirs.",
    ),
    "app_awards_person": (
        "受理回执号 **{receipt_no}**　{name}　获批 {granted} 个志愿，未获批 {refused} 个志愿。",
        "Receipt **{receipt_no}**　{name}　{granted} wish(es) granted, {refused} not.",
    ),
    "app_awards_why": ("为什么", "Why"),
    "app_awards_any": ("全部", "All"),
    "app_awards_place_chip": ("名额：{place}", "Place: {place}"),
    "app_awards_place_off": ("取消名额筛选", "Show all places"),
    "app_awards_place_unknown": (
        "这个地址里的名额编号在本次运行中没有，已显示全部名额。",
        "The place named in this address is not in the run; all places are shown.",
    ),
    "app_awards_empty": (
        "这个名单中没有符合条件的记录。",
        "Nothing in this list passes.",
    ),
    "app_awards_empty_clear": ("清除查找和筛选", "Clear search and filters"),
    "app_awards_empty_person": (
        "此人在“{list}”名单中没有记录；各志愿的结果见上方“为什么”。",
        "This person is not in the list “{list}”; Why, above, tells the outcome of every wish.",
    ),
    "app_awards_empty_awards": ("本次运行没有分配出名额。", "This run awarded nothing."),
    "app_awards_empty_waitlist": ("没有人轮候。", "Nobody is waiting."),
    "app_awards_empty_refusals": ("所有志愿均已获批。", "Every wish was granted."),
    "app_awards_empty_vacant": ("没有空缺的名额。", "No place is left over."),
    "app_awards_filtered": ("（筛选自 {all} 条）", " ({all} in all)"),
    "app_awards_alt": ("{list}名单，每行一条记录", "List: {list}, one record a row"),
    "app_awards_reserved": ("预留", "reserved"),
    "app_awards_nobody_listed": ("无人填报", "nobody listed it"),
    "app_awards_state_free": ("有空余", "units left"),
    "app_awards_state_closed": ("未开设", "not opened"),
    "app_awards_internal": ("显示内部列", "Internal columns"),
    "app_awards_internal_help": (
        "优先层级、距离、理由全文仅供本单位办理使用，不得对外提供。",
        "Tier, distance and the reason in full are for the office alone and must not leave it.",
    ),
    "app_awards_download": ("下载", "Download"),
    "app_awards_download_help": (
        "供办公核对使用，不含姓名、证件、残疾类别和等级、收入、优先层级。"
        "对外公布的名单请到“公示”页导出。工作簿较大，生成约需十几秒。",
        "For work in the office: without names, documents, disability, income or tier. The list "
        "for publication is on the page Hand out. The workbook is large and takes some seconds.",
    ),
    "app_awards_xlsx": ("工作簿（各名单和统计，XLSX）", "Workbook: lists and measures (XLSX)"),
    "app_awards_csv": ("{list}名单（CSV）", "List: {list} (CSV)"),
    "app_awards_gpkg": ("地图图层（GeoPackage）", "Map layers (GeoPackage)"),
    "app_awards_col_number": ("序号", "No."),
    "app_awards_col_receipt_no": ("受理回执号", "Receipt"),
    "app_awards_col_person": ("姓名", "Name"),
    "app_awards_col_place": ("名额", "Place"),
    "app_awards_col_kind": ("名额类型", "Kind"),
    "app_awards_col_district": ("区县", "District"),
    "app_awards_col_preference_rank": ("志愿", "Wish"),
    "app_awards_col_draw_number": ("抽签号", "Draw"),
    "app_awards_col_reserve": ("名额性质", "Unit"),
    "app_awards_col_priority_tier": ("优先层级", "Tier"),
    "app_awards_col_distance_m": ("距离（米）", "Distance (m)"),
    "app_awards_col_waitlist_rank": ("轮候序号", "Waiting"),
    "app_awards_col_reason": ("未获批原因", "Reason"),
    "app_awards_col_sentence": ("理由全文", "Reason in full"),
    "app_awards_col_state": ("状态", "State"),
    "app_awards_col_capacity": ("名额数", "Units"),
    "app_awards_col_used": ("已授予", "Awarded"),
    "app_awards_col_free": ("空余", "Left"),
    "app_awards_col_n_applications": ("志愿数", "Wishes"),
    "app_awards_col_reasons": ("未获批原因（个）", "Refusals by reason"),
    "app_awards_col_why": ("理由", "Why"),
}

_WHY: dict[str, tuple[str, str]] = {
    "app_awards_unknown": (
        "本次运行中没有这个申请人编号或受理回执号，请核对，或到名单中查找。",
        "This run has no such applicant id or receipt number; check it or look in the lists.",
    ),
    "app_awards_back": ("返回名单", "Back to the lists"),
    "app_awards_who": ("受理回执号 {receipt_no}", "Receipt {receipt_no}"),
    "app_awards_n_granted": ("获批 {n} 个志愿", "{n} granted"),
    "app_awards_n_refused": ("未获批 {n} 个志愿", "{n} not granted"),
    "app_awards_no_wishes": (
        "该申请人已登记，但没有填报志愿。",
        "The applicant is registered but listed no wish.",
    ),
    "app_awards_wish": ("第{n}志愿", "Wish {n}"),
    "app_awards_basis": ("依据：{basis}", "Basis: {basis}"),
    "app_awards_holders": (
        "该名额的获得者（受理回执号）：{receipts}{more}",
        "The place is held by receipt {receipts}{more}",
    ),
    "app_awards_waiting_first": (
        "在该名额的轮候名单中排第 1 位。",
        "First on the waitlist of this place.",
    ),
    "app_awards_waiting_after": (
        "在该名额的轮候名单中排第 {rank} 位，排在前面的受理回执号：{receipts}{more}",
        "Number {rank} on the waitlist of this place, after receipt {receipts}{more}",
    ),
    "app_awards_waits": ("轮候第 {rank} 位", "waitlist no. {rank}"),
    "app_awards_more": ("等 {n} 个", " and more, {n} in all"),
    "app_awards_rules_kept": (
        "资格核对：{n} 项规定均符合",
        "Eligibility: all {n} rules met",
    ),
    "app_awards_rules_unknown": (
        "资格核对：{n} 项规定，{unknown} 项登记信息不全",
        "Eligibility: {n} rules, {unknown} not on record",
    ),
    "app_awards_rules_broken": (
        "资格核对：{n} 项规定，{broken} 项不符合",
        "Eligibility: {n} rules, {broken} not met",
    ),
    "app_awards_rules_others": (
        "{rules}；获得者和轮候次序",
        "{rules}; who holds it and who waits",
    ),
    "app_awards_on_map": ("在地图上查看", "Show on the map"),
    "app_awards_rules_alt": ("第{n}志愿逐项资格核对结果", "Rules checked for wish {n}"),
    "app_awards_rules_idle": ("不涉及：{rules}。", "Does not apply: {rules}."),
    "app_awards_rule_kept": ("符合", "met"),
    "app_awards_rule_broken": ("不符合", "not met"),
    "app_awards_rule_unknown": ("登记信息不全，暂按符合", "not on record, counted as met"),
    "app_awards_rule_overruled": ("结论已复核推翻", "finding overruled"),
    "app_awards_col_rule": ("核对事项", "Checked"),
    "app_awards_col_outcome": ("结论", "Outcome"),
    "app_awards_col_told": ("说明", "Explanation"),
    "app_awards_letter": ("生成说明函（PDF）", "Letter (PDF)"),
    "app_awards_letter_help": (
        "交给申请人本人的说明：写全名和受理回执号，不含证件号码、残疾类别和等级、优先层级。",
        "For the applicant: full name and receipt number, no document numbers, no disability, "
        "no tier.",
    ),
}

_OVERRULING: dict[str, tuple[str, str]] = {
    "app_awards_overrule": ("复核推翻…", "Overrule…"),
    "app_awards_overrule_title": (
        "复核推翻“不能胜任”的结论",
        "Overrule the finding “not suitable”",
    ),
    "app_awards_overrule_about": (
        "受理回执号 {receipt_no}　名额 {place}  \n{sentence}",
        "Receipt {receipt_no}, place {place}  \n{sentence}",
    ),
    "app_awards_overrule_help": (
        "本次运行的结果不改动。保存后在方案文件夹中生成一个沿用 {file} 的新方案，"
        "重新运行才会产生新名单；复核人和理由随新的运行一并留存。",
        "The finished run stays as it is. A new scenario that extends {file} is saved; only a new "
        "run makes a new list, and keeps who overruled the finding and why.",
    ),
    "app_awards_by": ("复核人（姓名和单位）", "Overruled by (name and office)"),
    "app_awards_reason": ("理由（不写证件号码和电话）", "Reason (no document or phone numbers)"),
    "app_awards_decided_on": (
        "作出复核决定的日期（不晚于决定日期）",
        "Day of the decision (not after the decision date)",
    ),
    "app_awards_overrule_save": ("保存为新方案", "Save as a new scenario"),
    "app_awards_overrule_blank": (
        "请写明复核人、理由和日期。",
        "State who overrules the finding, why, and the day.",
    ),
    "app_awards_overrule_numbers": (
        "复核人或理由中有证件号码、电话号码样式的数字，请删去后再保存。",
        "Name or reason hold what looks like the number of a document or a phone; take it out.",
    ),
    "app_awards_overrule_saved": (
        "已保存新方案 {file}。请到“运行”页按新方案重新运行。",
        "Saved the new scenario {file}. Run it on the page Run.",
    ),
    "app_awards_no_base": (
        "本次运行所用的方案文件 {file} 不在方案文件夹中，无法据此生成新方案；请先把它放回。",
        "The scenario file {file} of this run is not in the scenarios folder; put it back first.",
    ),
    "app_awards_base_altered": (
        "方案文件 {file} 在本次运行之后有改动；新方案将沿用改动后的内容。",
        "The scenario file {file} was changed after this run; the new scenario builds on the "
        "changed one.",
    ),
}

TEXTS: dict[str, tuple[str, str]] = {**_LETTER, **_PAGE, **_LISTS, **_WHY, **_OVERRULING}
