"""Texts of the page ``handout`` of the app."""

from __future__ import annotations

_PAGE: dict[str, tuple[str, str]] = {
    "app_handout_sections": ("导出内容", "What to hand out"),
    "app_handout_public": ("公示名单", "Public list"),
    "app_handout_internal": ("内部工作簿", "Internal workbook"),
    "app_handout_gis": ("地图文件", "Map files"),
    "app_handout_manifest": ("运行凭证", "Manifest"),
    "app_handout_notices": ("公告与通知", "Notices"),
    "app_handout_audit": ("审计复核包", "Audit pack"),
    "app_handout_trial": (
        "这是试算结果，不得公示，不得据以办理。导出的名单标题和每一行都注明“试算稿”。",
        "This is a trial: it must not be published and nothing may be given out on it. The list "
        "says so in its title and in every row.",
    ),
    "app_handout_official": (
        "这是正式分配结果，报有权机关决定后方可公布。",
        "This is an official result; it may be published once the competent authority has decided.",
    ),
    "app_handout_placeholders": (
        "方案中仍有 {n} 项示例值没有文件依据，公布前须由主管部门逐项确认。",
        "{n} values of the scenario are placeholders without a legal basis; the authority has to "
        "confirm each before publication.",
    ),
    "app_handout_xlsx": ("下载 XLSX", "Download XLSX"),
    "app_handout_csv": ("下载 CSV", "Download CSV"),
    "app_handout_no_awards": (
        "这次运行没有授予任何名额，没有可以公示的名单。",
        "This run gave out no place; there is no list to publish.",
    ),
    "app_handout_to_awards": ("查看未获批理由", "See the reasons"),
}

_PUBLIC: dict[str, tuple[str, str]] = {
    "app_handout_kinds": ("列入名单的名额类型", "Kinds on the list"),
    "app_handout_kind": ("{kind} {n}", "{kind} {n}"),
    "app_handout_no_kinds": (
        "至少选择一类名额，右侧才有名单可预览。",
        "Choose at least one kind to see the list.",
    ),
    "app_handout_telling": (
        "{kinds}只安排残疾人（或其家庭成员），列出姓名即披露残疾状况。默认只列受理回执号，"
        "不列姓名；同时获得其他名额的人，在其他类型中也不列姓名。",
        "Only disabled people (or their household) may hold: {kinds}. A name there tells of a "
        "disability, so these rows carry the receipt number alone, and so does any other award "
        "of the same person.",
    ),
    "app_handout_named": (
        "仍列出隐去部分字的姓名（已取得单独同意，或有法定公示依据）",
        "Print masked names all the same (separate consent, or a legal duty to publish)",
    ),
    "app_handout_named_on": (
        "{kinds}将列出隐去部分字的姓名，公示即披露获批者的残疾状况。发布前须确认依据，并留存备查。",
        "Masked names will be printed for: {kinds}. Publishing them discloses disability; settle "
        "and file the legal basis first.",
    ),
    "app_handout_receipts": (
        "本轮数据没有单独编发受理回执号，名单以申请人编号代替。公示前应随机编发回执号后重新运行。",
        "These data have no receipt numbers of their own; the applicant ids stand in. Issue random "
        "receipt numbers and run again before publishing.",
    ),
    "app_handout_no_names": (
        "本轮数据没有姓名，名单只列受理回执号。",
        "These data hold no names; the list carries receipt numbers alone.",
    ),
    "app_handout_masking": ("姓名如何隐去", "How names are masked"),
    "app_handout_masking_is": (
        "两个字只列首字（张\\*），三个字隐去中间一字（张\\*明），四个字以上只列首尾（欧\\*\\*明），"
        "带“·”的姓名和外文姓名只列首字（买\\*、J\\*）。名额名称中含获批者姓名的同样隐去。",
        "Two characters: the first (张\\*); three: first and last (张\\*明); more: the ends "
        "(欧\\*\\*明); names with “·” and Latin names: the first letter (买\\*, J\\*). A holder's "
        "name within a place's name is masked too.",
    ),
    "app_handout_never": ("名单不含", "Never on the list"),
    "app_handout_never_is": (
        "身份证号、残疾人证号、残疾类别和等级、低保等收入状况、住址、电话、优先层级、占用预留、"
        "抽签号，以及未获批的人。",
        "Identity and certificate numbers, type and level of disability, income status, "
        "addresses, telephones, tier, reserve, draw number, and anybody refused.",
    ),
    "app_handout_preview": ("公示名单预览", "Preview of the public list"),
}

_INTERNAL: dict[str, tuple[str, str]] = {
    "app_handout_internal_warn": (
        "内部工作簿载有优先层级、占用预留和未获批的完整理由，由此可知申请人的残疾、证件、年龄和"
        "收入情况，只供本单位办理和核查使用，不得外传，不得公示。",
        "The internal workbook holds tiers, reserves and the full reasons of refusals, which tell "
        "of disability, certificates, age and income. It is for this office's own work and must "
        "not leave it.",
    ),
    "app_handout_sheets": ("工作簿内容", "What is in it"),
    "app_handout_sheet": ("工作表", "Sheet"),
    "app_handout_n_rows": ("行数", "Rows"),
    "app_handout_columns": ("列", "Columns"),
    "app_handout_sheets_alt": (
        "内部工作簿的工作表、行数和列名",
        "Sheets of the internal workbook with rows and columns",
    ),
    "app_handout_measures": ("统计表 {n} 张", "{n} tables of measures"),
    "app_handout_several": ("{name}（分 {n} 张）", "{name} ({n} sheets)"),
    "app_handout_confirm": ("输入方案名称以确认", "Type the scenario's name to confirm"),
    "app_handout_confirm_is": (
        "请输入 `{name}`，与之完全一致后方可下载。",
        "Type `{name}` exactly; the download opens then.",
    ),
    "app_handout_confirm_hint": ("方案名称", "Name of the scenario"),
    "app_handout_confirm_wrong": ("与方案名称不一致。", "This is not the scenario's name."),
    "app_handout_confirm_right": (
        "已确认。下载后请妥善保管。",
        "Confirmed. Keep the file safe.",
    ),
    "app_handout_workbook": ("下载内部工作簿", "Download the internal workbook"),
    "app_handout_slow": (
        "约 {cells} 个单元格，点击后生成约需 {seconds} 秒，其间按钮显示转动，请不要离开本页。",
        "About {cells} cells; making the file takes about {seconds} s. The button turns "
        "meanwhile; stay on this page.",
    ),
    "app_handout_workbook_file": ("内部工作簿", "internal"),
}

_PACKS: dict[str, tuple[str, str]] = {
    "app_handout_pack": ("公开复核包", "Public pack"),
    "app_handout_pack_is": (
        "任何人可以用包内的程序重算抽签和各处计数；申请人凭核验码核对本人记录。不含姓名、证件、残疾、"
        "收入和优先层级。",
        "Anybody can repeat the draw and the counts with the program in it; applicants check their "
        "own line by a code. No name, document, disability, income or tier.",
    ),
    "app_handout_pack_files": ("包内文件", "Files in the pack"),
    "app_handout_pack_get": ("下载公开复核包", "Download the public pack"),
    "app_handout_pack_codes": (
        "下载后，核验码和本人记录存入结果文件夹，可在“内部工作簿”中下载，随书面通知逐人交付。"
        "包的摘要此后显示在这里。",
        "Codes and lines are then in the run folder and can be downloaded under Internal workbook; "
        "each goes out with the written notice. The digest of the pack is shown here from then on.",
    ),
    "app_handout_pack_digest": (
        "最近一次导出的摘要（SHA-256），随包公布：",
        "Digest of the pack exported last (SHA-256), to be published beside it:",
    ),
    "app_handout_pack_file": ("文件", "File"),
    "app_handout_pack_alt": ("复核包的文件、行数和内容", "Files of the pack with rows and content"),
    "app_handout_holds": ("内容", "Content"),
    "app_handout_pack_awards": ("获批", "awards"),
    "app_handout_pack_commitments": ("每人一份加盐承诺", "a salted commitment each"),
    "app_handout_pack_commitment": ("封存承诺", "commitment to the draw"),
    "app_handout_pack_reveal": ("揭示记录", "reveal record"),
    "app_handout_pack_receipts": ("受理回执号名单", "receipt numbers"),
    "app_handout_pack_reserves": ("预留名额计数", "reserves, counted"),
    "app_handout_pack_draw": ("抽签次序", "order of the draw"),
    "app_handout_pack_pack": ("基本情况和校验值", "facts and hashes"),
    "app_handout_pack_places": ("名额", "places"),
    "app_handout_pack_README": ("说明", "how to use it"),
    "app_handout_pack_verify": ("核验程序", "the program that checks"),
    "app_handout_pack_people": ("申请人（本包专用编号）", "applicants, by ids of the pack"),
    "app_handout_pack_applications": ("申请", "applications"),
    "app_handout_pack_refusals": ("每项未获批的理由", "one reason for every refusal"),
    "app_handout_audit_warn": (
        "审计复核包只交审计机关、人民法院等依法调取的单位。内容已去标识化而非匿名化：载有群体、"
        "优先层级和资格数据，与公布名单对照可以识别个人。每次导出均登记。",
        "The audit pack is for an auditor or a court entitled to it. It is pseudonymous, not "
        "anonymous: it holds group, tier and figures of eligibility, and beside the published list "
        "people can be told. Every export is registered.",
    ),
    "app_handout_audit_holds": ("包内资料", "What is in it"),
    "app_handout_audit_in": (
        "另有规则、间距冲突、运行报告的数字和核验程序，可重新评判每一项结果。",
        "Also the rules, spacing conflicts, the run's own figures and the program that judges "
        "every line again.",
    ),
    "app_handout_audit_out": (
        "不含姓名、证件号码、受理回执号、单位内部编号、住址、出生日期和坐标；编号为本包专用。",
        "No names, documents, receipt numbers, ids of the office, addresses, dates of birth or "
        "coordinates; its ids are its own.",
    ),
    "app_handout_audit_confirm_is": (
        "请输入 `{name}` 确认，并写明领取人和用途；三项齐全后方可下载。",
        "Type `{name}` to confirm, and say who takes it and what for; the download opens then.",
    ),
    "app_handout_audit_confirm": ("方案名称", "Name of the scenario"),
    "app_handout_audit_by": ("领取人（姓名和单位）", "Taken by (name and office)"),
    "app_handout_audit_reason": ("用途（文书编号）", "What for (number of the file)"),
    "app_handout_audit_get": ("登记并下载审计复核包", "Register and download the audit pack"),
    "app_handout_audit_entered": (
        "点击即登记时间、领取人、用途和复核包摘要，登记不能撤销。",
        "The click enters time, name, purpose and the digest of the pack; an entry stays.",
    ),
    "app_handout_register": ("登记簿（{n} 次）", "Register ({n} times)"),
    "app_handout_register_at": ("时间", "When"),
    "app_handout_register_by": ("领取人", "By whom"),
    "app_handout_register_reason": ("用途", "What for"),
    "app_handout_register_alt": ("登记簿 {file}", "Register {file}"),
    "app_handout_codes": ("下载核验码和本人记录", "Download codes and lines"),
    "app_handout_codes_file": ("核验码", "codes"),
    "app_handout_codes_is": (
        "公开复核包的核验码，载有每个人的群体和优先层级，随书面通知逐人交付。",
        "Codes for the public pack, with everybody's group and tier; each goes out alone with the "
        "written notice.",
    ),
}

_GIS: dict[str, tuple[str, str]] = {
    "app_handout_gis_is": (
        "供规划部门的地理信息系统使用，不作公示。坐标为 CGCS2000 经纬度（{crs}）；获批画在名额"
        "所在地，人只有申请人编号，不含住址、姓名、证件、残疾和收入信息。间距标准因获得者类别而"
        "不同，与获批位置对照可推知个别站点获得者的类别，转交时须一并说明。",
        "For the planning bureau's GIS, not for publication. CGCS2000 degrees ({crs}). An award is "
        "drawn at its place and names the applicant's id alone: no home, name, certificate, "
        "disability or income. Required distances differ by holder, so together with the awards "
        "they may tell the group of a single site's holder; say so when handing it on.",
    ),
    "app_handout_layer": ("图层", "Layer"),
    "app_handout_geometry": ("几何", "Geometry"),
    "app_handout_features": ("要素数", "Features"),
    "app_handout_file": ("所在文件", "File"),
    "app_handout_layers_alt": ("地图文件的图层", "Layers of the map files"),
    "app_handout_layer_places": ("名额", "places"),
    "app_handout_layer_awards": ("获批", "awards"),
    "app_handout_layer_conflicts": ("间距冲突", "conflicts"),
    "app_handout_point": ("点", "point"),
    "app_handout_line": ("线", "line"),
    "app_handout_later": ("选中后统计", "counted when chosen"),
    "app_handout_choose_layer": ("预览图层", "Layer to preview"),
    "app_handout_layer_alt": ("图层“{layer}”的前几行", "First rows of the layer {layer}"),
    "app_handout_first": (
        "前 {shown} 行，共 {n} 行，{columns} 列",
        "{shown} of {n} rows, {columns} columns",
    ),
    "app_handout_measuring": ("正在整理间距数据……", "Measuring distances ..."),
    "app_handout_no_point": (
        "{n} 个名额没有坐标，GeoJSON 中不含这些名额。",
        "{n} places have no coordinates and are left out of the GeoJSON.",
    ),
    "app_handout_gpkg": ("下载 GeoPackage（三个图层）", "Download GeoPackage (three layers)"),
    "app_handout_geojson": ("下载 GeoJSON（名额图层）", "Download GeoJSON (places)"),
    "app_handout_no_rows": ("这个图层没有要素。", "This layer is empty."),
}

_MANIFEST: dict[str, tuple[str, str]] = {
    "app_handout_manifest_is": (
        "凭证记下这次运行用了什么方案、数据和程序，任何人可据此复核。",
        "The manifest says which scenario, data and program made this run, so that anybody can "
        "check it.",
    ),
    "app_handout_overrulings": (
        "方案中有 {n} 项人工复核，涉及申请人个人情况，下载的凭证不含这些内容，原件留在结果文件夹。",
        "{n} overrulings of the scenario speak of single applicants; the downloaded manifest "
        "lacks them, the original stays in the run folder.",
    ),
    "app_handout_facts": ("基本情况", "Facts"),
    "app_handout_facts_alt": ("运行凭证的基本情况", "Facts of the manifest"),
    "app_handout_item": ("项目", "Item"),
    "app_handout_value": ("内容", "Value"),
    "app_handout_run_id": ("运行编号", "Run id"),
    "app_handout_scenario": ("方案", "Scenario"),
    "app_handout_scenario_file": ("方案文件", "Scenario file"),
    "app_handout_mode": ("性质", "Mode"),
    "app_handout_reproducible": ("可否重现", "Reproducible"),
    "app_handout_reproducible_yes": ("可以", "yes"),
    "app_handout_reproducible_no": ("不可以", "no"),
    "app_handout_finished": ("完成时间", "Finished"),
    "app_handout_overrides": ("临时改动", "Overrides"),
    "app_handout_none": ("无", "none"),
    "app_handout_round": ("抽签轮次", "Round of the draw"),
    "app_handout_seed": ("抽签种子", "Seed of the draw"),
    "app_handout_approver": ("批准人", "Approved by"),
    "app_handout_approval_reason": ("批准理由", "Why it was approved"),
    "app_handout_draw_n": ("抽签人数", "In the draw"),
    "app_handout_program": ("程序版本", "Program"),
    "app_handout_platform": ("运行环境", "Platform"),
    "app_handout_hashes": ("校验码（SHA-256）", "Checksums (SHA-256)"),
    "app_handout_awards_hash": ("分配结果 awards.csv", "Awards, awards.csv"),
    "app_handout_list_hash": ("抽签名单", "Draw list"),
    "app_handout_commitment_hash": ("封存承诺", "Commitment"),
    "app_handout_scenario_hash": ("方案", "Scenario"),
    "app_handout_inputs": ("输入数据（{n} 张表）", "Input ({n} tables)"),
    "app_handout_inputs_alt": (
        "输入数据的表、文件、行数和校验码",
        "Input tables with file, rows and checksum",
    ),
    "app_handout_table": ("表", "Table"),
    "app_handout_versions": ("依赖的软件版本", "Versions of the packages"),
    "app_handout_package": ("软件", "Package"),
    "app_handout_version": ("版本", "Version"),
    "app_handout_versions_alt": ("软件和版本", "Packages and versions"),
    "app_handout_hash": ("校验码", "Checksum"),
    "app_handout_verify": ("核对文件是否被改动", "Check the files"),
    "app_handout_intact": (
        "文件未被改动：{n} 个文件均与封存时一致。",
        "Nothing was altered: all {n} files are as they were sealed.",
    ),
    "app_handout_altered": (
        "{n} 个文件与封存时不一致或已缺失：{files}。这次结果不得使用，请从备份恢复结果文件夹，"
        "或重新运行。",
        "{n} files are missing or not as they were sealed: {files}. Do not use this result; "
        "restore the run folder from a backup or run again.",
    ),
    "app_handout_json": ("下载运行凭证（manifest.json）", "Download manifest.json"),
}

_NOTICES: dict[str, tuple[str, str]] = {
    "app_handout_notices_are": (
        "公告和通知的固定格式文本将放在这里，目前尚未提供。",
        "Notices in official layout will have their place here; they are not available yet.",
    ),
    "app_handout_notices_list": (
        "- 公示公告：标题、依据、名单、公示期、异议渠道，PDF 和可编辑文本\n"
        "- 逐人通知书：获批告知；未获批告知，逐个志愿写明理由和救济途径\n"
        "- 公示期满后的分配决定",
        "- the publication: title, basis, list, period, how to object; PDF and an editable text\n"
        "- letters to applicants: award; refusal with the reason of each wish and how to appeal\n"
        "- the decision after the period of publication",
    ),
    "app_handout_notices_now": (
        "目前可先下载公示名单自行排版；某一申请人的逐条理由可在“名单”页查看和打印。",
        "Until then, lay out the public list yourself; the page Awards prints the reasons of one "
        "applicant.",
    ),
    "app_handout_terms": ("方案中的公示与救济期限", "Periods set by the scenario"),
    "app_handout_terms_alt": ("公示、异议和复议期限", "Periods of publication and appeal"),
    "app_handout_period": ("公示期", "Publication"),
    "app_handout_objection": ("异议答复时限", "Reply to objections"),
    "app_handout_reconsideration": ("申请行政复议期限", "Administrative reconsideration"),
    "app_handout_basis": ("依据", "Basis"),
    "app_handout_unset": ("方案未设置", "not set by the scenario"),
}

TEXTS: dict[str, tuple[str, str]] = {
    **_PAGE,
    **_PUBLIC,
    **_INTERNAL,
    **_PACKS,
    **_GIS,
    **_MANIFEST,
    **_NOTICES,
}
