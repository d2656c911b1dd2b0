"""Texts of the reading codes.

Of every finding there are two: ``<code>`` says what is wrong and ``<code>_mend`` how to
mend it.  None of them repeats the cell.  Notices and errors stand at the end.
"""

from __future__ import annotations

_FILES: dict[str, tuple[str, str]] = {
    "missing_table": ("缺少“{table}”表", "table {table} is missing"),
    "missing_table_mend": (
        "请在数据目录中放入 {names} 之一，或在工作簿中增加工作表“{table}”",
        "put one of {names} into the data folder, or add a sheet {table} to the workbook",
    ),
    "table_twice": ("“{table}”表有多个来源：{files}", "table {table} has several sources: {files}"),
    "table_twice_mend": ("请只保留其中一个", "keep only one of them"),
    "sheet_unclear": (
        "无法判断“{table}”表在哪个工作表或图层：{sheets}",
        "cannot tell which sheet or layer holds {table}: {sheets}",
    ),
    "sheet_unclear_mend": (
        "请将该工作表或图层命名为“{table}”，或删除其余各个",
        "name the sheet or layer {table}, or remove the others",
    ),
    "file_damaged": ("文件无法打开或已损坏", "the file cannot be opened or is damaged"),
    "file_damaged_mend": (
        "请用原软件打开并另存后再试",
        "open it with the program it comes from, save it again, and retry",
    ),
    "file_encrypted": ("文件设有密码", "the file is protected by a password"),
    "file_encrypted_mend": ("请取消密码后另存", "save it without a password"),
    "workbook_too_large": (
        "工作簿解压后过大，未予打开",
        "the workbook unpacks to too much to be opened",
    ),
    "workbook_too_large_mend": (
        "请删去图片和与数据无关的工作表后另存；数据确有这么多的，请改用 CSV 文件",
        "remove pictures and sheets that are no data and save it again; or use CSV files",
    ),
    "sheet_too_large": (
        "有工作表的数据以外很远处还填有内容，工作簿未予打开",
        "a sheet has something far away from its data, so the workbook was not opened",
    ),
    "sheet_too_large_mend": (
        "请在各工作表按 Ctrl+End 找到最末一格，删除数据以外的行和列后保存；"
        "数据确有这么多的，请改用 CSV 文件",
        "press Ctrl+End in each sheet to find its last cell, delete the rows and columns "
        "outside the data and save; or use CSV files",
    ),
    "csv_damaged": ("CSV 文件的引号或分列有误，无法分出各单元格", "the CSV file cannot be split"),
    "csv_damaged_mend": (
        "请检查未成对的英文双引号，或改用 XLSX 文件",
        "look for a double quote without its partner, or use an XLSX file",
    ),
    "encoding_unknown": (
        "文件编码不是 UTF-8 或 GB18030",
        "the file is neither in UTF-8 nor in GB 18030",
    ),
    "encoding_unknown_mend": (
        "请另存为“CSV UTF-8（逗号分隔）”",
        "save it as “CSV UTF-8 (comma delimited)”",
    ),
    "mixed_encoding": (
        "此行与文件其余部分编码不同（UTF-8 与 GB18030 混用）",
        "this line is in another encoding than the rest (UTF-8 and GB 18030 are mixed)",
    ),
    "mixed_encoding_mend": (
        "请将各来源文件统一编码后再合并，并核对此行文字",
        "bring the parts to one encoding before joining them, and check this line",
    ),
    "no_header": ("未找到“{table}”表的表头", "no header of table {table} was found"),
    "no_header_mend": (
        "请在首行填写表头，可用中文或英文列名",
        "give the file a header row with the Chinese or English column names",
    ),
    "no_rows": ("“{table}”表没有数据行", "table {table} has no rows"),
    "no_rows_mend": (
        "请补充数据，并确认未选错文件",
        "add rows, or check that this is the right file",
    ),
    "duplicate_header": ("列名重复", "the header occurs twice"),
    "duplicate_header_mend": (
        "请删除或改名其中一列；中英文同义的列名也只能有一个",
        "remove or rename one; a Chinese and an English name of one column are the same",
    ),
    "missing_column": ("缺少“{field}”列", "column {field} is missing"),
    "missing_column_mend": ("请增加此列，列名用 {names} 均可", "add it, headed by one of: {names}"),
    "row_length": (
        "此行有 {n_cells} 个单元格，表头有 {n_headers} 个",
        "the row has {n_cells} cells, the header {n_headers}",
    ),
    "row_length_mend": (
        "请检查是否多写或漏写了逗号；含逗号的内容须加英文双引号",
        "look for a comma too many or too few; text with a comma needs double quotes",
    ),
}

_CELLS: dict[str, tuple[str, str]] = {
    "undecodable": ("单元格中有无法识别的字节", "the cell holds bytes that are no text"),
    "undecodable_mend": ("请按原始材料重新填写此格", "type the cell again from its source"),
    "empty_cell": ("“{field}”不得为空", "{field} must not be empty"),
    "empty_cell_mend": ("请补填", "fill it in"),
    "not_integer": ("“{field}”须为整数", "{field} must be a whole number"),
    "not_integer_mend": ("请改为不带小数的数字", "write a number without decimals"),
    "not_number": ("“{field}”须为数字", "{field} must be a number"),
    "not_number_mend": (
        "请只填数字，不带单位和文字",
        "write the number alone, without a unit or words",
    ),
    "below_minimum": ("“{field}”不得小于 {minimum}", "{field} must not be less than {minimum}"),
    "below_minimum_mend": ("请核对后改正", "check and correct it"),
    "above_maximum": ("“{field}”不得大于 {maximum}", "{field} must not be more than {maximum}"),
    "above_maximum_mend": ("请核对后改正", "check and correct it"),
    "not_positive": ("“{field}”须大于零", "{field} must be greater than zero"),
    "not_positive_mend": ("请填写实际测得的数值", "write the value that was measured"),
    "not_boolean": ("“{field}”须填“是”或“否”", "{field} must be yes or no"),
    "not_boolean_mend": ("请改为“是”或“否”", "write yes or no"),
    "unknown_value": ("“{field}”的取值不在规定范围内", "{field} is not one of the allowed values"),
    "unknown_value_mend": ("请改为：{allowed}", "write one of: {allowed}"),
    "unknown_kind": ("没有这种名额类型", "there is no such kind of place"),
    "unknown_kind_mend": (
        "请改为：{allowed}；新类型须先在方案的 [kind] 中声明",
        "write one of: {allowed}; a new kind must be declared under [kind] in the scenario",
    ),
    "bad_date": ("“{field}”不是日期", "{field} is not a date"),
    "bad_date_mend": (
        "请写作 2023-12-01、2023/12/1、20231201 或 2023年12月1日",
        "write it like 2023-12-01, 2023/12/1, 20231201 or 2023年12月1日",
    ),
    "impossible_date": ("“{field}”的日期不存在或年份有误", "{field} is a day that does not exist"),
    "impossible_date_mend": ("请核对年、月、日", "check year, month and day"),
    "bad_timestamp": (
        "“{field}”须为日期加时刻",
        "{field} must be a date with a time of day",
    ),
    "bad_timestamp_mend": (
        "请写作 2023-12-01 09:30:15",
        "write it like 2023-12-01 09:30:15",
    ),
    "impossible_time": ("“{field}”的时刻不存在", "{field} is a time that does not exist"),
    "impossible_time_mend": ("请核对时、分、秒", "check hour, minute and second"),
    "text_too_long": (
        "“{field}”超过 {longest} 个字符",
        "{field} is longer than {longest} characters",
    ),
    "text_too_long_mend": (
        "请缩短；若内容串行，请检查引号",
        "shorten it; if rows ran together, look for a stray quote",
    ),
    "control_characters": (
        "“{field}”中有换行、制表符等控制字符",
        "{field} holds line breaks, tabs or other control characters",
    ),
    "control_characters_mend": ("请删除后重新填写", "remove them and type the cell again"),
    "formula_like": (
        "“{field}”以 =、+、-、@ 等符号开头，会被表格软件当作公式",
        "{field} starts like a spreadsheet formula (=, +, - or @)",
    ),
    "formula_like_mend": ("请换一种不以符号开头的写法", "write it without the sign in front"),
    "number_damaged": (
        "“{field}”被表格软件改成了科学计数法，末几位已丢失",
        "{field} was turned into a rounded number by a spreadsheet and lost its end",
    ),
    "number_damaged_mend": (
        "请将此列设为文本格式，再按原始材料重新填写",
        "format the column as text and type it again from its source",
    ),
    "personal_number": (
        "“{field}”形似身份证号、残疾人证号或手机号，不得用作编号",
        "{field} looks like an identity, certificate or phone number and cannot be an id",
    ),
    "personal_number_mend": (
        "请改用与个人号码无关的内部编号，并同步修改引用它的各表",
        "use an internal id that has nothing to do with it, in every table",
    ),
}

_IDENTITY: dict[str, tuple[str, str]] = {
    "identity_length": ("身份证号不是18位", "the identity number does not have 18 characters"),
    "identity_length_mend": ("请按证件填写18位号码", "copy all 18 characters from the document"),
    "identity_characters": (
        "身份证号前17位须为数字，末位为数字或X",
        "the identity number must be 17 digits and a digit or X",
    ),
    "identity_characters_mend": ("请按证件改正", "correct it from the document"),
    "identity_date": (
        "身份证号中的出生日期不存在",
        "the date of birth inside the identity number does not exist",
    ),
    "identity_date_mend": ("请核对第7至14位", "check characters 7 to 14"),
    "identity_check_digit": (
        "身份证号校验码不符，至少有一位有误",
        "the check digit of the identity number does not fit: a character is wrong",
    ),
    "identity_check_digit_mend": ("请按证件逐位核对", "compare it with the document"),
    "certificate_form": (
        "残疾人证号须为20位：身份证号18位、类别1至7、等级1至4（补发的可带B及次数）",
        "the certificate number must be the identity number, type 1-7, level 1-4 "
        "(and B with a count on reissued cards)",
    ),
    "certificate_form_mend": ("请按残疾人证填写", "copy it from the certificate"),
    "certificate_date": (
        "残疾人证号中的出生日期不存在",
        "the date of birth inside the certificate number does not exist",
    ),
    "certificate_date_mend": ("请核对第7至14位", "check characters 7 to 14"),
    "certificate_check_digit": (
        "残疾人证号前18位的校验码不符",
        "the check digit within the certificate number does not fit",
    ),
    "certificate_check_digit_mend": ("请按残疾人证逐位核对", "compare it with the certificate"),
    "certificate_identity_differs": (
        "残疾人证号前18位与身份证号不一致",
        "the certificate number does not begin with the identity number on file",
    ),
    "certificate_identity_differs_mend": (
        "请核对两证是否为同一人，并改正有误的一项",
        "make sure both are of one person and correct the wrong one",
    ),
    "certificate_type_differs": (
        "残疾人证号第19位与残疾类别不一致",
        "digit 19 of the certificate number is not the declared type",
    ),
    "certificate_type_differs_mend": (
        "请以残疾人证为准，改正证号或残疾类别",
        "go by the certificate; correct the number or the type",
    ),
    "certificate_level_differs": (
        "残疾人证号第20位与残疾等级不一致",
        "digit 20 of the certificate number is not the declared level",
    ),
    "certificate_level_differs_mend": (
        "请以残疾人证为准，改正证号或残疾等级",
        "go by the certificate; correct the number or the level",
    ),
    "birth_date_differs": (
        "出生日期与证件号码中的不一致",
        "the date of birth is not the one in the official number",
    ),
    "birth_date_differs_mend": ("请以证件为准", "go by the document"),
    "sex_differs": ("性别与证件号码中的不一致", "the sex is not the one in the official number"),
    "sex_differs_mend": ("请以证件为准", "go by the document"),
}

_LINKS: dict[str, tuple[str, str]] = {
    "duplicate_key": ("与第 {first_row} 行重复", "repeats the key of row {first_row}"),
    "duplicate_key_mend": (
        "两行内容不同，请保留正确的一行或改正编号",
        "the rows differ: keep the right one, or correct the id",
    ),
    "duplicate_receipt": (
        "受理回执号与第 {first_row} 行重复",
        "the receipt number is that of row {first_row}",
    ),
    "duplicate_receipt_mend": (
        "回执号须每人一个，请重新编发",
        "receipt numbers are one per applicant: issue a new one",
    ),
    "duplicate_rank": (
        "同一申请人的志愿序号与第 {first_row} 行重复",
        "the applicant has this preference rank in row {first_row} already",
    ),
    "duplicate_rank_mend": (
        "请按申请表改为不重复的序号",
        "give each wish its own rank, as on the form",
    ),
    "unknown_reference": (
        "“{field}”在“{other_tables}”表中不存在",
        "{field} is not found in table {other_tables}",
    ),
    "unknown_reference_mend": (
        "请改正编号，或在“{other_tables}”表中补录",
        "correct the id, or add it to table {other_tables}",
    ),
    "same_place": ("两个编号相同", "both ids are the same"),
    "same_place_mend": ("请填写两个不同的点", "name two different points"),
    "dates_reversed": ("“{field}”早于“{other_field}”", "{field} is before {other_field}"),
    "dates_reversed_mend": ("请核对两个日期", "check both dates"),
}

_POSITIONS: dict[str, tuple[str, str]] = {
    "coordinate_alone": (
        "只填了“{other_field}”，缺“{field}”",
        "{other_field} is given but {field} is not",
    ),
    "coordinate_alone_mend": ("请补填，或将两项都留空", "fill it in, or leave both empty"),
    "coordinate_out_of_range": (
        "坐标超出 {crs} 的范围",
        "the position is outside the range of {crs}",
    ),
    "coordinate_out_of_range_mend": ("请核对经度和纬度", "check longitude and latitude"),
    "coordinate_out_of_range_all": (
        "全部 {n} 处坐标都超出 {crs} 的范围",
        "all {n} positions are outside the range of {crs}",
    ),
    "coordinate_out_of_range_all_mend": (
        "请核对方案 [data.crs] 声明的坐标系",
        "check the coordinate system declared in [data.crs] of the scenario",
    ),
    "coordinates_in_metres": (
        "坐标像是以米为单位的投影坐标，而本表声明为 {crs}",
        "the position looks like projected metres, but the table is declared as {crs}",
    ),
    "coordinates_in_metres_mend": (
        "请改为经纬度，勿在同一表中混用坐标系",
        "write degrees; one table must not mix coordinate systems",
    ),
    "coordinates_in_metres_all": (
        "全部 {n} 处坐标像是以米为单位的投影坐标，而本表声明为 {crs}",
        "all {n} positions look like projected metres, but the table is declared as {crs}",
    ),
    "coordinates_in_metres_all_mend": (
        "请在方案 [data.crs] 中声明本表的投影坐标系，如 {table} 所用的 EPSG:4549",
        "declare the zone of {table} in [data.crs] of the scenario, for example EPSG:4549",
    ),
    "coordinates_in_degrees": (
        "坐标像是经纬度，而本表声明为 {crs}",
        "the position looks like degrees, but the table is declared as {crs}",
    ),
    "coordinates_in_degrees_mend": (
        "请改为投影坐标，勿在同一表中混用坐标系",
        "write metres; one table must not mix coordinate systems",
    ),
    "coordinates_in_degrees_all": (
        "全部 {n} 处坐标像是经纬度，而本表声明为 {crs}",
        "all {n} positions look like degrees, but the table is declared as {crs}",
    ),
    "coordinates_in_degrees_all_mend": (
        "请核对方案 [data.crs] 声明的坐标系",
        "check the coordinate system declared in [data.crs] of the scenario",
    ),
    "coordinates_swapped": (
        "经度与纬度（或东坐标与北坐标）填反",
        "longitude and latitude (or easting and northing) are the wrong way round",
    ),
    "coordinates_swapped_mend": ("请对调两个数值", "swap the two values"),
    "coordinates_swapped_all": (
        "全部 {n} 处经度与纬度（或东坐标与北坐标）填反",
        "in all {n} positions longitude and latitude are the wrong way round",
    ),
    "coordinates_swapped_all_mend": ("请对调两列的列名", "swap the two headers"),
    "outside_bounds": (
        "位置在规定范围之外（西、南、东、北：{bounds}）",
        "the position is outside the bounds (west, south, east, north: {bounds})",
    ),
    "outside_bounds_mend": (
        "请核对坐标及其坐标系",
        "check the position and its coordinate system",
    ),
    "geometry_not_point": ("图形不是点", "the geometry is not a point"),
    "geometry_not_point_mend": ("请改为单点图形", "make it a single point"),
    "geometry_not_area": ("图形不是面，或无法识别", "the geometry is no area or cannot be read"),
    "geometry_not_area_mend": ("请改为面图形", "make it a polygon"),
    "geometry_outside": (
        "界线超出中国范围，与声明的坐标系 {crs} 不符",
        "the outline leaves China, so it cannot be in {crs}",
    ),
    "geometry_outside_mend": (
        "请核对文件或方案 [data.crs] 声明的坐标系",
        "check the coordinate system of the file or in [data.crs] of the scenario",
    ),
    "crs_of_file": (
        "文件自带的坐标系不受支持",
        "the coordinate system of the file is not supported",
    ),
    "crs_of_file_mend": (
        "请转换为 EPSG:4490 或 CGCS2000 投影带后另存",
        "convert it to EPSG:4490 or a CGCS2000 zone and save it again",
    ),
    "crs_disagrees": (
        "文件自带坐标系 {own}，方案却声明为 {declared}",
        "the file says {own}, the scenario {declared}",
    ),
    "crs_disagrees_mend": (
        "请核实后改正方案的 [data.crs] 或文件",
        "find out which is right and correct [data.crs] of the scenario, or the file",
    ),
}

_NOTICES: dict[str, tuple[str, str]] = {
    "rows_merged": ("{table}:{n} 行与其他行完全相同，已合并", "{table}: {n} repeated rows merged"),
    "columns_ignored": (
        "{file}：未使用的列 {columns}",
        "{file}: columns that are not used: {columns}",
    ),
    "file_ignored": ("未识别的文件：{file}", "file not recognised: {file}"),
    "sheet_ignored": (
        "{file}：未识别的工作表“{sheet}”",
        "{file}: sheet {sheet} not recognised",
    ),
    "township_unknown": (
        "{table}:{n} 行的乡镇街道不在乡镇街道表中",
        "{table}: the township of {n} rows is not in the list of townships",
    ),
    "holders_not_applying": (
        "在持名额中有 {n} 行的持有人本轮未申请",
        "{n} held awards belong to people who do not apply in this round",
    ),
    "coordinates_converted": (
        "{table}:{n} 处坐标由 {crs} 换算为 EPSG:4490",
        "{table}: {n} positions converted from {crs} to EPSG:4490",
    ),
    "outlines_repaired": (
        "{table}:{n} 条界线自相交，已修正",
        "{table}: {n} outlines that crossed themselves were repaired",
    ),
}

_ERRORS: dict[str, tuple[str, str]] = {
    "bad_input": (
        "输入数据有 {n} 处问题，未作任何处理；请用 allocation validate 查看全部",
        "the input has {n} problems and nothing was done; see all with: allocation validate",
    ),
    "data_missing": (
        "找不到数据目录或工作簿 {name}",
        "the data folder or workbook {name} does not exist",
    ),
    "crs_unknown": (
        "不支持坐标系 {crs}；可用 EPSG:4490、EPSG:4326、GCJ-02、BD-09 或 CGCS2000 投影带",
        "coordinate system {crs} is not supported; use EPSG:4490, EPSG:4326, GCJ-02, BD-09 "
        "or a CGCS2000 zone",
    ),
    "sealed_tables_damaged": (
        "{folder} 中封存的输入数据缺失或已损坏",
        "the sealed input in {folder} is missing or damaged",
    ),
}

FAMILIES: dict[str, frozenset[str]] = {
    "files": frozenset(_FILES),
    "cells": frozenset(_CELLS),
    "identity": frozenset(_IDENTITY),
    "links": frozenset(_LINKS),
    "positions": frozenset(_POSITIONS),
}
"""Kinds of errors for people: name -> codes."""

TEXTS: dict[str, tuple[str, str]] = {
    **_FILES,
    **_CELLS,
    **_IDENTITY,
    **_LINKS,
    **_POSITIONS,
    **_NOTICES,
    **_ERRORS,
}
