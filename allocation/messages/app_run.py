"""Texts of the page ``run`` of the app and of the numbers before a run."""

from __future__ import annotations

_AHEAD: dict[str, tuple[str, str]] = {
    "app_run_short_unwanted": (
        "应留 {required} 个；按受益人填报的名额计算，最多只能用上 {most} 个。",
        "{required} units are required; the places beneficiaries listed can use {most} at most.",
    ),
    "app_run_short_quota": (
        "要求不少于 {required} 个；按符合条件的志愿和名额计算，最多只能达到 {most} 个。",
        "At least {required} are asked for; eligible applications and units allow {most} at most.",
    ),
    "app_run_ahead": ("运行前核对", "Before the start"),
    "app_run_ahead_alt": (
        "各类名额的数量、申请人、应留名额和间距冲突",
        "Units, applicants, reserves and spacing conflicts by kind",
    ),
    "app_run_counting": (
        "正在读取数据、核对关键数字，约需几秒。可以不等结果，直接开始运行。",
        "Reading the tables and counting; it takes a few seconds. You need not wait to start.",
    ),
    "app_run_of_these_eligible": ("其中符合条件 {n}", "{n} eligible"),
    "app_run_and_candidates": ("另有候选点 {n}", "and {n} candidates"),
    "app_run_required": ("应留名额", "Units to reserve"),
    "app_run_rules": ("按 {n} 项预留规定", "by {n} reserve rules"),
    "app_run_conflicts": ("间距冲突", "Spacing conflicts"),
    "app_run_conflicts_note": ("对点位不能同设", "pairs too close"),
    "app_run_duration": ("预计用时（估计）", "Duration (estimate)"),
    "app_run_about": ("约 {seconds} 秒", "about {seconds} s"),
    "app_run_duration_from": ("据最近同类运行", "from the last such run"),
    "app_run_duration_unknown": ("尚无同类运行", "no such run yet"),
    "app_run_col_applicants": ("申请人", "applicants"),
    "app_run_col_eligible": ("符合条件", "eligible"),
    "app_run_col_wanting": ("填报的受益人", "beneficiaries"),
    "app_run_col_conflicts": ("间距冲突", "conflicts"),
    "app_run_col_unwanted": ("无人可授", "unwanted places"),
    "app_run_col_vacant": ("至少空余", "vacant at least"),
    "app_run_none_short": (
        "逐项计数未发现必定不足的预留或数量要求。规则相互影响，最终能否足额以运行结果为准。",
        "Counting finds no reserve or quota that is sure to fall short. Rules interact; only the "
        "run tells whether all are met.",
    ),
    "app_run_will_be_short": (
        "有 {n} 项必定不足（只计确定的缺额，实际可能更多）：",
        "{n} requirements are sure to fall short (what is certain; it may be more):",
    ),
    "app_run_hopeless": (
        "有硬性要求必定无法满足，运行不会得出名单。请先调整方案或核对数据：",
        "A hard requirement cannot be met, so the run will find no list. Change the scenario or "
        "check the data first:",
    ),
    "app_run_at_least_short": (
        "**{name}** 至少缺 {short} 个。{why}",
        "**{name}**: at least {short} short. {why}",
    ),
    "app_run_trial_only": (
        "本方案目前只能试算，不能正式运行：",
        "This scenario allows trials only, no official run:",
    ),
    "app_run_notices": ("数据与方案的提示（{n} 条）", "Notes on data and scenario ({n})"),
}

_NEW: dict[str, tuple[str, str]] = {
    "app_run_scenario": ("方案", "Scenario"),
    "app_run_data": ("数据", "Data"),
    "app_run_mode": ("性质", "Mode"),
    "app_run_type_name": (
        "正式运行的结果须报有权机关决定。请输入方案名称 {name} 确认：",
        "An official run goes to the authority for decision. Type the scenario's name {name} to "
        "confirm:",
    ),
    "app_run_no_draws": (
        "正式运行以公开抽签为据。文件夹 {folder} 中还没有承诺文件：请先用 allocation draw commit "
        "封存并公布，再用 allocation draw reveal 登记种子。",
        "An official run rests on a public draw. There is no commitment in the folder {folder}: "
        "seal with allocation draw commit and publish, then record the seed with allocation draw "
        "reveal.",
    ),
    "app_run_commit": ("承诺文件", "Commitment"),
    "app_run_commit_help": (
        "封存时写出、留存在单位的文件；其承诺值应与公告一致。",
        "The office's file of what was sealed; its hash is the one that was published.",
    ),
    "app_run_reveal": ("揭示记录", "Reveal record"),
    "app_run_reveal_help": (
        "登记公开产生的数值、时间和见证人的文件。",
        "The file that records the public value, its time and its witnesses.",
    ),
    "app_run_no_reveals": ("这份承诺还没有揭示记录", "No seed has been revealed for it"),
    "app_run_no_seed": ("此方案的次序不用种子。", "The order of this scenario needs no seed."),
    "app_run_approver": ("批准人（姓名、单位）", "Approved by (name, office)"),
    "app_run_approver_help": (
        "决定不得仅由系统作出（个人信息保护法 第二十四条）。",
        "No decision is made by a system alone (Personal Information Protection Law, article 24).",
    ),
    "app_run_reason_why": ("批准理由", "Why it is approved"),
    "app_run_reason_why_help": (
        "与结果一并留存，当事人有权要求说明。不要写证件号码、电话等个人信息。",
        "Kept with the result; people may ask for it. No numbers of documents or phones.",
    ),
    "app_run_redraw": ("再次正式运行的理由", "Why the round is run once more"),
    "app_run_redraw_help": (
        "本轮或同一名单已有正式结果时必须填写；原结果保留，种子不变。",
        "Needed where this round or this list has an official result, which stays, as does the "
        "seed.",
    ),
    "app_run_start_trial": ("开始试算", "Start the trial"),
    "app_run_start_official": ("开始正式运行", "Start the official run"),
    "app_run_no_scenarios": (
        "这里还没有方案。请先到“方案”页建立一个。",
        "There is no scenario yet. Make one on the page Scenario first.",
    ),
}

_LIVE: dict[str, tuple[str, str]] = {
    "app_run_step_start": ("启动", "Starting"),
    "app_run_running": ("**正在运行：{name}**（{mode}）", "**Running: {name}** ({mode})"),
    "app_run_stopping": (
        "**正在停止：{name}**（{mode}），将保留当前最好的名单",
        "**Stopping: {name}** ({mode}); the best list so far is kept",
    ),
    "app_run_waiting": (
        "**排队中：{name}**（{mode}）。前面还有 {n} 个：{before}。已等候 {waited}",
        "**Waiting: {name}** ({mode}). {n} before it: {before}. Waited {waited}",
    ),
    "app_run_next": (
        "**即将开始：{name}**（{mode}）。已等候 {waited}",
        "**About to start: {name}** ({mode}). Waited {waited}",
    ),
    "app_run_stop": ("停止并保留当前最好结果", "Stop and keep the best"),
    "app_run_stop_warning": (
        "提前结束求解，保留到目前为止最好的合法名单。这样的结果未证明最优，只能作试算。",
        "End the search and keep the best lawful list so far. Such a result is not proven and "
        "stays a trial.",
    ),
    "app_run_stop_sure": ("确认停止本次运行", "Stop this run"),
    "app_run_abort": ("放弃", "Abort"),
    "app_run_abort_warning": (
        "放弃后，本次运行的全部进展都会丢弃，不留结果，也无法恢复。",
        "All progress of this run is discarded; nothing is kept and nothing can be restored.",
    ),
    "app_run_abort_sure": ("确认放弃本次运行", "Abort this run"),
    "app_run_was_cancelled": ("本次运行已取消，没有留下结果。", "The run was cancelled."),
    "app_run_cancel": ("取消排队", "Leave the queue"),
    "app_run_step": (
        "第 {step} 步，共 {steps} 步：{phase}　已用时 {elapsed}",
        "Step {step} of {steps}: {phase}, {elapsed} elapsed",
    ),
    "app_run_level_open": (
        "当前目标：**{level}**　当前最好 {value}{unit}　界 {bound}{unit}",
        "Level: **{level}**, best {value}{unit}, bound {bound}{unit}",
    ),
    "app_run_level_proven": (
        "当前目标：**{level}**　当前最好 {value}{unit}，与界相等，已是最优",
        "Level: **{level}**, best {value}{unit}, equal to the bound: proven",
    ),
    "app_run_level_gap": (
        "当前目标：**{level}**　当前最好 {value}{unit}　界 {bound}{unit}，最多还差 {gap}{unit}"
        "（{share}）",
        "Level: **{level}**, best {value}{unit}, bound {bound}{unit}: at most {gap}{unit} "
        "({share}) from it",
    ),
    "app_run_steps_done": ("已完成：", "Done: "),
    "app_run_step_done": ("{step} {seconds:.1f} 秒", "{step} {seconds:.1f} s"),
    "app_run_log": ("运行日志", "Log"),
    "app_run_others": ("同时还有：", "Also: "),
    "app_run_other_runs": ("{name}（{mode}）运行中", "{name} ({mode}) running"),
    "app_run_other_waits": ("{name}（{mode}）排队中", "{name} ({mode}) waiting"),
    "app_run_failed": ("“{name}”运行失败，没有留下结果。", "The run of {name} failed; no result."),
    "app_run_put_away": ("知道了，不再显示", "Got it, hide this"),
    "app_run_ended_early": (
        "运行进程意外结束（例如断电、内存不足或被强制结束）。数据没有改动。",
        "The process ended unexpectedly (power, memory, or ended by force). No data were changed.",
    ),
    "app_run_job_unknown": (
        "这个地址里的运行任务在本机找不到，可能早已结束并清理，或地址有误。",
        "The job named in this address is not here; it ended long ago or the address is wrong.",
    ),
}

_RESULT: dict[str, tuple[str, str]] = {
    "app_run_section": ("查看", "Show"),
    "app_run_section_result": ("结果", "Result"),
    "app_run_section_new": ("新运行", "New run"),
    "app_run_section_queue": ("队列与历史", "Queue and history"),
    "app_run_demo_again": ("重新运行演示方案", "Run the demonstration again"),
    "app_run_again": ("再次运行（试算）", "Run again (trial)"),
    "app_run_again_help": (
        "按方案文件 {scenario} 的现有内容重新试算一次，原结果保留。",
        "Run {scenario} as it is now, as a trial; the present result is kept.",
    ),
    "app_run_other": ("选择方案运行", "Choose a scenario to run"),
    "app_run_see_map": ("看地图", "See the map"),
    "app_run_see_awards": ("看名单", "See the awards"),
    "app_run_run_demo": ("运行演示方案", "Run the demonstration"),
    "app_run_no_demo": (
        "还没有任何运行结果，也没有演示方案。请先到“方案”页建立方案。",
        "There is no result and no demonstration here. Make a scenario first.",
    ),
    "app_run_older_result": (
        "以下是此前的运行结果；新结果完成后自动换上。",
        "Below is an earlier result; the new one will take its place by itself.",
    ),
    "app_run_first_result": (
        "首次运行正在进行，完成后结果会自动显示在这里。",
        "The first run is under way; its result will appear here by itself.",
    ),
    "app_run_awards": ("授予名额", "Awards"),
    "app_run_awards_help": (
        "与任何合法名单最多能授予的数量相比（按受理先后的类型除外）。",
        "Against the most any lawful list could award (queues left out).",
    ),
    "app_run_as_many_as_possible": ("已达最大可能", "as many as possible"),
    "app_run_could_be": ("最多可达 {n}", "{n} at most"),
    "app_run_bounded_by": ("已知上界 {n}", "known bound {n}"),
    "app_run_disabled": ("其中残疾人", "To disabled people"),
    "app_run_share_of": ("占 {share}", "{share} of all"),
    "app_run_at_least": ("要求不少于 {n}", "of at least {n}"),
    "app_run_reserve_used": ("预留名额已用", "Reserved units used"),
    "app_run_reserve_met": ("应留 {required}，足额", "{required} required, all met"),
    "app_run_reserve_short": ("应留 {required}，缺 {short}", "{required} required, {short} short"),
    "app_run_proven": ("目标已证明", "Levels proven"),
    "app_run_proven_help": (
        "按公布的次序逐级求最优；“已证明”指没有更好的合法名单，“经核查复算”指核查用算术验证了证明。",
        "Each published level in turn; proven means that no lawful list does better, confirmed "
        "that the check worked the proof out by arithmetic.",
    ),
    "app_run_all_proven": ("全部证明最优", "all proven optimal"),
    "app_run_all_certified": ("全部经核查复算", "all confirmed"),
    "app_run_n_certified": ("其中 {n} 级经核查复算", "{n} confirmed"),
    "app_run_not_all": ("未全部证明", "not all proven"),
    "app_run_envy": ("合理异议", "Justified envy"),
    "app_run_envious": ("对，涉及 {n} 人", "pairs, {n} people"),
    "app_run_envy_help": (
        "次序在前、志愿更想要而未获该名额的情形数；因授予他会使更高一级目标变差。",
        "Someone earlier in the order wants a place more and did not get it, because that would "
        "worsen a higher level.",
    ),
    "app_run_kinds_alt": (
        "各类名额的数量、授予和预留",
        "Units, awards and reserves by kind",
    ),
    "app_run_quota_min": (
        "{quota}：要求不少于 {required}，达到 {reached}",
        "{quota}: at least {required}, reached {reached}",
    ),
    "app_run_quota_max": (
        "{quota}：要求不多于 {required}，实际 {reached}",
        "{quota}: at most {required}, given {reached}",
    ),
    "app_run_short_title": (
        "{n} 处未足额，共缺 {units} 个",
        "{n} requirements fall short, by {units} in all",
    ),
    "app_run_short_line": ("**{name}** 缺 {short} 个。{why}", "**{name}**: {short} short. {why}"),
    "app_run_short_all": ("全部 {n} 处未足额的原因", "Why each of the {n} falls short"),
    "app_run_levels": ("各级目标的数值、界和依据（{n} 级）", "Levels: value, bound, route ({n})"),
    "app_run_placeholders": ("使用中的示例值（{n} 项）", "Placeholders in use ({n})"),
    "app_run_placeholders_help": (
        "示例值没有文件依据，须由主管部门确认后才能用于正式分配。",
        "Placeholders have no legal basis; the authority must confirm them before official use.",
    ),
    "app_run_finished": ("完成于 {when}。", "Finished {when}. "),
}

_QUEUE: dict[str, tuple[str, str]] = {
    "app_run_queue": ("队列", "Queue"),
    "app_run_queue_empty": ("现在没有运行，也没有排队。", "Nothing runs and nothing waits."),
    "app_run_queue_line": ("{n}. **{name}**（{mode}）", "{n}. **{name}** ({mode})"),
    "app_run_after": ("排队中，排在 {before} 之后", "waiting, after {before}"),
    "app_run_follow": ("查看进度", "Follow"),
    "app_run_history": ("历次运行", "Runs so far"),
    "app_run_history_alt": ("历次运行，最近的在前", "Runs, newest first"),
    "app_run_no_history": ("还没有运行过。", "Nothing has been run yet."),
    "app_run_first_of": ("显示最近 {n} 次，共 {all} 次。", "The newest {n} of {all}."),
    "app_run_when": ("开始时间", "started"),
    "app_run_reason": ("说明", "note"),
    "app_run_look": ("查看", "Show"),
    "app_run_look_at": ("结果", "result"),
    "app_run_state_queued": ("排队中", "waiting"),
    "app_run_state_starting": ("启动中", "starting"),
    "app_run_state_running": ("运行中", "running"),
    "app_run_state_done": ("已完成", "done"),
    "app_run_state_failed": ("失败", "failed"),
    "app_run_state_cancelled": ("已取消", "cancelled"),
    "app_run_state_interrupted": ("中断", "interrupted"),
    "app_run_failed_bug": (
        "程序内部出错（{kind}），请将运行日志交给技术人员。",
        "Internal error ({kind}); give the log to a technician.",
    ),
    "app_run_interrupted": (
        "进程已不在（断电、重启或被强制结束），没有留下结果，请重新运行。",
        "The process is gone (power, restart or ended by force); run it again.",
    ),
}

TEXTS: dict[str, tuple[str, str]] = {**_AHEAD, **_NEW, **_LIVE, **_RESULT, **_QUEUE}
