"""Texts of the draw: commands, errors, refusals of an official run, notices to publish."""

from __future__ import annotations

_HELP: dict[str, tuple[str, str]] = {
    "help_draw": (
        "公开抽签：先封存（commit），后揭示种子（reveal），任何人都可复算（replay）。",
        "The public draw: seal first, reveal the seed later, and anybody can replay it.",
    ),
    "help_draw_commit": (
        "封存输入数据、方案、政策和程序，写出承诺、名单和公告；公布之后才可产生种子。",
        "Seal inputs, scenario, policy and program; write the commitment, the list and the notice "
        "to publish before there is a seed.",
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
        "抽签名单（含回执号由谁持有）、方法或轮次已改变，或方案按入选机会抽取名单而封存内容有任何改变，"
        "原种子不得再用，须重新约定种子来源（--source）。",
        "List, holders of its receipt numbers, method or round have changed, or anything sealed "
        "where award lists are drawn by chances; so the earlier seed may not be used. Announce a "
        "new one (--source).",
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
        '核对 drand 签名须安装附加组件：pip install "allocation[drand]"。',
        'Checking a signature of drand needs an extra: pip install "allocation[drand]".',
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
        "抽签名单已改变，不得沿用原正式结果（{runs}）的种子，须重新公开产生。",
        "The list has changed, so the seed of the earlier official run ({runs}) may not be used "
        "again; draw a new one in public.",
    ),
}

_NOTICE: dict[str, tuple[str, str]] = {
    "notice_commit": (
        "{title}\n"
        "抽签封存公告（轮次：{round}）\n"
        "\n"
        "一、封存内容\n"
        "封存时间：{committed_at}\n"
        "参加排序的受理回执号：{n} 个，名单见附件 {receipts_file}\n"
        "名单校验值（SHA-256）：\n"
        "  {list_sha256}\n"
        "封存承诺值（SHA-256）：\n"
        "  {commitment}\n"
        "承诺值涵盖全部输入数据、分配方案、政策参数和计算程序（版本 {version}）。"
        "自本公告公布之日起，其中任何一项改动都会使承诺值改变。\n"
        "{correction}"
        "\n"
        "二、种子的产生\n"
        "{source}\n"
        "\n"
        "三、次序的排定\n"
        "{method}\n"
        "\n"
        "四、如何核对\n"
        "1. 名单：计算附件 {receipts_file} 的 SHA-256，应等于上述名单校验值。\n"
        "2. 承诺：计算附件 {public_file} 的 SHA-256，应等于上述封存承诺值。\n"
        "3. 次序：种子公布后，任何人都可用名单、种子和轮次自行重排，不需要专门程序。\n"
        "\n"
        "五、说明\n"
        "本公告及附件不含姓名、证件号码、残疾和收入状况等个人信息。"
        "请申请人核对自己的受理回执号是否在名单中；如有异议，请在种子产生之前提出。\n",
        "{title}\n"
        "Draw: what is sealed (round {round})\n"
        "\n"
        "1. Sealed\n"
        "Sealed at: {committed_at}\n"
        "Receipt numbers taking part: {n}, listed in {receipts_file}\n"
        "Hash of the list (SHA-256):\n"
        "  {list_sha256}\n"
        "Commitment (SHA-256):\n"
        "  {commitment}\n"
        "The commitment covers all input tables, the scenario, the policy and the program "
        "(version {version}). A change of any of them changes it.\n"
        "{correction}"
        "\n"
        "2. Where the seed comes from\n"
        "{source}\n"
        "\n"
        "3. How the order is made\n"
        "{method}\n"
        "\n"
        "4. How to check\n"
        "a. The list: the SHA-256 of {receipts_file} is the hash of the list above.\n"
        "b. The commitment: the SHA-256 of {public_file} is the commitment above.\n"
        "c. The order: once the seed is published, anybody can put the list in order again.\n"
        "\n"
        "5. Notes\n"
        "Nothing here holds names, numbers of documents, disability or income. Applicants should "
        "see whether their receipt number is on the list, and object before the seed is drawn.\n",
    ),
    "notice_correction": (
        "本公告更正此前公布的承诺 {earlier}…，理由：{reason}\n",
        "This corrects the commitment {earlier}… published before, because: {reason}\n",
    ),
    "notice_source_digits": (
        "{at}起，{about}当场公开摇取 {digits} 位数字，由到场人员见证并制作笔录，"
        "所得数字（含前面的 0）即为种子。",
        "From {at}, {digits} digits are drawn in public before witnesses{about}; they are the "
        "seed, leading zeros included.",
    ),
    "notice_source_numbers": (
        "以{about}公布的号码（{at}以后产生）为种子：同一来源的数字由小到大排列，"
        "每个数后加“.”，每个来源后加“/”。",
        "The numbers of {about}, which come from {at}, are the seed: those of one source in "
        "ascending order, a full stop after each number, a slash after each source.",
    ),
    "notice_source_drand": (
        "以公共随机信标 drand（链 {chain}）第 {drand_round} 轮的随机数为种子，该轮于{at}产生，"
        "附有任何人可核对的签名，事先无人能知。{about}",
        "The randomness of round {drand_round} of drand (chain {chain}) is the seed. It comes at "
        "{at} with a signature anybody can check; nobody can know it before. {about}",
    ),
    "notice_source_public": (
        "以{about}（{at}以后产生）为种子。",
        "The seed is {about}, which comes from {at}.",
    ),
    "notice_source_kept": (
        "名单、方法和轮次没有改变，沿用此前公告约定的种子，不重新抽取。",
        "List, method and round are unchanged, so the seed announced before is kept.",
    ),
    "notice_source_none": ("不用种子。", "There is no seed."),
    "notice_method_seed": (
        "对每个受理回执号，把种子、轮次“{round}”和回执号依次各写一行（UTF-8 编码，行间为换行符，"
        "末尾不换行），计算 SHA-256；全部回执号按该值由小到大排列，名次即抽签号。例如：\n"
        "  printf '%s\\n%s\\n%s' 种子 {shell_round} 回执号 | sha256sum",
        "For each receipt number, write the seed, the round “{round}” and the receipt number on "
        "one line each (UTF-8, a line feed between them, none at the end) and take the SHA-256; "
        "the rank of that value, smallest first, is the draw number. For example:\n"
        "  printf '%s\\n%s\\n%s' SEED {shell_round} RECEIPT | sha256sum",
    ),
    "notice_method_rfc3797": (
        "名单按受理回执号由小到大编号，依 RFC 3797 的方法用种子逐一选出，选出的次序即抽签号。",
        "The list is numbered in ascending order of receipt numbers and selected from one by one "
        "as RFC 3797 says; the order of selection is the draw number.",
    ),
    "notice_method_acceptance": (
        "按受理时间先后排定（行政许可法 第五十七条），不抽签。",
        "By order of acceptance; no lots are drawn.",
    ),
    "notice_reveal": (
        "{title}\n"
        "抽签种子公告（轮次：{round}）\n"
        "\n"
        "对应的封存承诺值（SHA-256）：\n"
        "  {commitment}\n"
        "产生时间：{drawn_at}\n"
        "产生的数值：{value}\n"
        "种子：{seed}\n"
        "见证人：{witnesses}\n"
        "笔录编号：{record_no}\n"
        "\n"
        "次序的排定\n"
        "{method}\n",
        "{title}\n"
        "Draw: the seed (round {round})\n"
        "\n"
        "Commitment it was drawn for (SHA-256):\n"
        "  {commitment}\n"
        "Drawn at: {drawn_at}\n"
        "Value: {value}\n"
        "Seed: {seed}\n"
        "Witnesses: {witnesses}\n"
        "Record: {record_no}\n"
        "\n"
        "How the order is made\n"
        "{method}\n",
    ),
    "notice_no_names": ("（未登记）", "(none recorded)"),
    "notice_names": ("、", ", "),
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

TEXTS: dict[str, tuple[str, str]] = {**_HELP, **_ERRORS, **_OFFICIAL, **_NOTICE, **_SAID}
