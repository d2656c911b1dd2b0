"""Texts of the replication packs: what is in them, and what is refused."""

from __future__ import annotations

TEXTS: dict[str, tuple[str, str]] = {
    "pack_public_file": ("公开复核包", "public-pack"),
    "pack_audit_file": ("审计复核包", "audit-pack"),
    "pack_digest": (
        "复核包摘要（SHA-256）：{digest}。请与复核包一并公布。",
        "Digest of the pack (SHA-256): {digest}. Publish it beside the pack.",
    ),
    "pack_codes": (
        "核验码和本人记录：{file}。内部资料，随书面通知逐人交付，不得公布。",
        "Codes and lines: {file}. Internal; each goes to its applicant alone with the written "
        "notice.",
    ),
    "pack_registered": (
        "已登记，摘要（SHA-256）：{digest}。登记簿：{file}。",
        "Entered in the register, digest (SHA-256): {digest}. Register: {file}.",
    ),
    "pack_trial": (
        "这是试算的复核包，没有封存和揭示，不得公布。",
        "This is the pack of a trial: nothing was sealed or revealed; do not publish it.",
    ),
    "pack_receipts_are_ids": (
        "本轮没有编发受理回执号，复核包以申请人编号代替；公布前应随机编发回执号后重新运行。",
        "There are no receipt numbers; applicant ids stand in the pack. Issue random receipt "
        "numbers and run again before publishing.",
    ),
    "pack_several": (
        "不能导出审计复核包，有 {n} 项不符：\n{problems:zh}",
        "The audit pack is not written; {n} things are wrong:\n{problems:en}",
    ),
    "pack_confirm": (
        "须以 --confirm 写明方案名称“{name}”予以确认。",
        "Confirm with --confirm and the scenario's name, {name}.",
    ),
    "pack_by_missing": (
        "须以 --by 写明领取人姓名和单位。",
        "Name who takes the pack, and their office, with --by.",
    ),
    "pack_reason_missing": (
        "须以 --reason 写明用途和文书编号。",
        "Say what it is for, with the number of the file, with --reason.",
    ),
    "pack_text_personal": (
        "领取人和用途中不得有证件号码、电话号码或不可打印的字符。",
        "Neither name nor purpose may hold an identity number, a telephone number or a character "
        "that cannot be printed.",
    ),
    "pack_kind_unknown": (
        "方案中没有这些名额类型：{kinds}。",
        "The scenario has no such kinds: {kinds}.",
    ),
    "pack_options_unused": (
        "--confirm、--by、--reason 只用于 --format audit-pack，--withhold 只用于 public-pack。",
        "--confirm, --by and --reason belong to --format audit-pack alone, --withhold to "
        "public-pack.",
    ),
    "pack_secret_damaged": (
        "结果文件夹中的 {file} 已损坏；请从备份恢复，否则已交付的核验码将全部失效。",
        "{file} in the run folder is damaged; restore it from a backup, or every code handed out "
        "is void.",
    ),
    "pack_register_broken": (
        "登记簿 {file} 被改动或缺行；请从备份恢复后再导出。",
        "The register {file} was changed or lacks a line; restore it from a backup first.",
    ),
    "pack_register_unusable": (
        "登记簿 {file} 无法读写，未导出复核包。",
        "The register {file} cannot be used; the pack is not written.",
    ),
    "pack_public_readme": (
        """公开复核包

用来独立复核一次名额分配：抽签、计数和每个人的结果。解压后执行 python3 verify.py
（需要 Python 3.11 或以上，不需要安装任何软件，也不联网）。全部通过时退出码为 0。

  verify.py          核验程序，可直接阅读
  pack.json          基本情况和全部文件的校验值；此文件的 SHA-256 就是复核包摘要
  commitment-*.json  封存承诺（正式运行）；reveal.json 揭示记录
  receipts.txt       受理回执号名单，由小到大
  draw.csv           抽签次序，由种子、轮次和回执号算出
  places.csv         各处名额的数量和授予数；申请人自带经营场所的类别只列已授予的
  awards.csv         获批名单；按规定只安排残疾人或其家庭成员的类别不列回执号
  reserves.csv       预留名额；两侧任何一侧不足 5 人的计数不列，used 留空
  commitments.csv    每人一份加盐承诺，只有本人的核验码能打开

本人复核：python3 verify.py --open 核验码 '本人记录'
核验码和本人记录由办理单位随书面通知交付。包内没有姓名、证件号码、残疾、收入和优先层级。
核验程序不能证明自身未被改动：请把它打印的摘要与单位公布的摘要比对。
""",
        """Public replication pack

For repeating an allocation without the office: the draw, the counts and one's own outcome.
Unpack it and run python3 verify.py (Python 3.11 or later, nothing to install, no network).
Exit code 0 means that everything passes.

  verify.py          the program that checks; short enough to read
  pack.json          what the pack is about, and the hash of every file; its own SHA-256 is
                     the digest of the pack
  commitment-*.json  commitments to the draw (official runs); reveal.json the reveal
  receipts.txt       the list of receipt numbers, ascending
  draw.csv           the order that seed, round and receipt numbers give
  places.csv         places with their units and awards; premises that applicants bring only
                     where something was awarded
  awards.csv         awards; without receipt numbers where the rules admit disabled people or
                     their households alone
  reserves.csv       reserves; used is empty where a count has fewer than 5 on either side
  commitments.csv    a salted commitment for everybody, which only their own code opens

Your own line: python3 verify.py --open CODE 'LINE'
Code and line come from the office with the written notice. No name, document, disability,
income or tier is in the pack.
No program can vouch for itself: compare the digest it prints with the published one.
""",
    ),
    "pack_audit_readme": (
        """审计复核包

供审计机关或人民法院重新评判一次名额分配的每一项结果。解压后执行 python3 verify.py
（需要 Python 3.11 或以上，不需要安装任何软件，也不联网）。全部通过时退出码为 0。

  verify.py         核验程序
  pack.json         运行编号和全部文件的校验值；此文件的 SHA-256 即登记簿所载摘要
  rules.json        阶段、优先次序、预留、数量要求、数量上限
  people.csv        申请人：抽签号、优先层级、群体、家庭、已有名额、可用哪些预留
  places.csv        名额；applications.csv 申请；conflicts.csv 间距冲突
  awards.csv        获批；refusals.csv 每项未获批的理由；reported.json 运行报告的数字

编号均为本包专用，与受理回执号、单位内部编号无关。内容已去标识化而非匿名化，仍属个人信息：
抽签次序和授予情况与公布名单一致，两相对照可以识别个人。只限登记的用途，用后销毁。
""",
        """Audit pack

For an auditor or a court to judge every line of an allocation again. Unpack it and run
python3 verify.py (Python 3.11 or later, nothing to install, no network). Exit code 0 means
that everything passes.

  verify.py         the program that judges
  pack.json         id of the run and the hash of every file; its own SHA-256 stands in the
                    office's register
  rules.json        stages, priorities, reserves, quotas, caps
  people.csv        applicants: draw number, tier, group, household, awards held, reserves
  places.csv        places; applications.csv applications; conflicts.csv spacing conflicts
  awards.csv        awards; refusals.csv one reason each; reported.json the run's own figures

Ids are this pack's own and no receipt numbers. It is pseudonymous, not anonymous, and remains
personal information: the order and the awards are those of the published list, and whoever
holds both can put them side by side. For the registered purpose only; destroy it afterwards.
""",
    ),
}
