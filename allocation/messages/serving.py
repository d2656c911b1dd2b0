"""Texts of the command that serves the app."""

from __future__ import annotations

TEXTS: dict[str, tuple[str, str]] = {
    "help_app_command": (
        "启动网页界面，并在本机浏览器中打开。只有本机可以访问；按 Ctrl-C 停止，"
        "已经开始的运行会继续完成。",
        "Start the app and open it in the browser of this machine. No other machine reaches it; "
        "Ctrl-C stops it, runs that have begun go on.",
    ),
    "help_app_home": (
        "工作文件夹：方案、数据、结果所在（默认为当前文件夹）。",
        "Folder of scenarios, data and runs (default: here).",
    ),
    "help_app_port": (
        "端口（默认从 8501 起第一个空闲的）。",
        "Port (default: the first free one from 8501).",
    ),
    "help_app_browser": (
        "是否打开浏览器（默认打开）。",
        "Whether to open the browser (default).",
    ),
    "app_started": (
        "系统已启动：{address}　只有本机可以访问，按 Ctrl-C 停止。",
        "Started: {address}  Only this machine reaches it; Ctrl-C stops it.",
    ),
    "app_runs_already": (
        "系统已经在运行：{address}",
        "It runs already: {address}",
    ),
    "app_other_port": (
        "端口 {taken} 已被其他程序占用，改用端口 {port}。",
        "Port {taken} is in use by another program; port {port} is taken instead.",
    ),
    "app_port_taken": (
        "端口 {port} 已被其他程序占用。请用 --port 换一个，或者不指定端口，由系统选一个空闲的。",
        "Port {port} is in use by another program. Name another one with --port, or none, and a "
        "free one is taken.",
    ),
    "app_no_port": (
        "端口 {first} 至 {last} 都被占用。请用 --port 指定一个空闲的端口。",
        "All ports from {first} to {last} are in use. Name a free one with --port.",
    ),
    "app_not_started": (
        "网页界面没有启动，原因见上面的输出。",
        "The app did not start; the output above says why.",
    ),
    "app_stopped": (
        "系统已停止。",
        "Stopped.",
    ),
    "app_ended": (
        "网页界面意外停止，原因见上面的输出。",
        "The app ended by itself; the output above says why.",
    ),
    "app_missing": (
        "本版本没有网页界面（未找到 app.py）。请使用 run、check、explain、export 等命令。",
        "This version has no app (app.py was not found). Use run, check, explain and export.",
    ),
    "app_needs_streamlit": (
        "未安装网页界面所需的 streamlit，请先安装带界面的版本。",
        "streamlit, which the app needs, is not installed; install the version with the app.",
    ),
    "app_home_missing": (
        "没有文件夹 {folder}。",
        "There is no folder {folder}.",
    ),
    "app_home_bare": (
        "{folder} 中没有方案（scenarios 文件夹）。"
        "请在系统所在的文件夹中启动，或用 --home 指明该文件夹。",
        "{folder} holds no scenarios (folder scenarios). Start in the folder of the system, or "
        "name it with --home.",
    ),
}
