"""Texts of the app's frame: navigation, header, states."""

from __future__ import annotations

TEXTS: dict[str, tuple[str, str]] = {
    "app_name": ("残疾人就业名额分配", "Places for disabled people"),
    "app_lost": (
        "地址中的页面不存在，已转到“运行”页。其他页面请从上方菜单进入。",
        "There is no such page; this is the page Run. The menu above leads to the others.",
    ),
    "app_page_data": ("数据", "Data"),
    "app_page_scenario": ("方案", "Scenario"),
    "app_page_run": ("运行", "Run"),
    "app_page_map": ("地图", "Map"),
    "app_page_awards": ("名单", "Awards"),
    "app_page_compare": ("对比", "Compare"),
    "app_page_handout": ("公示", "Hand out"),
    "app_page_handbook": ("使用手册", "Handbook"),
    "app_task_handbook": (
        "从各单位报来的表格到公布名单，一年的工作怎样做。",
        "A year's work, from the offices' files to the published list.",
    ),
    "app_handbook_missing": (
        "本机没有附带使用手册（docs/handbook.zh.md）。",
        "The handbook (docs/handbook.en.md) did not come with this installation.",
    ),
    "app_handbook_back": ("返回运行页", "Back to Run"),
    "app_task_data": (
        "导入本年度的表格，逐格核对后再使用。",
        "Bring in the year's tables and check every cell before they are used.",
    ),
    "app_task_scenario": (
        "按文件条款设定比例、间距、条件和次序，另存为新方案。",
        "Set shares, spacing, conditions and order after the document, and save a new scenario.",
    ),
    "app_task_run": (
        "核对关键数字，开始试算或正式分配，查看进度和结果。",
        "Check the key numbers, start a trial or the official run, follow it and see the result.",
    ),
    "app_task_map": (
        "在地图上查看每个点位的去向、间距和各乡镇的保障情况。",
        "See where every place went, the spacing, and how townships are served.",
    ),
    "app_task_awards": (
        "查名单、查轮候、查未获批理由。",
        "Look up awards, the waitlist and the reason for every refusal.",
    ),
    "app_task_compare": (
        "把几次结果放在一起：改了什么，谁因此变动。",
        "Put runs side by side: what changed, and who moved because of it.",
    ),
    "app_task_handout": (
        "预览并导出可以公布的名单和内部工作簿。",
        "Preview and export the public list and the internal workbook.",
    ),
    "app_run_picker": ("查看哪次运行", "Which run to look at"),
    "app_run_picker_empty": ("选择一次运行", "Choose a run"),
    "app_comma": ("、", ", "),
    "app_semicolon": ("；", "; "),
    "app_language": ("语言", "Language"),
    "app_help_official": (
        "正式分配的结果，须报有权机关决定后公布。",
        "The result of an official run; the competent authority decides on it before publication.",
    ),
    "app_help_trial": (
        "试算结果，不能作为分配依据。",
        "A trial; nothing may be given out on it.",
    ),
    "app_help_checked": (
        "独立核查程序已逐条复核，未发现违规。",
        "The independent checker judged every line and found no violation.",
    ),
    "app_help_run_id": (
        "运行编号，也是结果文件夹的名称。",
        "Id of the run, also the name of its folder.",
    ),
    "app_chip_round": ("轮次 {round}", "Round {round}"),
    "app_chip_checked": ("核查通过", "Checked"),
    "app_chip_violations": ("核查发现 {n} 处违规", "{n} violations found"),
    "app_run_unknown": (
        "这个地址里的运行编号在本机找不到，可能已被移走，或地址有误。",
        "The run named in this address is not here; it was moved away or the address is wrong.",
    ),
    "app_newest_run": ("查看最近一次结果", "Show the newest result"),
    "app_other_run": ("查看另一次结果", "Show another result"),
    "app_rows_of": ("第 {first}–{last} 条，共 {n} 条", "{first}–{last} of {n}"),
    "app_choose": ("请选择", "Choose"),
    "app_personal": (
        "输入的内容是证件号码或电话号码的样式，已清除，没有保存。请用受理回执号或编号查找。",
        "That looks like the number of a document or a phone; it was cleared and not kept. Use a "
        "receipt number or an id.",
    ),
    "app_scenario_unknown": (
        "这个地址所指的方案在本机找不到，可能已被移走，或地址有误。",
        "The scenario named in this address is not here; it was moved or the address is wrong.",
    ),
    "app_scenario_default": ("改用默认方案", "Use the default scenario"),
    "app_data_unknown": (
        "这个地址所指的数据在本机找不到，可能已被删除，或地址有误。",
        "The data named in this address are not here; they were deleted or the address is wrong.",
    ),
    "app_data_default": ("改用默认数据", "Use the default data"),
    "app_no_runs": (
        "还没有任何运行结果。先运行演示方案，约半分钟即可查看结果。",
        "There is no result yet. Run the demonstration first; it takes about half a minute.",
    ),
    "app_go_data": ("去数据页", "Go to Data"),
    "app_go_scenario": ("去方案页", "Go to Scenario"),
    "app_go_run": ("去运行页", "Go to Run"),
    "app_first_running": (
        "首次运行正在进行，完成后即可在此查看结果。",
        "The first run is under way; its result can be seen here when it is done.",
    ),
    "app_follow_run": ("查看进度", "Follow it"),
    "app_again": ("重试", "Try again"),
    "app_download_failed": (
        "文件没有生成，请重试；仍不成功时检查磁盘空间。",
        "The file was not made; try again, and check the free space if it fails again.",
    ),
    "app_broken": (
        "程序内部出错（{kind}），本页没有显示完整。数据没有改动。请重试；仍不成功时，"
        "把服务器日志中的这一行交给技术人员。",
        "An internal error ({kind}) kept this page from being drawn in full. No data were "
        "changed. Try again; if it stays, give the line in the server log to a technician.",
    ),
}
