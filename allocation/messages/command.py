"""Texts of the command line, the run folder and the exports."""

from __future__ import annotations

_HELP: dict[str, tuple[str, str]] = {
    "help_app": (
        "名额公平分配：读取方案与数据，计算分配结果，核查并逐条说明理由。",
        "Gives out reserved places fairly: read a scenario, allocate, check, explain.",
    ),
    "help_run": (
        "运行方案，打印摘要和结果文件夹。按一次 Ctrl-C 停止并保留当前最好结果，再按一次放弃。",
        "Run a scenario; print the summary and the run folder. Ctrl-C once stops and keeps the "
        "best so far; twice aborts.",
    ),
    "help_validate": (
        "检查输入数据，一次列出全部错误。",
        "Check the input and list every error at once.",
    ),
    "help_check": (
        "只凭结果文件夹重新核查分配结果，不使用求解器。",
        "Judge the award list again from the run folder alone, without a solver.",
    ),
    "help_explain": (
        "逐个志愿说明某申请人为何获得或未获得名额。",
        "Say for every place an applicant listed why it was given or not.",
    ),
    "help_export": (
        "导出结果的名单、图层或公示名单。xlsx 为工作簿，csv 为一份名单，gpkg、geojson 为图层；"
        "public-xlsx、public-csv 为公示名单，隐去姓名部分字，不含任何证件、残疾、收入和住址信息。"
        "public-pack 为公开复核包，任何人可重算抽签和计数，申请人可凭核验码核对本人记录；"
        "audit-pack 为审计复核包，去标识化，须确认并登记。",
        "Export the lists, the layers, the public list or a replication pack of a run. xlsx is a "
        "workbook, csv one list, gpkg and geojson are layers; public-xlsx and public-csv are the "
        "list for publication, names masked, nothing else about people. public-pack lets anybody "
        "repeat draw and counts, and applicants check their own line by a code; audit-pack is "
        "pseudonymous, for an auditor or a court, and is confirmed and registered.",
    ),
    "help_demo_data": (
        "生成演示城市的数据（人员均为虚构）。",
        "Write the data of the demonstration city (all people are made up).",
    ),
    "help_lang": ("语言：zh 中文，en 英文。", "Language: zh Chinese, en English."),
    "help_scenario": ("方案文件。", "Scenario file."),
    "help_run_dir": ("结果文件夹。", "Run folder."),
    "help_set": (
        "改动方案中的一项，可重复，例如 reserve.stall.share=0.12。",
        "Change one setting, for example reserve.stall.share=0.12; may be repeated.",
    ),
    "help_run_out": ("存放各次结果的文件夹（默认 runs）。", "Folder of all runs (default runs)."),
    "help_official": (
        "正式运行或试算（默认试算）。正式运行须有事先公布的承诺、种子的揭示记录、具名的批准人和理由，"
        "且结果须经证明、核查无问题。写明 --trial 时，机会均等的阶段只公布中签机会，不抽签。",
        "Official run or trial (default). An official one needs a commitment published before, the "
        "revealed seed, a person who approves it with a reason, a proven list and a clean check. "
        "With --trial written out, an egalitarian stage publishes its chances and is not drawn.",
    ),
    "help_quiet": ("只打印结果文件夹的路径。", "Print the path of the run folder only."),
    "help_validate_out": (
        "把错误清单写到此文件夹的 errors.csv；写作 .xlsx 时生成标注错误的工作簿。",
        "Write the errors to errors.csv in this folder, or mark them in a workbook (.xlsx).",
    ),
    "help_applicant": ("申请人编号。", "Applicant id."),
    "help_format": ("导出格式。", "Format."),
    "help_export_out": (
        "导出文件或文件夹（默认为当前文件夹）。",
        "File or folder to write (default: here).",
    ),
    "help_table": ("csv 导出哪份名单。", "Which list a csv holds."),
    "help_internal": (
        "内部使用：加入优先层级、占用预留、距离和完整理由，不得外传。",
        "Working copy: adds tier, reserve, distance and full reasons; must not leave the office.",
    ),
    "help_export_confirm": (
        "审计复核包：写明方案名称以确认。",
        "Audit pack: the scenario's name, to confirm.",
    ),
    "help_export_by": (
        "审计复核包：领取人姓名和单位，载入登记簿。",
        "Audit pack: who takes it, and their office; entered in the register.",
    ),
    "help_export_reason": (
        "审计复核包：用途和文书编号，载入登记簿。",
        "Audit pack: what it is for, and the number of the file; entered in the register.",
    ),
    "help_export_withhold": (
        "公开复核包：这一类名额的获批名单也不列受理回执号；可以重复。",
        "Public pack: list awards of this kind without receipt numbers too; can be repeated.",
    ),
    "help_demo_out": (
        "写入的文件夹，或一个工作簿（.xlsx）。",
        "Folder to write, or one workbook (.xlsx).",
    ),
    "help_demo_applicants": ("残疾人申请人数。", "Number of disabled applicants."),
    "help_demo_seed": ("随机种子；同一种子得到同样的数据。", "Seed; the same seed, the same data."),
}

_PROGRESS: dict[str, tuple[str, str]] = {
    "phase_read": ("读取数据", "Reading the tables"),
    "phase_build": ("整理资格、距离与规则", "Building the instance"),
    "phase_solve": ("计算分配", "Allocating"),
    "phase_check": ("核查结果", "Checking the list"),
    "phase_explain": ("逐条说明理由", "Explaining refusals"),
    "phase_save": ("保存结果", "Saving the run"),
    "progress_bound": ("{level}：当前 {value}，界 {bound}", "{level}: best {value}, bound {bound}"),
    "stopping": (
        "正在停止，保留当前最好结果（再按一次 Ctrl-C 放弃本次运行）……",
        "Stopping and keeping the best so far (Ctrl-C again aborts the run) ...",
    ),
    "aborted": (
        "已放弃，未留下结果文件夹。",
        "Aborted; no run folder was left.",
    ),
}

_ERRORS: dict[str, tuple[str, str]] = {
    "runs_folder_unusable": (
        "无法在 {folder} 中写入结果，请换一个文件夹或检查权限。",
        "Cannot write runs in {folder}; choose another folder or check its permissions.",
    ),
    "run_missing": (
        "{folder} 不是完整的结果文件夹（缺少 manifest.json）。",
        "{folder} is no whole run folder (manifest.json is missing).",
    ),
    "run_damaged": (
        "结果文件夹 {folder} 中的 {file} 缺失或无法读取。",
        "{file} in the run folder {folder} is missing or cannot be read.",
    ),
    "run_table_lacks": (
        "{file} 缺少列：{columns}。这次结果由较早版本的程序得出，或文件被改动过："
        "请用得出结果的那个版本核查，或用现在的版本重新运行方案。",
        "{file} lacks columns: {columns}. An earlier version of the program made this run, or "
        "the file was altered: use the version that made it, or run the scenario again.",
    ),
    "applicant_unknown": (
        "这次结果中没有此申请人编号。请填写申请人编号，不要填写证件号码。",
        "This run has no such applicant id. Give the applicant id, not the number of a document.",
    ),
    "export_failed": (
        "无法写入 {file}，请检查文件夹和权限，或关闭正在使用它的程序。",
        "Cannot write {file}; check folder and permissions, or close the program that uses it.",
    ),
    "internal_error": (
        "程序内部错误（{kind}，{place}）。这不是数据或方案的问题，请将此行告知维护人员。",
        "Internal error ({kind} at {place}). Neither data nor scenario caused it; please report "
        "this line.",
    ),
}

_OUTCOME: dict[str, tuple[str, str]] = {
    "official_infeasible": (
        "未作为正式结果：硬性规则相互冲突，没有可行的名单。",
        "Not official: hard rules clash and no list is lawful.",
    ),
    "official_not_reproducible": (
        "未作为正式结果：运行提前停止或未证明最优，结果不可重现。",
        "Not official: the run was stopped or not proven, so it cannot be reproduced.",
    ),
    "official_violations": (
        "未作为正式结果：核查发现问题。",
        "Not official: the checker found violations.",
    ),
    "not_reproducible": (
        "提示：运行提前停止或未证明最优，结果不可重现，不能作为正式结果。",
        "Note: the run was stopped or not proven; it cannot be reproduced nor be official.",
    ),
    "infeasible": (
        "硬性规则相互冲突，没有可行的名单：",
        "Hard rules clash, no list is lawful:",
    ),
    "check_failed": ("核查未通过：{n} 个问题。", "Check failed: {n} violations."),
    "check_passed": ("核查通过，未发现问题。", "Check passed, no violations."),
    "check_assurance": (
        "阶段“{stage}”：{total} 级目标中 {n} 级的最优性经整数复算。",
        "Stage {stage}: {n} of {total} levels confirmed optimal by integer arithmetic.",
    ),
    "check_lots_on_word": (
        "中签机会：{total}个同机会组中，{n}个不可再提高的结论以求解器或上级目标为据，未经算术核实。",
        "Chances: {n} of {total} tight sets rest on the solver's word or on levels above, not on "
        "arithmetic.",
    ),
    "check_on_word": (
        "阶段“{stage}”：{n} 级目标的最优性依机制或求解器所报，未经复算。",
        "Stage {stage}: on the word of the mechanism or its solver: {n}.",
    ),
    "check_file_altered": (
        "{file} 与封存时不一致或已缺失。",
        "{file} is missing or not as it was sealed.",
    ),
    "input_good": ("输入数据没有错误。", "The input has no errors."),
    "input_bad": ("输入数据共有 {n} 处错误。", "The input has {n} errors."),
    "written": ("已写入 {file}", "Written: {file}"),
    "run_folder_is": ("结果文件夹：{folder}", "Run folder: {folder}"),
    "more_rows": ("……另有 {n} 行", "... and {n} more rows"),
    "status_optimal": ("最优，各级目标均已证明", "optimal, every level proven"),
    "status_complete": ("完成", "complete"),
    "status_feasible": (
        "可行，到达时限，保留当前最好结果",
        "feasible: the time limit was reached, the best so far is kept",
    ),
    "status_stopped": (
        "人工停止，保留当前最好结果",
        "stopped by hand, the best so far is kept",
    ),
    "status_undrawn": (
        "已公布中签机会，尚未抽签",
        "chances published, the draw is not held yet",
    ),
    "status_infeasible": ("无可行名单，硬性规则冲突", "infeasible: hard rules clash"),
    "mode_official": ("正式", "official"),
    "mode_trial": ("试算", "trial"),
}

_SUMMARY: dict[str, tuple[str, str]] = {
    "block_overview": ("概况", "Overview"),
    "block_awards": ("各类名额与区县的分配结果", "Awards by kind and district"),
    "block_reserves": ("预留名额", "Reserves"),
    "block_quotas": ("数量要求", "Quotas"),
    "block_shortfalls": ("未达到的要求及原因", "Shortfalls and why"),
    "block_chances": ("中签机会", "Chances"),
    "block_levels": ("逐级目标", "Levels"),
    "block_placeholders": (
        "示例值（没有文件依据，须由主管部门确认）",
        "Placeholders (without a legal basis, to be confirmed by the authority)",
    ),
    "block_seconds": ("用时", "Time"),
    "block_counts": ("核查统计", "Counts of the check"),
    "block_findings": ("输入数据的错误", "Errors in the input"),
    "fact_scenario": ("方案", "Scenario"),
    "fact_mode": ("性质", "Mode"),
    "fact_status": ("状态", "Status"),
    "fact_official_refused": ("正式运行", "Official run"),
    "fact_n_applicants": ("申请人", "Applicants"),
    "fact_n_applications": ("志愿", "Applications"),
    "fact_n_eligible": ("符合条件的志愿", "Eligible applications"),
    "fact_n_units": ("已设名额", "Units open"),
    "fact_n_candidate_sites": ("候选点", "Candidate sites"),
    "fact_n_awards": ("授予名额", "Awards"),
    "fact_n_awards_disabled": ("其中残疾人", "of these to disabled applicants"),
    "fact_max_awards": (
        "阶段“{stage}”授予数与最大可授予数",
        "Awards against the most, stage {stage}",
    ),
    "fact_n_violations": ("核查问题", "Violations"),
    "most_awards_proven": ("{n} / {most}", "{n} / {most}"),
    "most_awards_between": ("{n} / {most}（上界 {bound}）", "{n} / {most} (bound {bound})"),
    "total": ("合计", "total"),
    "no_district": ("未填区县", "no district"),
    "sense_min": ("不少于", "at least"),
    "sense_max": ("不多于", "at most"),
    "sense_minimise": ("最小", "least"),
    "sense_maximise": ("最大", "most"),
    "chance_n_applicants": ("参加抽签的申请人", "applicants in the lottery"),
    "chance_n_certain": ("必得名额的申请人", "applicants served for certain"),
    "chance_n_without": ("机会为0的申请人", "applicants with chance 0"),
    "chance_smallest_positive": ("最小的机会（不计0）", "smallest chance above 0"),
    "chance_expected_awards": ("平均授予数", "awards on average"),
    "chance_tight_sets": ("同机会组（已证明/全部）", "tight sets (proven / all)"),
    "chance_parts": ("分别抽签的部分", "parts drawn one by one"),
    "lottery_flow": ("按流量", "by flow"),
    "lottery_plans": ("按方案", "by plans"),
    "route_lp": ("整数对偶界", "integer dual bound"),
    "route_flow": ("网络流对偶界", "flow's dual bound"),
    "route_cases": ("分情形对偶界", "dual bounds of cases"),
    "route_mip": ("求解器界", "solver's bound"),
    "route_spacing": ("间距整数界", "integer bound by spacing"),
    "route_cp_sat": ("整数约束求解（CP-SAT）", "CP-SAT"),
    "route_fixed": ("已无可选", "nothing left to decide"),
    "route_turns": ("逐人检验", "tested person by person"),
    "route_open": ("未完成", "not settled"),
    "proven": ("已证明", "proven"),
    "proven_certified": ("已证明，经核查复算", "proven, confirmed by arithmetic"),
    "proven_solver": ("已证明，未经复算", "proven, not worked out again"),
    "not_proven": ("未证明", "not proven"),
    "placeholders_in_use": (
        "注意：有 {n} 项示例值没有文件依据，明细见导出的工作簿“统计”页。",
        "Note: {n} values are placeholders without a legal basis; the measures sheet of the "
        "workbook lists them.",
    ),
    "seconds_are": ("用时 {total:.1f} 秒：{steps}", "Took {total:.1f} s: {steps}"),
    "count_n_envy_pairs": ("合理异议（申请人－名额对）", "Justified-envy pairs"),
    "count_n_envious_applicants": ("有合理异议的申请人", "Applicants with justified envy"),
    "count_n_equal_conditions_pairs": (
        "同等条件下未优先残疾人的对数",
        "Pairs where equal conditions did not put the disabled applicant first",
    ),
    "count_n_reserve_claim_places": (
        "预留未用足而仍有受益人想要的名额",
        "Places whose reserve a beneficiary still claims",
    ),
    "count_n_blocking_pairs": ("不稳定的申请人与名额（对）", "Blocking pairs"),
    "count_n_reverted_claim_places": (
        "预留转普通而仍有受益人想要的名额",
        "Places whose reverted unit a beneficiary still claims",
    ),
    "count_n_better_wishes": ("获配人员未选到的更靠前志愿", "Better-ranked wishes not had"),
    "count_n_better_wishes_open": (
        "未选到的更靠前志愿中未经复算排除的",
        "Better-ranked wishes not had that no arithmetic rules out",
    ),
    "count_n_waste": ("可改进而未改进之处", "Improvements left undone"),
    "count_n_tight_sets": ("同机会组", "Tight sets of the lottery"),
    "count_n_tight_sets_confirmed": (
        "经算术核实不可再提高的同机会组",
        "Tight sets confirmed by arithmetic",
    ),
    "count_n_tight_sets_unconfirmed": (
        "以求解器界或上级目标为据的同机会组",
        "Tight sets that rest on a solver's bound or on levels above",
    ),
    "count_n_improvable": ("未证明目标上可改进之处", "Improvements of unproven levels"),
    "count_n_awards": ("授予名额", "Awards"),
    "short_few_units": (
        "范围内只有 {units} 个名额，少于应留的 {required} 个。",
        "Only {units} units are in scope, fewer than the {required} required.",
    ),
    "short_few_applicants": (
        "应留 {required} 个，符合条件且填报的受益人 {wanting} 人；未用的名额按规定转为普通名额。",
        "{required} units are required and {wanting} eligible beneficiaries applied; unused units "
        "revert.",
    ),
    "short_awarded_elsewhere": (
        "应留 {required} 个，填报的受益人 {wanting} 人，其中 {elsewhere} 人已获得其他名额；"
        "每人限得一个，未用的名额按规定转为普通名额。",
        "{required} units are required; of {wanting} beneficiaries who applied {elsewhere} hold "
        "another award, and each may hold one. Unused units revert.",
    ),
    "short_by_place": (
        "应留 {required} 个，已按公布办法落实到每个名额；其中 {short} 个名额没有仍需要它的受益人"
        "（范围内填报的受益人共 {wanting} 人）。",
        "{required} units are required, each at a place of its own; at {short} of them no "
        "beneficiary waits ({wanting} applied somewhere in the scope).",
    ),
    "short_other_rules": (
        "应留 {required} 个，填报的受益人 {wanting} 人；间距、数量等其他规则使更多人无法获得。",
        "{required} units are required and {wanting} beneficiaries applied; other rules such as "
        "spacing and number keep more of them out.",
    ),
    "short_quota_min": (
        "要求不少于 {required} 个，达到 {reached} 个；更高一级的目标或硬性规则使其无法更多。",
        "At least {required} are asked for, {reached} were reached; higher levels or hard rules "
        "allow no more.",
    ),
    "short_quota_max": (
        "要求不多于 {required} 个，实际 {reached} 个；更高一级的目标或硬性规则使其无法更少。",
        "At most {required} are asked for, {reached} were given; higher levels or hard rules "
        "allow no fewer.",
    ),
}

_COLUMNS: dict[str, tuple[str, str]] = {
    "col_item": ("项目", "item"),
    "col_value": ("数值", "value"),
    "col_kind": ("名额类型", "kind"),
    "col_units": ("名额数", "units"),
    "col_candidates": ("候选点", "candidates"),
    "col_awards": ("授予", "awards"),
    "col_disabled": ("其中残疾人", "to disabled"),
    "col_rule": ("规则", "rule"),
    "col_share": ("比例", "share"),
    "col_scopes": ("范围数", "scopes"),
    "col_required": ("应留", "required"),
    "col_used": ("已用", "used"),
    "col_short": ("缺额", "short"),
    "col_scopes_short": ("有缺额的范围", "scopes short"),
    "col_quota": ("要求", "quota"),
    "col_scope": ("范围", "scope"),
    "col_sense": ("方向", "sense"),
    "col_bound": ("要求数", "bound"),
    "col_reached": ("达到", "reached"),
    "col_why": ("原因", "reason"),
    "col_stage": ("阶段", "stage"),
    "col_level": ("目标", "level"),
    "col_goal": ("方向", "goal"),
    "col_limit": ("界", "bound"),
    "col_route": ("依据", "route"),
    "col_proof": ("证明", "proof"),
    "col_setting": ("设置", "setting"),
    "col_key": ("键名", "key"),
    "col_basis": ("依据", "basis"),
    "col_note": ("说明", "note"),
    "col_step": ("步骤", "step"),
    "col_seconds": ("秒", "seconds"),
    "col_rank": ("志愿", "rank"),
    "col_place": ("名额", "place"),
    "col_outcome": ("结果", "outcome"),
    "col_name": ("名额名称", "place_name"),
    "col_reason": ("未获原因", "reason"),
    "col_sentence": ("原因说明", "reason_in_full"),
    "sheet_awards": ("分配结果", "awards"),
    "sheet_waitlist": ("轮候名单", "waitlist"),
    "sheet_refusals": ("未获名额", "refusals"),
    "sheet_measures": ("统计", "measures"),
}

_REASONS: dict[str, tuple[str, str]] = {
    "explain_title": ("申请人 {applicant} 各志愿的结果", "Outcome of every wish of {applicant}"),
    "explain_awarded": ("已获得该名额。", "This place was awarded."),
    "explain_reserved": (
        "已获得该名额（使用预留名额）。",
        "This place was awarded (a reserved unit).",
    ),
    "explain_merged": (
        "与另一条相同的申请合并处理。",
        "Merged with another application that says the same.",
    ),
    "outcome_awarded": ("获得", "awarded"),
    "outcome_refused": ("未获", "refused"),
    "class_conditions": ("不符合该名额的申请条件", "does not meet a condition of the place"),
    "class_twice": ("重复登记或重复填报", "registered or listed twice"),
    "class_holds_award": ("已持有名额或已在前一阶段获得", "holds an award already"),
    "class_ranked_higher": ("已获得另一志愿的名额", "got another place of the own list"),
    "class_household": ("达到每户名额上限", "limit of the household reached"),
    "class_spacing": ("间距不符合规定", "too close to another site"),
    "class_school": ("距学校（幼儿园）过近", "too close to a school or kindergarten"),
    "class_number": ("数量已达上限", "number limit reached"),
    "class_not_opened": ("该候选点未开设", "site not opened"),
    "class_outranked": ("排序在后，名额已满", "outranked, no unit left"),
    "class_not_drawn": ("未中签", "not drawn"),
    "class_draw_pending": ("抽签尚未进行", "the draw is still to be held"),
    "class_reserve": ("预留或数量要求所限", "held back by a reserve or a quota"),
    "class_gave_way": ("为更高一级的目标让出", "gave way to a higher aim"),
    "class_not_settled": ("运行未完成，尚无定论", "not settled, the run was stopped"),
    "class_infeasible": (
        "规定互相冲突，本阶段未分配",
        "the rules clash, the stage gave out nothing",
    ),
    "class_not_allocated": ("本方案不分配该类名额", "this plan gives out no such places"),
    "class_location": ("缺少计算间距所需的坐标", "coordinates needed for spacing are missing"),
    "class_other": ("其他原因，见单独说明", "another reason, told to the applicant"),
}

TEXTS: dict[str, tuple[str, str]] = {
    **_HELP,
    **_PROGRESS,
    **_ERRORS,
    **_OUTCOME,
    **_SUMMARY,
    **_COLUMNS,
    **_REASONS,
}
