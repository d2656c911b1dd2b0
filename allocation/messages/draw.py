"""Texts of the draw: commands, errors, refusals of an official run."""

from __future__ import annotations

_HELP: dict[str, tuple[str, str]] = {
    "help_draw": (
        "公开抽签：先封存（commit），后揭示种子（reveal），任何人都可复算（replay）。",
        "The public draw: seal first, reveal the seed later, and anybody can replay it.",
    ),
    "help_draw_commit": (
        "封存输入数据、方案、政策和程序，按机会抽签的阶段连同抽签方案，写出承诺、名单和公告；"
        "公布之后才可产生种子。",
        "Seal inputs, scenario, policy and program, and the lottery of stages by lot; write the "
        "commitment, the list and the notice to publish before there is a seed.",
    ),
    "help_draw_reveal": (
        "登记公开产生的数值（须晚于承诺），核对其形式和签名，写出揭示记录。",
        "Record the public value, which must come after the commitment; check its form and "
        "signature; write the reveal record.",
    ),
    "help_draw_replay": (
        "由种子、轮次和受理回执号重排抽签次序；给出结果文件夹时与其抽签号逐一核对。",
        "Compute the order again from seed, round and receipt numbers; compare it with a run.",
    ),
    "help_draw_source": (
        "种子来源：digits 现场公开摇取的数字；numbers 公开数字（如国家彩票开奖号码）；"
        "drand 指定轮次的公共随机信标；public 其他约定的公开数值。",
        "Where the seed comes from: digits drawn in public, public numbers such as a state "
        "lottery's, a round of drand, or any agreed public value.",
    ),
    "help_draw_at": (
        "数值产生的时间，如 2023-12-08T10:00；不写时区即为北京时间。",
        "When the value comes, such as 2023-12-08T10:00; Beijing time unless it says otherwise.",
    ),
    "help_draw_about": (
        "写入公告的说明：在何处、如何产生，或哪一期彩票。",
        "Where and how it is drawn, or which lottery and issue, for the notice.",
    ),
    "help_draw_digits": ("现场摇取几位数字。", "Number of digits drawn."),
    "help_draw_chain": (
        "drand 网络的名称或链哈希：quicknet 或 default。",
        "drand network, by name or chain hash: quicknet or default.",
    ),
    "help_draw_round": (
        "drand 轮次；不写则取 --at 之后的第一轮。",
        "Round of drand; default: the first one from --at.",
    ),
    "help_draw_corrects": (
        "更正哪一份承诺（其文件）；名单未变时沿用原种子。",
        "The commitment this one corrects; an unchanged list keeps its seed.",
    ),
    "help_draw_reason": ("更正的理由。", "Why it is corrected."),
    "help_draw_commit_out": (
        "承诺文件（默认 draws/方案名-轮次.json），公告和名单写在旁边。",
        "File of the commitment (default draws/NAME-ROUND.json); notice and list go beside it.",
    ),
    "help_draw_commitment": ("承诺文件。", "File of the commitment."),
    "help_draw_value": (
        "公开产生的数值；drand 可粘贴网站返回的整段内容。",
        "The public value; for drand the whole answer of the network may be pasted.",
    ),
    "help_draw_time": ("数值产生的时间（默认现在）。", "When it was drawn (default: now)."),
    "help_draw_witness": (
        "见证人姓名，可重复；现场摇取数字至少两名。",
        "Name of a witness; may be repeated; digits drawn in public need two.",
    ),
    "help_draw_record_no": (
        "笔录或公证书编号。",
        "Number of the minutes or of the notary's record.",
    ),
    "help_draw_reveal_out": (
        "揭示记录（默认与承诺文件同名的 .reveal.json）。",
        "File of the record (default: beside the commitment).",
    ),
    "help_draw_replayed": ("揭示记录，或结果文件夹。", "A reveal record, or a run folder."),
    "help_draw_receipts": (
        "受理回执号名单（默认用揭示记录旁边的名单）。",
        "List of receipt numbers (default: the one beside the record).",
    ),
    "help_draw_replay_out": ("把全部次序写入此 CSV 文件。", "Write the whole order to this CSV."),
    "help_run_commit": ("正式运行：承诺文件。", "Official run: file of the commitment."),
    "help_run_reveal": ("正式运行：揭示记录。", "Official run: the reveal record."),
    "help_run_approver": (
        "正式运行：批准人姓名和单位。",
        "Official run: name and office of the person who approves it.",
    ),
    "help_run_reason": ("正式运行：批准理由。", "Official run: why it is approved."),
    "help_run_redraw_reason": (
        "同一轮次再次正式运行的理由。",
        "Why this round is run officially once more.",
    ),
}

_ERRORS: dict[str, tuple[str, str]] = {
    "draw_several": ("有 {n} 处须更正：\n{problems:zh}", "{n} things to mend:\n{problems:en}"),
    "draw_time_form": (
        "时间的写法有误，应如 2023-12-08T10:00。",
        "The time is not of the form 2023-12-08T10:00.",
    ),
    "draw_at_missing": (
        "须写明数值产生的时间（--at），drand 也可直接指定轮次（--round）。",
        "State when the value comes (--at); for drand the round will do (--round).",
    ),
    "draw_at_past": (
        "数值产生的时间 {at} 不晚于封存时间；种子只能在封存并公布之后产生。",
        "The value would come at {at}, not after the commitment; seal and publish first.",
    ),
    "draw_about_missing": (
        "来源为 {source} 时须用 --about 写明是哪一项公开数值（如彩票名称和期号），不得含糊。",
        "With the source {source}, --about must say which public value is meant, such as lottery "
        "and issue.",
    ),
    "draw_digits_few": (
        "现场摇取的数字应为 {least} 至 {most} 位。",
        "Between {least} and {most} digits must be drawn.",
    ),
    "draw_source_missing": (
        "须事先约定种子来源（--source）。",
        "Announce where the seed will come from (--source).",
    ),
    "draw_source_unused": (
        "次序产生方法 {method} 不用种子，请去掉 --source。",
        "The method {method} needs no seed; leave out --source.",
    ),
    "draw_source_numbers": (
        "RFC 3797 方法的种子来源须为公开数字（--source numbers）。",
        "The method of RFC 3797 needs public numbers (--source numbers).",
    ),
    "draw_correction_reason": (
        "更正已公布的承诺须写明理由（--reason）。",
        "A correction needs a reason (--reason).",
    ),
    "draw_correction_keeps": (
        "抽签名单、方法和轮次都没有改变，更正须沿用原约定的种子，请去掉 --source。",
        "List, method and round are unchanged, so the correction keeps the seed announced before; "
        "leave out --source.",
    ),
    "draw_correction_new": (
        "抽签名单（含回执号由谁持有）、方法、轮次或封存的抽签方案已改变，原种子不得再用，须重新约定"
        "种子来源（--source）。抽签方案无法在种子产生之前封存的，任何封存内容改变都算改变。",
        "List, holders of its receipt numbers, method, round or a sealed lottery have changed, so "
        "the earlier seed may not be used; announce a new one (--source). Where a lottery cannot "
        "be sealed before the seed, a change of anything sealed counts.",
    ),
    "draw_lottery_missing": (
        "阶段“{stage}”没有可行的抽签方案（必须执行的规则互相冲突，或计算被中止），不能封存。请先试算，"
        "查看冲突的规则。",
        "Stage {stage} has no lottery to seal: hard rules clash, or the search was stopped. Make a "
        "trial run first; it names the rules that clash.",
    ),
    "draw_lottery_unproven": (
        "阶段“{stage}”的入选机会未能证明已最均等，由此抽签不能成为正式结果，不能封存。请放宽时限"
        "（solver.time_limit_s）或调整方案。",
        "The chances of stage {stage} are not proven to be the most equal ones; a draw from them "
        "could not be official, so they are not sealed. Allow more time (solver.time_limit_s) or "
        "change the scenario.",
    ),
    "draw_commitment_personal": (
        "要公布的文字（方案标题、--about、--reason）含有证件号、电话号码样式的数字或换行，请改写。",
        "What is to be published (title of the scenario, --about, --reason) holds what looks like "
        "the number of a document or a phone, or a line break.",
    ),
    "draw_chain_unknown": (
        "不认识这个 drand 网络，可用：{chains}。",
        "This drand network is not known; known are {chains}.",
    ),
    "draw_value_digits": (
        "数值应为 {digits} 位阿拉伯数字，前面的 0 不可省略。",
        "The value must be {digits} digits, leading zeros included.",
    ),
    "draw_value_numbers": (
        "数值应为整数，同一来源的数字用空格或逗号隔开，不同来源用斜杠隔开"
        "（至多 {sources} 个来源，每个至多 {numbers} 个数）。",
        "The value must be whole numbers: those of one source apart by blanks or commas, sources "
        "apart by slashes (at most {sources} sources of {numbers} numbers).",
    ),
    "draw_value_public": (
        "数值应为一行文字，不超过 {most} 字。",
        "The value must be one line of at most {most} characters.",
    ),
    "draw_beacon_form": (
        "drand 的数值应为网站返回的内容，含 {fields}。",
        "The value of drand must be what the network answers, with {fields}.",
    ),
    "draw_beacon_round": (
        "这不是事先约定的 drand 第 {round} 轮。",
        "This is not round {round} of drand, which was announced.",
    ),
    "draw_beacon_randomness": (
        "drand 的随机数与签名不符。",
        "The randomness of drand does not follow from the signature.",
    ),
    "draw_beacon_signature": (
        "drand 第 {round} 轮的签名无效，不是网络 {chain} 所签。",
        "The signature of round {round} is not that of the drand network {chain}.",
    ),
    "draw_needs_library": (
        "核对 drand 签名须安装附加组件：在本程序的文件夹中运行 "
        "pip install -c constraints.txt -e '.[drand]'。",
        "Checking a signature of drand needs an extra: in the folder of this program, "
        "pip install -c constraints.txt -e '.[drand]'.",
    ),
    "draw_pool_too_big": (
        "RFC 3797 方法至多 {most} 人，现有 {n} 人。",
        "The method of RFC 3797 takes at most {most} people; there are {n}.",
    ),
    "draw_acceptance_missing": (
        "按受理先后排序须有受理时间，有 {n} 名申请人没有。",
        "Order of acceptance needs the time of acceptance; {n} applicants have none.",
    ),
    "draw_acceptance_tie": (
        "有 {n} 名申请人的受理时间和受理序号都无法区分先后，请由受理机关编定受理序号。",
        "{n} applicants cannot be told apart by time and sequence; the office must number them.",
    ),
    "draw_reveal_needless": (
        "次序产生方法 {method} 不用种子，无须揭示。",
        "The method {method} needs no seed; there is nothing to reveal.",
    ),
    "draw_reveal_early": (
        "数值产生的时间不晚于封存时间 {at}，不能作为种子。",
        "The value is not later than the commitment of {at} and cannot be the seed.",
    ),
    "draw_reveal_before_announced": (
        "数值产生的时间早于公告约定的 {at}；公众尚未到场，不能作为种子。",
        "The value is earlier than {at}, which was announced, and cannot be the seed.",
    ),
    "draw_reveal_future": (
        "数值产生的时间晚于现在，请核对 --time。",
        "The value is said to come later than now; check --time.",
    ),
    "draw_witnesses_few": (
        "现场摇取数字须有至少 {least} 名见证人（--witness）。",
        "Digits drawn in public need at least {least} witnesses (--witness).",
    ),
    "draw_witnesses_repeated": (
        "见证人姓名重复或为空。",
        "The name of a witness is repeated or empty.",
    ),
    "draw_reveal_personal": (
        "见证人或笔录编号含有证件号、电话号码样式的数字或特殊字符，只写姓名和单位即可。",
        "A witness or the record number holds what looks like the number of a document or a "
        "phone; give name and office only.",
    ),
    "draw_file_exists": (
        "{file} 已存在。承诺和揭示记录不得覆盖。",
        "{file} is there already. Commitments and reveals are never overwritten.",
    ),
    "draw_commitment_second": (
        "同一名单或同一轮次已有承诺（{file}），不得另作一份。如有变动，请作为更正封存（--corrects），"
        "并写明理由。",
        "There is a commitment for this list or round already ({file}), and there may be no other. "
        "Seal what has changed as a correction (--corrects) with a reason.",
    ),
    "draw_reveal_second": (
        "这份承诺已有揭示记录（{file}），一份承诺只揭示一次。登记有误的，由见证人核对笔录后把原记录"
        "移出归档，再行登记。",
        "This commitment has a reveal record already ({file}); a value is drawn once. Where it was "
        "recorded wrongly, the witnesses compare it with the minutes, and it is moved to the "
        "archive before it is recorded anew.",
    ),
    "draw_reveal_elsewhere": (
        "揭示记录须与承诺文件放在同一文件夹（{folder}）。",
        "The reveal record stays in the folder of the commitment ({folder}).",
    ),
    "draw_register_damaged": (
        "正式运行的登记 {file} 无法读取，请从备份恢复。",
        "The entry {file} of an official run cannot be read; restore it from a backup.",
    ),
    "draw_file_missing": (
        "找不到文件 {file}，或无法读取。",
        "There is no file {file}, or it cannot be read.",
    ),
    "draw_file_unwritable": (
        "无法写入 {file}，请检查文件夹和权限。",
        "Cannot write {file}; check the folder and its permissions.",
    ),
    "draw_commitment_damaged": (
        "这不是本系统的承诺文件，或已损坏。",
        "This is no commitment of this system, or it is damaged.",
    ),
    "draw_commitment_altered": (
        "承诺文件的内容与其校验值不符，已被改动。",
        "The commitment has been altered: its content is not what its hash says.",
    ),
    "draw_commitment_public": (
        "这是公布用的承诺（.public.json）；请用留存在单位的承诺文件。",
        "This is the published part of a commitment (.public.json); use the office's own file.",
    ),
    "draw_reveal_damaged": (
        "这不是本系统的揭示记录，或已损坏。",
        "This is no reveal record of this system, or it is damaged.",
    ),
    "draw_reveal_altered": (
        "揭示记录的内容与其校验值不符，已被改动。",
        "The reveal record has been altered: its content is not what its hash says.",
    ),
    "draw_receipts_other": (
        "名单 {file} 与承诺中的名单校验值不符。",
        "The list {file} is not the one that was sealed.",
    ),
    "draw_replay_needs_run": (
        "此次序产生方法须用结果文件夹复算。",
        "The order of this method can be replayed from a run folder only.",
    ),
}

_OFFICIAL: dict[str, tuple[str, str]] = {
    "official_several": (
        "不能正式运行，有 {n} 处须解决：\n{problems:zh}",
        "The official run cannot start; {n} things stand in the way:\n{problems:en}",
    ),
    "official_options_unused": (
        "承诺、揭示记录、批准人和理由只用于正式运行，请加 --official 或去掉这些选项。",
        "Commitment, reveal, approver and reason belong to an official run; add --official or "
        "leave them out.",
    ),
    "official_commit_missing": (
        "正式运行须有事先公布的承诺文件（--commit）。",
        "An official run needs the commitment published before (--commit).",
    ),
    "official_reveal_missing": (
        "正式运行须有种子的揭示记录（--reveal）。",
        "An official run needs the record that reveals the seed (--reveal).",
    ),
    "official_approver_missing": (
        "正式运行须有具名的批准人（--approver）：决定不得仅由系统作出"
        "（个人信息保护法 第二十四条）。",
        "An official run needs a named person who approves it (--approver): no decision is made "
        "by a system alone (Personal Information Protection Law, article 24).",
    ),
    "official_approver_nobody": (
        "批准人须是自然人的姓名（可注明单位），不能是系统或程序（个人信息保护法 第二十四条）。",
        "The approver must be a person with a name, not a system or a program (Personal "
        "Information Protection Law, article 24).",
    ),
    "official_reason_missing": (
        "批准人须写明理由（--reason）：当事人有权要求说明（个人信息保护法 第二十四条）。",
        "The approver must state a reason (--reason): people may ask for it (Personal Information "
        "Protection Law, article 24).",
    ),
    "official_text_personal": (
        "批准人或理由含有证件号、电话号码样式的数字或换行，请改写。",
        "Approver or reason hold what looks like the number of a document or a phone, or a line "
        "break.",
    ),
    "official_reveal_other": (
        "揭示记录不是为这份承诺（{commitment}…）作出的。",
        "The reveal record was not made for this commitment ({commitment}…).",
    ),
    "official_seed_wrong": (
        "揭示记录中的种子与所产生的数值不符。",
        "The seed in the reveal record does not follow from the value.",
    ),
    "official_scenario_changed": (
        "方案与封存时不一致（{keys}）。",
        "The scenario is not as it was sealed ({keys}).",
    ),
    "official_policy_changed": (
        "政策档案与封存时不一致。",
        "The policy profile is not as it was sealed.",
    ),
    "official_program_changed": (
        "程序与封存时不一致：封存 {sealed}，现为 {running}。",
        "The program is not the one that was sealed: {sealed} then, {running} now.",
    ),
    "official_list_changed": (
        "抽签名单与封存时不一致：封存 {sealed} 人，现为 {n} 人。",
        "The list of the draw is not as it was sealed: {sealed} people then, {n} now.",
    ),
    "official_inputs_changed": (
        "输入数据与封存时不一致（{tables}）。",
        "The input tables are not as they were sealed ({tables}).",
    ),
    "official_lottery_changed": (
        "阶段“{stage}”的入选机会或抽签方案与封存时不一致（{files}），未抽签。",
        "Chances or lottery of stage {stage} are not as they were sealed ({files}); nothing was "
        "drawn.",
    ),
    "official_redraw_reason": (
        "本轮已有正式结果（{runs}），再次正式运行须写明理由（--redraw-reason）；原结果保留。",
        "There is an official run of this round already ({runs}); another one needs a reason "
        "(--redraw-reason). The earlier one stays.",
    ),
    "official_redraw_seed": (
        "抽签名单与本轮原正式结果（{runs}）相同，种子、方法和轮次也须相同，不得重新抽签。",
        "The list is that of the earlier official run ({runs}), so seed, method and round must be "
        "the same; it may not be drawn again.",
    ),
    "official_redraw_old_seed": (
        "抽签名单或抽签方案已改变，不得沿用原正式结果（{runs}）的种子，须重新公开产生。",
        "List or lottery have changed, so the seed of the earlier official run ({runs}) may not "
        "be used again; draw a new one in public.",
    ),
}

_SAID: dict[str, tuple[str, str]] = {
    "draw_committed": ("封存承诺值：{commitment}", "Commitment: {commitment}"),
    "draw_publish": (
        "请公布 {notice}，并附 {public} 和 {receipts}。承诺文件 {file} 留存单位，正式运行时要用，"
        "不得外传。",
        "Publish {notice} with {public} and {receipts}. Keep {file} in the office: the official "
        "run needs it, and it is not for publication.",
    ),
    "draw_receipts_are_ids": (
        "注意：有 {n} 个受理回执号就是内部申请人编号。名单要公布，请先另编随机的受理回执号。",
        "Note: {n} receipt numbers are the internal ids of applicants. The list is to be "
        "published, so give out random receipt numbers first.",
    ),
    "draw_seed_is": ("种子：{seed}", "Seed: {seed}"),
    "draw_order": ("抽签次序（共 {n} 个）", "Order of the draw ({n} in all)"),
    "draw_col_number": ("抽签号", "draw_number"),
    "draw_col_receipt": ("受理回执号", "receipt_no"),
    "draw_col_sha256": ("SHA-256", "sha256"),
    "draw_replayed": (
        "与结果文件夹中的 {n} 个抽签号逐一相符。",
        "All {n} draw numbers of the run are confirmed.",
    ),
    "draw_replayed_lots": (
        "抽签分配的 {n} 个阶段已按种子逐步复算，中签人与获得名额的人一致。",
        "{n} stages that go by lot are drawn again step by step: the winners hold the awards.",
    ),
    "draw_replay_differs": (
        "与结果文件夹不符：{n} 个抽签号不同。",
        "The run differs: {n} draw numbers are others.",
    ),
    "draw_replay_list": (
        "名单校验值不符：应为 {sealed}，实为 {counted}。",
        "The hash of the list differs: {sealed} was sealed, {counted} is found.",
    ),
}

TEXTS: dict[str, tuple[str, str]] = {**_HELP, **_ERRORS, **_OFFICIAL, **_SAID}
