"""Notices of a draw, to be published: what is sealed, and which seed was drawn."""

from __future__ import annotations

TEXTS: dict[str, tuple[str, str]] = {
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
        "{lots}"
        "{correction}"
        "\n"
        "二、种子的产生\n"
        "{source}\n"
        "\n"
        "三、次序的排定\n"
        "{method}\n"
        "{by_lot}"
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
        "{lots}"
        "{correction}"
        "\n"
        "2. Where the seed comes from\n"
        "{source}\n"
        "\n"
        "3. How the order is made\n"
        "{method}\n"
        "{by_lot}"
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
        "名单、方法、轮次和抽签方案没有改变，沿用此前公告约定的种子，不重新抽取。",
        "List, method, round and lottery are unchanged, so the seed announced before is kept.",
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
        "{method}\n"
        "{by_lot}",
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
        "{method}\n"
        "{by_lot}",
    ),
    "notice_no_names": ("（未登记）", "(none recorded)"),
    "notice_names": ("、", ", "),
    "notice_lots_pinned": (
        "阶段“{stage}”按入选机会抽签。各人的机会和抽签方案已在封存前算定，加盐校验值（SHA-256）：\n"
        "  入选机会 {chances}\n"
        "  抽签方案 {lottery}\n"
        "正式运行时重新算出的机会和抽签方案须与此相同，否则不得抽签。\n",
        "Stage {stage} is drawn by chances. Everybody's chance and the lottery were computed "
        "before sealing; their salted hashes (SHA-256) are\n"
        "  chances {chances}\n"
        "  lottery {lottery}\n"
        "The official run must come to the same ones, or nothing is drawn.\n",
    ),
    "notice_lots_unpinned": (
        "阶段“{stage}”也按入选机会抽签，但在阶段“{after}”之后进行，而该阶段的结果取决于种子，"
        "所以其机会和抽签方案在种子产生之前无法算出，未单独封存；它们由本公告封存的数据、方案、"
        "程序和种子确定，改动其中任何一项都须重新约定种子。\n",
        "Stage {stage} is drawn by chances, too, but after stage {after}, whose outcome depends on "
        "the seed. Its chances and lottery cannot be known before the seed and are not sealed by "
        "themselves; what is sealed here and the seed determine them, and a change of any of it "
        "needs a new seed.\n",
    ),
    "notice_by_lot": (
        "\n"
        "按入选机会抽签的阶段（{stages}）：入选的人不按上述次序选取，而由抽签方案和同一种子逐步"
        "算出。抽签方案分为若干部分，各部分互不影响：部分中有几种名单的，先按各自的权重抽定一种；"
        "名单中尚有几分之几的，沿首尾相接的一圈逐圈调整，每调整一圈取一个随机数，直到每人不是入选"
        "就是未入选。第 n 部分第 k 步的随机数，由 lottery、种子、轮次、阶段名、n、k 等各写一行求 "
        "SHA-256 得出（第 0 步选名单；写法见算法说明“抽签”）。每人入选的概率恰为算定的机会。入选的"
        "人再按优先层级和抽签号依次选定名额。逐步复算：allocation draw replay 结果文件夹。\n",
        "\n"
        "Stages drawn by chances ({stages}): who is served does not follow from that order, but "
        "step by step from the lottery and the same seed. The lottery falls into parts that do "
        "not touch each other. Where a part has several lists, one is drawn by their weights; "
        "where a list still holds fractions, they are moved around closed circuits, one random "
        "number a circuit, until everybody is either served or not. The number of step k of part "
        "n comes from the SHA-256 of lottery, seed, round, stage, n, k and two counters, one a "
        "line (step 0 chooses the list; see The draw in the formulation). Everybody's probability "
        "is just the chance that was computed. Those served then choose places by tier and draw "
        "number. To repeat every step: allocation draw replay RUN_DIR.\n",
    ),
}
