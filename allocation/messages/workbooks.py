"""Texts of the workbooks that offices fill in: the template and the marked errors."""

from __future__ import annotations

_SHEETS: dict[str, tuple[str, str]] = {
    "sheet_guide": ("说明", "Guide"),
    "sheet_errors": ("错误清单", "Errors"),
}

_TEMPLATE: dict[str, tuple[str, str]] = {
    "template_file": ("名额分配数据模板", "allocation-template"),
    "template_title": ("名额分配数据填报模板", "Template for the tables of an allocation"),
    "template_step_sheets": (
        "每个工作表是一张表。{required}三张表必须填写；其余各表有数据的填写，没有的留空或整表删除。",
        "Every sheet is one table. {required} are needed in every run; leave the others empty or "
        "delete them where there is nothing to fill in.",
    ),
    "template_step_headers": (
        "第一行是填写要求，第二行是列名，数据从第三行开始。列名带“*”且底色为橙色的为必填列；"
        "其余各列用不到的可以留空，也可以整列删除。请勿改动工作表名称和列名，勿合并单元格。",
        "Row 1 says what to fill in, row 2 holds the headers, data start in row 3. Headers with * "
        "on orange are required; any other column may stay empty or be deleted. Do not change the "
        "names of sheets and headers and do not merge cells.",
    ),
    "template_step_lists": (
        "有固定选项的列，请在单元格的下拉列表中选择。“名额类型”可由方案增加，"
        "填写下拉列表以外的类型前，须先在方案中声明。",
        "Columns with fixed values have drop-down lists. A kind of place that is not in the list "
        "has to be declared in the scenario first.",
    ),
    "template_step_text": (
        "编号、证件号码等列已设为文本格式，可直接填写或按“数值”粘贴；"
        "18位以上的号码如显示为“3.71E+17”，说明末几位已丢失，须按原始材料重新填写。",
        "Ids and official numbers are formatted as text: type them in, or paste values only. A "
        "number shown as 3.71E+17 has lost its end and must be typed again from its source.",
    ),
    "template_step_dates": (
        "日期写作 2023-12-01，时间写作 2023-12-01 09:30:15。数字只填数值，不带单位。",
        "Write dates like 2023-12-01 and times like 2023-12-01 09:30:15. Numbers carry no unit.",
    ),
    "template_step_ids": (
        "申请人编号、名额编号等由本单位编定，各表之间须一致，"
        "不得使用身份证号、残疾人证号或手机号码。",
        "Ids are made by the office and are the same in all tables. Never use identity, "
        "certificate or phone numbers as ids.",
    ),
    "template_step_position": (
        "坐标以度为单位填写经度、纬度(CGCS2000，EPSG:4490)；使用其他坐标系的，须在方案中声明。"
        "区县界线可另附 GeoJSON 或 GeoPackage 文件，不必填入本模板。",
        "Positions are longitude and latitude in degrees (CGCS2000, EPSG:4490); another system has "
        "to be declared in the scenario. Outlines of districts may come as a GeoJSON or GeoPackage "
        "file instead.",
    ),
    "template_step_check": (
        "填好后在“数据”页上传，系统逐格核对；有误的单元格会标色并写明修改办法，改正后再次上传。",
        "Upload the workbook on the page Data: every cell is checked, bad cells come back coloured "
        "with what to do, and the corrected workbook is uploaded again.",
    ),
    "template_step_private": (
        "填好的文件含个人信息，须按规定保管，不得通过互联网传送。",
        "A filled workbook holds personal data: keep it as the rules say and never send it over "
        "the internet.",
    ),
    "template_col_sheet": ("工作表", "Sheet"),
    "template_col_need": ("是否必填", "Needed"),
    "template_col_about": ("一行填什么", "What a row is"),
    "template_need_yes": ("必须填写", "Always"),
    "template_need_no": ("有则填写", "Where used"),
    "template_required": ("必填。", "Required. "),
    "template_optional": ("选填。", "Optional. "),
    "template_declared": (
        "方案要求有这一列，单元格可以为空。",
        "The scenario asks for this column; its cells may be empty. ",
    ),
    "template_range": ("{minimum} 至 {maximum}。", "{minimum} to {maximum}. "),
    "template_from": ("不小于 {minimum}。", "At least {minimum}. "),
    "template_unit": ("单位：{unit}。", "Unit: {unit}. "),
    "template_date": ("写作 2023-12-01。", "Write 2023-12-01. "),
    "template_timestamp": ("写作 2023-12-01 09:30:15。", "Write 2023-12-01 09:30:15. "),
    "template_geometry": (
        "WKT 文本，如 POLYGON((119.5 35.4, …))；也可另附 GeoJSON 或 GeoPackage 文件。",
        "Well-known text such as POLYGON((119.5 35.4, …)), or a GeoJSON or GeoPackage file "
        "instead. ",
    ),
    "template_bad_choice": ("请在下拉列表中选择。", "Choose from the list."),
    "template_bad_number": ("请填写规定范围内的数字。", "Write a number within the limits."),
    "template_bad_date": ("请按 2023-12-01 的格式填写。", "Write it like 2023-12-01."),
    "unit_m": ("米", "m"),
    "unit_month": ("月", "months"),
    "unit_yuan/month": ("元/月", "yuan a month"),
    "unit_h/day": ("小时/日", "hours a day"),
    "unit_degree": ("度", "degrees"),
}

_ERRORS: dict[str, tuple[str, str]] = {
    "errors_title": (
        "共 {n} 处错误。有误的单元格已标为橙色并加批注，点击“位置”可直接到达；"
        "改正后将本工作簿与其余各表一并上传。",
        "{n} errors. Bad cells are orange and carry a note; the last column leads to them. Correct "
        "them and upload this workbook together with the other tables.",
    ),
    "errors_private": (
        "本工作簿含申请人个人信息，只供本单位改正数据使用，不得外传。",
        "This workbook holds personal data. It is for correcting the data inside the office only.",
    ),
    "errors_col_table": ("表", "Table"),
    "errors_col_row": ("行", "Row"),
    "errors_col_column": ("列", "Column"),
    "errors_col_value": ("单元格", "Cell"),
    "errors_col_problem": ("问题", "What is wrong"),
    "errors_col_mend": ("修改办法", "How to mend it"),
    "errors_col_place": ("位置", "Where"),
    "errors_no_notes": (
        "错误较多，第 {n} 处以后只标色，不加批注。",
        "There are many errors: after number {n} cells are coloured without a note.",
    ),
}

_REFUSED: dict[str, tuple[str, str]] = {
    "outline_too_long": (
        "“{table}”表的界线过长，工作簿的单元格放不下；请保留 GeoJSON 或 GeoPackage 文件",
        "an outline of table {table} is too long for a cell; keep it as GeoJSON or GeoPackage",
    ),
}

_HELP: dict[str, tuple[str, str]] = {
    "help_template": (
        "生成填报模板：中文列名、下拉选项和填表说明。",
        "Write the template workbook: headers, drop-down lists and explanations.",
    ),
    "help_template_out": ("写入的工作簿（.xlsx）。", "Workbook to write (.xlsx)."),
    "help_template_scenario": (
        "方案文件；模板里加上它自己声明的列。",
        "Scenario file whose own columns are added.",
    ),
}

TEXTS: dict[str, tuple[str, str]] = {**_SHEETS, **_TEMPLATE, **_ERRORS, **_REFUSED, **_HELP}
