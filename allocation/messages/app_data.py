"""Texts of the page ``data`` of the app."""

from __future__ import annotations

_CHOOSE: dict[str, tuple[str, str]] = {
    "app_data_choose": ("选用已有数据", "Use data that are here"),
    "app_data_own": ("方案自带（{data}）", "As in the scenario ({data})"),
    "app_data_own_none": ("没有指定", "none given"),
    "app_data_source": ("数据来源", "Source"),
    "app_data_scenario": ("按哪个方案核对", "Scenario to check against"),
    "app_data_scenario_help": (
        "坐标系、市域范围和名额类型由方案规定，核对以所选方案为准。",
        "The scenario says the coordinate system, the bounds of the city and the kinds of place.",
    ),
    "app_data_folder": ("{name}（目录，{n} 个文件）", "{name} (folder, {n} files)"),
    "app_data_workbook": ("{name}（工作簿）", "{name} (workbook)"),
    "app_data_uploaded": (
        "{moment} 上传（{n} 个文件）",
        "Uploaded {moment} ({n} files)",
    ),
    "app_data_delete": ("删除这次上传", "Delete this upload"),
    "app_data_delete_sure": (
        "删除后不能恢复。已有的运行结果不受影响；引用这份数据的方案将无法再运行。",
        "This cannot be undone. Finished runs stay as they are; scenarios that use these data can "
        "no longer be run.",
    ),
    "app_data_delete_now": ("确认删除", "Delete it"),
    "app_data_template": ("下载填报模板", "Download the template"),
    "app_data_template_help": (
        "一个工作簿，每张表一个工作表：中文列名、下拉选项、逐列说明。",
        "One workbook with a sheet per table: headers, drop-down lists, an explanation per column.",
    ),
    "app_data_upload": ("上传新的表格", "Upload tables"),
    "app_data_upload_how": (
        "上传**一个工作簿**（每个工作表一张表），或**一次选中多个文件**（每张表一个，"
        "文件名用表名，如“申请人.csv”）。可用 CSV、Excel（xlsx、xls）、ODS；"
        "点位和界线也可用 GeoPackage、GeoJSON。文件只存放在本机。",
        "Upload **one workbook** with a sheet per table, or **several files at once**, one per "
        "table and named after it, such as applicants.csv. CSV, Excel (xlsx, xls) and ODS are "
        "read; positions and outlines also from GeoPackage and GeoJSON. Files stay on this "
        "machine.",
    ),
    "app_data_upload_files": ("要上传的文件", "Files to upload"),
    "app_data_keep": (
        "没有重新上传的表，沿用左侧所选数据",
        "Keep the tables that are not uploaded anew from the source on the left",
    ),
    "app_data_submit": ("上传并核对", "Upload and check"),
    "app_data_no_file": ("请先选择文件。", "Choose files first."),
    "app_data_not_stored": (
        "文件没有保存成功，可能是磁盘空间不足或没有写入权限；原有数据没有改动。",
        "The files could not be stored: the disk may be full or not writable. Nothing was changed.",
    ),
    "app_data_no_table": (
        "上传的文件都未能识别，没有保存。请把文件名改为表名（如“申请人.csv”“名额.xlsx”），"
        "或使用填报模板。",
        "None of the files was recognised, and nothing was stored. Name files after their tables, "
        "such as applicants.csv or places.xlsx, or use the template.",
    ),
    "app_data_unknown_files": (
        "未能识别、没有采用的文件：{files}。请把文件名改为表名后重新上传。",
        "Files not recognised and not used: {files}. Name them after their tables and upload "
        "them again.",
    ),
    "app_data_recognised": (
        "“{file}”按列名识别为“{table}”表。",
        "{file} was recognised by its headers as table {table}.",
    ),
    "app_data_kept": ("沿用原有数据的表：{tables}。", "Tables kept from before: {tables}."),
    "app_data_deleted": ("已删除所选的上传。", "The upload was deleted."),
}

_STATES: dict[str, tuple[str, str]] = {
    "app_data_none": (
        "还没有可用的数据。请上传表格；没有现成表格的，可先下载填报模板。",
        "There are no data yet. Upload tables, or download the template first.",
    ),
    "app_data_no_scenario": (
        "还没有方案，无法核对数据。请先建立一个方案。",
        "There is no scenario to check the data against. Make one first.",
    ),
    "app_data_checking": (
        "正在逐格核对。全市规模的数据约需三秒，十万名申请人约需二十秒……",
        "Checking every cell. A whole city takes about three seconds, 100,000 applicants "
        "about twenty ...",
    ),
    "app_data_good": (
        "核对通过：{tables} 张表共 {rows} 行，全部采用。",
        "All is well: {rows} rows in {tables} tables, every one accepted.",
    ),
    "app_data_bad": (
        "共 {n} 处错误：{tables} 张表有误，退回 {refused} 行。请下载标注错误的工作簿，"
        "改正橙色单元格后重新上传。",
        "{n} errors in {tables} tables; {refused} rows are refused. Download the marked workbook, "
        "correct the orange cells, and upload it again.",
    ),
    "app_data_bad_files": (
        "共 {n} 处错误，文件无法读取或缺少必要的表。请按下表的修改办法处理后重新上传，"
        "也可以改用填报模板。",
        "{n} errors: files cannot be read, or tables are missing. Do what the table below says "
        "and upload again, or use the template.",
    ),
    "app_data_unmet": (
        "单元格没有错误，但方案的规则还缺少数据：{reason} 请补充后重新上传。",
        "No cell is wrong, but a rule of the scenario lacks data: {reason} Add it and upload "
        "again.",
    ),
    "app_data_next": ("用这些数据设定方案", "Set a scenario with these data"),
    "app_data_marked": ("下载标注错误的工作簿", "Download the marked workbook"),
    "app_data_marked_file": ("数据错误标注", "data-errors"),
    "app_data_marked_note": (
        "工作簿含申请人个人信息，只供本单位改正数据，不得外传。",
        "The workbook holds personal data and stays inside the office.",
    ),
    "app_data_marked_slow": (
        "工作簿含申请人个人信息，只供本单位改正数据，不得外传。表格较大，生成约需 {seconds} 秒。",
        "The workbook holds personal data and stays inside the office. The tables are large: "
        "making it takes about {seconds} seconds.",
    ),
}

_TABLES: dict[str, tuple[str, str]] = {
    "app_data_tables": ("各表核对情况", "Table by table"),
    "app_data_tables_alt": (
        "各输入表的行数、采用和退回的行数、错误数",
        "Rows, accepted rows, refused rows and errors of every input table",
    ),
    "app_data_col_table": ("表", "Table"),
    "app_data_col_file": ("来源文件", "Read from"),
    "app_data_col_rows": ("行数", "Rows"),
    "app_data_col_accepted": ("采用", "Accepted"),
    "app_data_col_refused": ("退回", "Refused"),
    "app_data_col_errors": ("错误", "Errors"),
    "app_data_col_verdict": ("结论", "Verdict"),
    "app_data_verdict_good": ("通过", "Accepted"),
    "app_data_verdict_bad": ("须改正", "To be corrected"),
    "app_data_verdict_unread": ("无法读取", "Cannot be read"),
    "app_data_verdict_missing": ("缺少，必须提供", "Missing, needed"),
    "app_data_verdict_none": ("未提供", "Not given"),
    "app_data_notices": ("提示 {n} 条（不影响使用）", "Notes, no errors: {n}"),
}

_ERRORS: dict[str, tuple[str, str]] = {
    "app_data_errors": ("错误清单", "Errors"),
    "app_data_errors_alt": (
        "错误清单：表、行、列、单元格、问题和修改办法",
        "Errors: table, row, column, cell, what is wrong and how to mend it",
    ),
    "app_data_filter_table": ("表", "Table"),
    "app_data_filter_family": ("错误种类", "Kind of error"),
    "app_data_filter_all": ("全部（{n}）", "All ({n})"),
    "app_data_filter_one": ("{name}（{n}）", "{name} ({n})"),
    "app_data_no_table_name": ("整个文件", "Whole file"),
    "app_data_family_files": ("文件和列名", "Files and headers"),
    "app_data_family_cells": ("内容和格式", "Contents and form"),
    "app_data_family_identity": ("证件号码", "Official numbers"),
    "app_data_family_links": ("编号和引用", "Ids and references"),
    "app_data_family_positions": ("坐标和界线", "Positions and outlines"),
    "app_data_none_match": ("没有符合筛选条件的错误。", "No error matches."),
    "app_data_col_row": ("行", "Row"),
    "app_data_col_column": ("列", "Column"),
    "app_data_col_value": ("单元格", "Cell"),
    "app_data_col_problem": ("问题", "What is wrong"),
    "app_data_col_mend": ("修改办法", "How to mend it"),
}

_CHARTS: dict[str, tuple[str, str]] = {
    "app_data_charts": ("数据分布", "What the data hold"),
    "app_data_charts_bad": (
        "数据分布（只计采用的行）",
        "What the data hold (accepted rows only)",
    ),
    "app_data_inside": ("仅供本单位内部查看。", "For the office only."),
    "app_data_chart_group": (
        "{name}占 {share}：{n} 人，申请人共 {total} 人",
        "Largest group: {name}, {n} of {total} applicants ({share})",
    ),
    "app_data_chart_disability_type": (
        "残疾类别以{name}最多：{n} 人，占 {share}",
        "Type of disability: most are {name}, {n} people ({share})",
    ),
    "app_data_chart_disability_level": (
        "残疾等级以{name}最多：{n} 人，占 {share}",
        "Level of disability: most are level {name}, {n} people ({share})",
    ),
    "app_data_chart_township": (
        "{name}申请人最多：{n} 人（列出前 {shown} 个，共 {of} 个乡镇街道）",
        "Most applicants live in {name}: {n} (first {shown} of {of} townships)",
    ),
    "app_data_chart_kind": (
        "{name}最多：{n} 个，占名额总数 {total} 个的 {share}",
        "Commonest kind of place: {name}, {n} of {total} ({share})",
    ),
    "app_data_axis_people": ("人数", "Applicants"),
    "app_data_axis_units": ("名额数", "Places"),
}

_STRAY: dict[str, tuple[str, str]] = {
    "app_data_stray": ("市域外的点位", "Points outside the city"),
    "app_data_stray_none": (
        "全部点位都在市域范围以内（距区县界线 {margin} 米以内的不计）。",
        "Every point lies inside the city (up to {margin} m beyond the outlines is let pass).",
    ),
    "app_data_stray_none_bounds": (
        "全部点位都在方案规定的范围以内。没有提供区县界线，未作进一步核对。",
        "Every point lies within the bounds of the scenario. Without outlines of the districts "
        "nothing more can be checked.",
    ),
    "app_data_stray_unchecked": (
        "方案没有规定市域范围，数据中也没有区县界线，未能核对点位是否在市域以外。",
        "The scenario states no bounds and the data hold no outlines of districts, so nothing "
        "says where the city ends.",
    ),
    "app_data_stray_some": (
        "{n} 个点位在市域以外，请核对坐标：",
        "{n} points lie outside the city; check their positions:",
    ),
    "app_data_stray_alt": (
        "地图：{n} 个市域以外的点位和区县界线",
        "Map: {n} points outside the city, and the outlines of the districts",
    ),
    "app_data_stray_table_alt": ("市域以外的点位", "Points outside the city"),
    "app_data_stray_people": ("申请人住址（实心圆）", "home of an applicant (filled circle)"),
    "app_data_stray_sites": ("名额、网点等（空心圆）", "place, outlet or site (open circle)"),
    "app_data_stray_shown": ("前 {shown} 个，共 {n} 个", "{shown} of {n}"),
    "app_data_col_id": ("编号", "Id"),
    "app_data_col_name": ("名称", "Name"),
    "app_data_col_beyond": ("超出界线", "Beyond the outlines"),
    "app_data_km": ("{km} 公里", "{km} km"),
    "app_data_stray_errors": (
        "超出方案范围的已计入错误清单；在范围以内、界线以外的只作提示。",
        "Those beyond the bounds of the scenario are errors; those between bounds and outlines "
        "are only pointed out.",
    ),
}

TEXTS: dict[str, tuple[str, str]] = {
    **_CHOOSE,
    **_STATES,
    **_TABLES,
    **_ERRORS,
    **_CHARTS,
    **_STRAY,
}
