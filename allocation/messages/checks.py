"""Texts of the checker: violations (``check_``) and findings (``finding_``)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from allocation.messages import command, recounts

_LOTTERY: dict[str, tuple[str, str]] = {
    "check_lottery_missing": (
        "阶段“{stage}”由抽签决定，但 chances.csv 或 lottery.json 缺失，或其中没有该阶段。",
        "Stage {stage} goes by lot, and chances.csv or lottery.json is missing or leaves it out.",
    ),
    "check_lottery_unsealed": (
        "阶段“{stage}”：{what}不是种子产生之前封存的那一份。",
        "Stage {stage}: {what} is not the one that was sealed before the seed.",
    ),
    "check_lottery_unreadable": (
        "阶段“{stage}”的抽签记录残缺，无法核查。",
        "The lottery of stage {stage} is damaged and cannot be checked.",
    ),
    "check_chance_set": (
        "阶段“{stage}”：{applicant_id}公布的机会与抽签记录不一致。",
        "Stage {stage}: the published chance of {applicant_id} and the lottery differ.",
    ),
    "check_chance_missing": (
        "阶段“{stage}”：{applicant_id}只出现在公布的机会或抽签记录其中之一。",
        "Stage {stage}: {applicant_id} stands in the chances or in the lottery, not in both.",
    ),
    "check_lottery_weights": (
        "阶段“{stage}”第{part}部分各方案的权重之和不为1。",
        "Stage {stage}, part {part}: the weights of the plans do not add up to 1.",
    ),
    "check_lottery_flow": (
        "阶段“{stage}”第{part}部分的流量在节点处不平衡。",
        "Stage {stage}, part {part}: the flow does not balance at a node.",
    ),
    "check_marginal": (
        "阶段“{stage}”：按抽签记录，{applicant_id}的中签机会不等于公布的机会。",
        "Stage {stage}: the lottery gives {applicant_id} another chance than the published one.",
    ),
    "check_equal_inputs": (
        "阶段“{stage}”：{applicant_id}与条件完全相同的申请人机会不同。",
        "Stage {stage}: {applicant_id} has another chance than somebody with equal inputs.",
    ),
    "check_tight_set": (
        "阶段“{stage}”第{n}个同机会组：所列规则不能证明其机会不可再提高。",
        "Stage {stage}, tight set {n}: the rules named do not prove that its chance cannot rise.",
    ),
    "check_tight_set_word": (
        "阶段“{stage}”第{n}个同机会组：所涉规则构成网络，机会可凭算术证明，不得以求解器或未列明的"
        "规则为据。",
        "Stage {stage}, tight set {n}: the rules over these people fit a network, where arithmetic "
        "proves chances; a solver's word or a rule that is not named does not count.",
    ),
    "check_drawn_early": (
        "阶段“{stage}”尚未抽签，却已有分配结果。",
        "Stage {stage} has awards though its draw is not held.",
    ),
    "check_draw_differs": (
        "阶段“{stage}”第{part}部分：按公开种子重新抽签，结果与记录不同。",
        "Stage {stage}, part {part}: drawn again from the public seed it comes out otherwise.",
    ),
    "check_chance_raisable": (
        "阶段“{stage}”：{applicant_id}可以替换一名机会更大的中签者而不违反任何规则，"
        "其机会本应更大。",
        "Stage {stage}: {applicant_id} could stand in for somebody drawn whose chance is larger, "
        "all rules kept, so that their own chance should be larger.",
    ),
    "check_winner_without": (
        "阶段“{stage}”：{applicant_id}中签而没有获得名额。",
        "Stage {stage}: {applicant_id} was drawn and has no award.",
    ),
    "check_award_undrawn": (
        "阶段“{stage}”：{applicant_id}没有中签却获得名额。",
        "Stage {stage}: {applicant_id} has an award without having been drawn.",
    ),
}

TEXTS: dict[str, tuple[str, str]] = {
    **_LOTTERY,
    "check_applicant_unknown": (
        "分配结果第{line}行的申请人不在申请人表中。",
        "Line {line} of the award list names an applicant who is not in the table.",
    ),
    "check_place_unknown": (
        "分配结果第{line}行的名额不在名额表中。",
        "Line {line} of the award list names a place that is not in the table.",
    ),
    "check_not_applied": (
        "{applicant_id}没有申请名额{place_id}，却列为获得。",
        "{applicant_id} is awarded {place_id} without having applied for it.",
    ),
    "check_listed_twice": (
        "{applicant_id}获得名额{place_id}在分配结果中列了不止一次。",
        "The award of {place_id} to {applicant_id} is listed more than once.",
    ),
    "check_not_eligible": (
        "{applicant_id}按规定不能取得名额{place_id}，却列为获得。",
        "{applicant_id} is awarded {place_id}, which the rules exclude.",
    ),
    "check_held_award": (
        "{applicant_id}此前持有的名额仍有效，又获得{n}个同类名额。",
        "{applicant_id} still holds an award of the same group and is given {n} more.",
    ),
    "check_several_awards": (
        "{applicant_id}在一人一项的范围内获得{n}个名额。",
        "{applicant_id} is given {n} awards where one person may have one.",
    ),
    "check_household": (
        "同一户获得{n}个名额，超过每户上限{maximum}个。",
        "A household has {n} awards; at most {maximum} are allowed.",
    ),
    "check_capacity": (
        "名额{place_id}分配了{n}个，超过名额数{capacity}。",
        "{place_id} has {n} awards and {capacity} units.",
    ),
    "check_spacing": (
        "点位{place_id}与{other_id}同时设点，相距{distance_m:.3f}米（{how}），不足规定的{required_m:g}米。",
        "{place_id} and {other_id} are both awarded, {distance_m:.3f} m apart ({how}); "
        "{required_m:g} m are required.",
    ),
    "check_outlet": (
        "点位{place_id}距现有网点{other_id}只有{distance_m:.3f}米（{how}），不足规定的{required_m:g}米。",
        "{place_id} is awarded {distance_m:.3f} m from outlet {other_id} ({how}); "
        "{required_m:g} m are required.",
    ),
    "check_school": (
        "点位{place_id}距学校等保护点{other_id}只有{distance_m:.3f}米（{how}），不足规定的{required_m:g}米。",
        "{place_id} is awarded {distance_m:.3f} m from protected site {other_id} ({how}); "
        "{required_m:g} m are required.",
    ),
    "check_density": (
        "点位{label}周边规定范围内有{n}个新设点位和{existing}个现有网点，超过上限{maximum}个。",
        "Around {label} there are {n} opened sites and {existing} outlets; at most {maximum} are "
        "allowed.",
    ),
    "check_area_number": (
        "区域{label}有{n}个新设点位和{existing}个现有网点，超过上限{maximum}个。",
        "Area {label} has {n} opened sites and {existing} outlets; at most {maximum} are allowed.",
    ),
    "check_openings_max": (
        "{label}新开点位{n}个，超过上限{maximum}个。",
        "{n} sites of {label} open; at most {maximum} may.",
    ),
    "check_cell_number": (
        "市场单元{label}办理{n}个，超过剩余可办数{maximum}个。",
        "Market cell {label} has {n} grants and {maximum} left to give.",
    ),
    "check_hard_reserve": (
        "预留{reserve}范围内非预留对象获得{n}个，超过可用的{room}个。",
        "In the scope of reserve {reserve} others have {n} awards; {room} are left for them.",
    ),
    "check_hard_quota": (
        "必须执行的数量要求“{quota}”{where}相差{gap}个。",
        "Quota {quota}{where}, which must hold, is missed by {gap}.",
    ),
    "check_column": (
        "{applicant_id}获得名额{place_id}一行的{field}列为{listed}，应为{expected}。",
        "The award of {place_id} to {applicant_id} has {listed} in column {field}; it should be "
        "{expected}.",
    ),
    "check_reserve_count": (
        "预留{reserve}为{units}个，按方案核算应为{counted}个。",
        "Reserve {reserve} has {units} units; by the scenario it should have {counted}.",
    ),
    "check_reserve_unknown": (
        "{applicant_id}获得名额{place_id}占用的预留不存在。",
        "The award of {place_id} to {applicant_id} names a reserve that does not exist.",
    ),
    "check_label_scope": (
        "{applicant_id}获得的名额{place_id}不在预留{reserve}的范围内。",
        "{place_id}, awarded to {applicant_id}, is outside the scope of reserve {reserve}.",
    ),
    "check_label_beneficiary": (
        "{applicant_id}不是预留{reserve}的对象，却在名额{place_id}占用了预留。",
        "{applicant_id} uses a unit of reserve {reserve} at {place_id} without being entitled.",
    ),
    "check_label_units": (
        "预留{reserve}共{units}个，却有{used}个获得者占用。",
        "Reserve {reserve} has {units} units and {used} awards use one.",
    ),
    "check_label_missing": (
        "{applicant_id}获得名额{place_id}应占用预留，却没有占用。",
        "The award of {place_id} to {applicant_id} should use a reserve unit and does not.",
    ),
    "check_label_order": (
        "{applicant_id}获得名额{place_id}不应占用预留：优先次序在前的人应先占用。",
        "The award of {place_id} to {applicant_id} should not use a reserve unit: others come "
        "first.",
    ),
    "check_waste": (
        "名额{place_id}可以安排给{applicant_id}：各项规定均不违反，“{level}”可改善{amount}。",
        "{applicant_id} could be given {place_id}: no rule is broken and the level {level} gets "
        "better{amount}.",
    ),
    "check_turn": (
        "{applicant_id}轮到选择时本可选{place_id}：按其志愿排在前面，且无人因此失去名额，"
        "各项规定均不违反。",
        "{applicant_id} could have chosen {place_id}, which they rank better: nobody would lose "
        "an award by it and no rule is broken.",
    ),
    "check_queue_passed_over": (
        "按受理先后应准予{applicant_id}取得{place_id}，结果却没有准予。",
        "In order of acceptance {applicant_id} should have been granted {place_id} and was not.",
    ),
    "check_queue_out_of_turn": (
        "按受理先后不应准予{applicant_id}取得{place_id}，结果却准予了。",
        "In order of acceptance {applicant_id} should not have been granted {place_id}.",
    ),
    "check_turn_passed_over": (
        "按统一次序轮到{applicant_id}时应可取得{place_id}，结果却没有安排。",
        "When the turn of {applicant_id} came, {place_id} was to be had and was not given.",
    ),
    "check_turn_out_of_turn": (
        "按统一次序轮到{applicant_id}时已不能取得{place_id}，结果却安排了。",
        "When the turn of {applicant_id} came, {place_id} was no longer to be had.",
    ),
    "check_not_chosen": (
        "名额{place_id}按公布的取舍规则不应留用{applicant_id}。",
        "By its published rule {place_id} would not keep {applicant_id}.",
    ),
    "check_reserve_claim": (
        "{applicant_id}是名额{place_id}的预留对象且愿意取得，预留名额却未使用。",
        "{applicant_id} would have put a reserved unit of {place_id} to use, which nobody uses.",
    ),
    "check_blocking_pair": (
        "{applicant_id}更愿意取得名额{place_id}，按公布的取舍规则该名额也应安排其本人（不稳定）。",
        "{applicant_id} prefers {place_id}, whose published rule would take them: a blocking pair.",
    ),
    "check_envy": (
        "{applicant_id}在名额{place_id}按公布次序排在{n}名获得者之前，却未获安排（合理异议）。",
        "{applicant_id} stands before {n} holder(s) of {place_id} in the published order.",
    ),
    "check_idle_unit": (
        "名额{place_id}尚有空余，{applicant_id}愿意且可以取得，却未安排。",
        "{place_id} has a unit to spare that {applicant_id} wants and may have.",
    ),
    "check_equal_conditions": (
        "同等条件下残疾人{applicant_id}未获名额{place_id}，{n}名非残疾人获得，而公布次序为残疾人优先。",
        "In equal conditions disabled {applicant_id} did not get {place_id}; {n} others did, "
        "though the published order puts disabled people first.",
    ),
    "check_reverted_claim": (
        "名额{place_id}的预留名额已转为普通名额，预留对象{applicant_id}却仍在等候。",
        "A reserved unit of {place_id} reverted while its beneficiary {applicant_id} waits.",
    ),
    "check_cutoff": (
        "{applicant_id}在名额{place_id}的次序高于最后一名获得者，却未获安排。",
        "{applicant_id} stands before the last one admitted to {place_id}.",
    ),
    "check_reversion": (
        "名额{place_id}预留{reserve}转为普通名额的记录（{units}个，曾有{beneficiaries}名预留对象申请）"
        "与核算不符。",
        "The record of the reversion of {reserve} at {place_id} ({units} unit(s), "
        "{beneficiaries} beneficiaries asked) does not fit the list.",
    ),
    "check_reversion_missing": (
        "名额{place_id}预留{reserve}有{units}个转为普通名额，却没有记录。",
        "{units} unit(s) of {reserve} reverted at {place_id} without a record.",
    ),
    "check_plan_missing": (
        "阶段“{stage}”有候选点，结果记录中却没有布点方案，无从核对。",
        "Stage {stage} has candidate sites, but the record has no site plan to hold them to.",
    ),
    "check_plan_site": (
        "布点方案中的{place_id}不是本阶段的候选点，或重复列出。",
        "{place_id} in the site plan is no candidate site of the stage, or stands there twice.",
    ),
    "check_plan_spacing": (
        "布点方案中的点位{place_id}与{other_id}相距{distance_m:.3f}米（{how}），不足规定的{required_m:g}米。",
        "The site plan opens {place_id} and {other_id}, {distance_m:.3f} m apart ({how}); "
        "{required_m:g} m are required.",
    ),
    "check_plan_barred": (
        "布点方案中的点位{place_id}距现有网点或学校过近，或没有坐标，不能设点。",
        "The site plan opens {place_id}, which is too near to an outlet or a school or has no "
        "location.",
    ),
    "check_plan_number": (
        "布点方案可能使{label}的网点达到{n}个，超过上限{maximum}个。",
        "The site plan may bring {label} to {n} outlets; at most {maximum} are allowed.",
    ),
    "check_plan_kept": (
        "布点方案把点位{place_id}专留残疾人，但没有覆盖全体残疾人的预留规定。",
        "The site plan keeps {place_id} for disabled holders without a reserve that covers them.",
    ),
    "check_plan_kept_units": (
        "布点方案专留残疾人的点位比预留{reserve}的数量多{n}个。",
        "The site plan keeps {n} unit(s) more for disabled holders than reserve {reserve} has.",
    ),
    "check_plan_closed": (
        "布点方案没有开放点位{place_id}，却安排给了{applicant_id}。",
        "{applicant_id} is awarded {place_id}, which the site plan leaves closed.",
    ),
    "check_plan_holder": (
        "点位{place_id}按布点方案专留残疾人，却安排给了{applicant_id}。",
        "{applicant_id} is awarded {place_id}, which the site plan keeps for disabled holders.",
    ),
    "check_plan_idle": (
        "布点方案称开放点位数已达最多，但点位{place_id}还可以开放。",
        "The site plan is called the largest, but {place_id} could open besides.",
    ),
    "check_stage_missing": (
        "结果记录中没有阶段“{stage}”。",
        "The record has no stage {stage}.",
    ),
    "check_level_value": (
        "阶段“{stage}”的目标“{level}”记录为{reported}，核算为{counted}。",
        "Stage {stage} reports {reported} for the level {level}; the list gives {counted}.",
    ),
    "check_level_bound": (
        "阶段“{stage}”的目标“{level}”称已证明，但数值{reported}与界{bound}不等。",
        "Stage {stage} calls the level {level} proven with value {reported} and bound {bound}.",
    ),
    "check_proof_missing": (
        "阶段“{stage}”的目标“{level}”称已证明最优，但没有可以复算的证明。",
        "Stage {stage} calls the level {level} proven, but there is no proof to work out.",
    ),
    "check_proof_wrong": (
        "阶段“{stage}”的目标“{level}”称已证明最优，而其证明复算不成立。",
        "The proof that the level {level} of stage {stage} can be no better does not hold.",
    ),
    "check_proof_bound": (
        "阶段“{stage}”的目标“{level}”数值为{counted}，而其证明复算只得到界{bound}。",
        "Level {level} of stage {stage} has the value {counted}; its proof, worked out again, "
        "only bounds it by {bound}.",
    ),
    "check_most_awards": (
        "阶段“{stage}”称任何合法名单至多分配{most}个名额，其证明复算不成立。",
        "The proof that no lawful list of stage {stage} has more than {most} awards does not hold.",
    ),
    "check_level_unknown": (
        "阶段“{stage}”记录了方案中没有的目标“{level}”。",
        "Stage {stage} reports a level that the scenario does not have: {level}.",
    ),
    "check_level_assurance": (
        "阶段“{stage}”的目标“{level}”所记的证明方式与复算结果不符。",
        "Stage {stage} records of the level {level} another basis of its proof than the check "
        "found.",
    ),
    "check_level_order": (
        "阶段“{stage}”记录的目标与方案的先后次序不符。",
        "Stage {stage} reports its levels in another order than the scenario's.",
    ),
    "check_level_missing": (
        "阶段“{stage}”没有记录目标“{level}”。",
        "Stage {stage} does not report the level {level}.",
    ),
    "check_reserve_record": (
        "结果记录了不存在的预留{reserve}。",
        "The record names a reserve that does not exist: {reserve}.",
    ),
    "check_reserve_told": (
        "结果漏记了预留{reserve}，或所记与方案、名单不符。",
        "The record leaves out the reserve {reserve}, or differs from scenario and list.",
    ),
    "check_quota_told": (
        "结果漏记了数量要求{quota}{scope}，或所记与方案、名单不符。",
        "The record leaves out the quota {quota} {scope}, or differs from scenario and list.",
    ),
    "check_obligations_told": (
        "结果记录了{told}项预留或数量要求，应为{n}项。",
        "The record names {told} reserves or quotas where there are {n}.",
    ),
    "check_shortfall_told": (
        "结果所列的未达到的要求与记录不符：{name}。",
        "What the result lists as missed differs from its records: {name}.",
    ),
    "check_quota_record": (
        "结果记录了不存在的数量要求{quota}。",
        "The record names a quota that does not exist: {quota}.",
    ),
    "check_count": (
        "结果记录的“{count}”{where}为{reported}，核算为{counted}。",
        "The record has {reported} for {count}{where}; the list gives {counted}.",
    ),
    "check_draw_number": (
        "有 {n} 名申请人的抽签号与公开方法复算的不一致（如 {applicant_id}）。",
        "{n} draw numbers, that of {applicant_id} among them, are not what the published method "
        "gives.",
    ),
    "check_draw_record": (
        "运行记录中抽签的“{what}”与方案不一致。",
        "The record of the draw and the scenario differ in {what}.",
    ),
    "check_draw_list": (
        "抽签名单的校验值或人数与封存的输入数据不符（现有 {n} 人）。",
        "The sealed list of the draw is not that of the {n} applicants.",
    ),
    "check_official_unsealed": (
        "正式结果没有事先公布的封存承诺。",
        "The official run rests on no commitment.",
    ),
    "check_official_unapproved": (
        "正式结果没有具名的批准人（须是自然人）和理由（个人信息保护法 第二十四条）。",
        "The official run names no person who approved it with a reason (Personal Information "
        "Protection Law, article 24).",
    ),
    "check_official_hidden": (
        "运行凭证中有封存承诺，却写作试算，也没有写明为何不作正式结果。",
        "The run holds a commitment and calls itself a trial, without saying why it is not "
        "official.",
    ),
    "check_approval_early": (
        "批准早于种子的产生或登记，或没有写明批准时间。",
        "The run was approved before its seed came or was recorded, or nobody knows when.",
    ),
    "check_redraw_reason": (
        "再次正式运行没有写明理由或原运行编号。",
        "The round was run officially once more without a reason or without the earlier run.",
    ),
    "check_redraw_unnamed": (
        "本轮或同一名单先前已有正式结果（{run}），运行凭证没有写明。",
        "There is an earlier official run of this round or list ({run}), and this one does not "
        "name it.",
    ),
    "check_reveal_hash": (
        "揭示记录与运行凭证中它的校验值不符。",
        "The reveal record is not what its hash in the manifest says.",
    ),
    "check_reveal_unseen": (
        "种子的见证人不足两名、重复或为空。",
        "The seed was seen by fewer than two people, or a witness is repeated or has no name.",
    ),
    "check_reveal_recorded": (
        "种子的登记时间早于产生时间。",
        "The seed was recorded before it came.",
    ),
    "check_commitment_hash": (
        "封存承诺的内容与其承诺值不符。",
        "The commitment is not what its hash says.",
    ),
    "check_commitment_differs": (
        "运行所用的“{what}”与封存承诺不符。",
        "What was run is not what was sealed: {what}.",
    ),
    "check_commitment_redrawn": (
        "更正后的抽签名单、方法、轮次或抽签方案已改变，却沿用了原种子。",
        "A correction changed list, method, round or lottery and kept the earlier seed.",
    ),
    "check_reveal_missing": (
        "封存承诺约定了种子来源，却没有揭示记录。",
        "The commitment announces a seed, and there is no record that reveals it.",
    ),
    "check_reveal_other": (
        "揭示记录不是为这份封存承诺作出的。",
        "The reveal record was made for another commitment.",
    ),
    "check_reveal_early": (
        "种子产生的时间不晚于封存时间。",
        "The seed is not later than the commitment.",
    ),
    "check_reveal_before_announced": (
        "种子产生的时间早于公告约定的时间。",
        "The seed is earlier than was announced.",
    ),
    "check_reveal_seed": (
        "运行所用的种子与公开产生的数值不符。",
        "The seed of the run does not follow from the public value.",
    ),
    "check_reveal_signature": (
        "drand 第 {round} 轮的签名无效。",
        "The signature of round {round} of drand does not hold.",
    ),
    "check_reason_wrong": (
        "{applicant_id}未获名额{place_id}的原因核查不成立。",
        "The reason why {applicant_id} did not get {place_id} does not hold.",
    ),
    "check_reason_missing": (
        "{applicant_id}未获名额{place_id}，却没有说明原因。",
        "{applicant_id} did not get {place_id}, and no reason is given.",
    ),
    "finding_envy": (
        "{applicant_id}在名额{place_id}按公布次序排在{n}名获得者之前（合理异议，列明备查）。",
        "{applicant_id} stands before {n} holder(s) of {place_id} in the published order.",
    ),
    "finding_equal_conditions": (
        "同等条件下残疾人{applicant_id}未获名额{place_id}，{n}名非残疾人获得。",
        "In equal conditions disabled {applicant_id} did not get {place_id}; {n} others did.",
    ),
    "finding_reserve_claim": (
        "名额{place_id}有{n}项预留对象的申请，本可使更多预留名额得到使用。",
        "{n} application(s) for {place_id} would have put more reserve units to use.",
    ),
    "finding_reverted": (
        "名额{place_id}的预留已转为普通名额使用，仍有{n}项预留对象的申请未安排。",
        "A reserved unit at {place_id} went to others while {n} entitled application(s) wait.",
    ),
    "finding_improvable": (
        "名额{place_id}可以安排给{applicant_id}，“{level}”可改善{amount}；该目标尚未证明最优。",
        "{applicant_id} could be given {place_id}, bettering the level {level}{amount}, which is "
        "not proven.",
    ),
}

_COUNTS: Mapping[str, tuple[str, str]] = {
    "n": ("授予名额", "awards"),
    "n_disabled": ("其中残疾人", "awards to disabled applicants"),
    "n_awardees": ("获得名额的人数", "people with an award"),
    "n_awards_disabled": ("残疾人获得名额数", "awards to disabled applicants"),
    "required": ("应留数", "units required"),
    "used": ("已用数", "units used"),
    "short": ("缺额", "shortfall"),
    "reached": ("达到数", "number reached"),
}
"""Names of recounted numbers that the summary does not name."""

_SEALED: Mapping[str, tuple[str, str]] = {
    "inputs": ("输入数据", "the input tables"),
    "lots": ("哪些抽签方案封存在先", "which lotteries were sealed beforehand"),
    "chances": ("入选机会（chances.csv）", "the chances (chances.csv)"),
    "lottery": ("抽签方案（lottery.json）", "the lottery (lottery.json)"),
    "scenario": ("方案", "the scenario"),
    "policy": ("政策档案", "the policy profile"),
    "list": ("抽签名单", "the list of the draw"),
    "method": ("次序产生方法", "the method"),
    "round": ("轮次", "the round"),
    "seed": ("种子", "the seed"),
}
"""What a draw seals or records."""


def localise(params: Mapping[str, Any], lang: str) -> dict[str, Any]:
    """Name the number that differs, and what it is about where that is anything.

    Parameters
    ----------
    params
        Parameters of a violation.
    lang
        ``zh`` or ``en``.

    Returns
    -------
    dict[str, Any]
        The same parameters, with what templates show besides.
    """
    column = int(lang == "en")
    words = dict(params)
    if "counted" in params and "name" in params:
        name = str(params["name"])
        named = _COUNTS.get(name) or command.TEXTS.get(f"count_{name}") or recounts.COUNTS.get(name)
        words["count"] = named[column] if named else name
    if sealed := {**recounts.SEALED, **_SEALED}.get(str(params.get("what"))):
        words["what"] = sealed[column]
    if "column" in params:
        # Runs of earlier versions have no header.
        field = {"header": params["column"], **params}
        words["field"] = ("“{header}”（{column}）", "{column}")[column].format_map(field)
    about = params.get("about") or params.get("scope")
    words["where"] = ("（{}）", " ({})")[column].format(about) if about else ""
    return words
