"""Texts of several scenarios at once: provinces, sweeps, clusters."""

from __future__ import annotations

TEXTS: dict[str, tuple[str, str]] = {
    "of_member": ("{member}：{problem:zh}", "{member}: {problem:en}"),
    "member_twice": (
        "名称“{name}”出现不止一次；一个省内各市方案的名称（name）不得相同。",
        "The name {name} stands more than once; scenarios of one province need names of their own.",
    ),
    "member_extends": (
        "{member}：在省级文件里，沿用哪个方案由 scenario 指明，不写 extends。",
        "{member}: in a province file scenario says what a city builds on; extends does not belong "
        "here.",
    ),
    "province_alone": (
        "{file} 是省级文件（含 [[member]]），须单独运行，不能与其他方案一起列出。",
        "{file} names the members of a province ([[member]]) and is run alone, beside no other "
        "scenario.",
    ),
    "province_validate": (
        "{file} 是省级文件：allocation run 在计算之前先核对各市全部数据，有误时一次列出，"
        "哪个市都不运行。只核对一个市时，请给出该市的方案文件。",
        "{file} names the members of a province: allocation run tries the inputs of all of them "
        "first, and runs none when any is bad. To try one city, give its scenario file.",
    ),
    "batch_official": (
        "正式运行一次只能针对一个方案，并在本机进行；多个方案或 --cluster 只能试算。",
        "An official run is of one scenario, on this machine; several scenarios or --cluster are "
        "for trials.",
    ),
    "bad_members": (
        "{n} 个方案的输入有误，所有方案都未运行：\n{problems:zh}",
        "Scenarios with bad input: {n}. Nothing was run:\n{problems:en}",
    ),
    "batch_findings": ("{member}：输入数据的错误", "{member}: errors in the input"),
    "batch_reading": ("读取并核对数据", "Reading and trying the inputs"),
    "batch_running": ("计算分配", "Allocating"),
    "batch_count": ("{what}：{n} / {total}", "{what}: {n} / {total}"),
    "batch_phase": ("{count} · {phase}", "{count} · {phase}"),
    "batch_done": (
        "[{n}/{total}] {member}：{status}，授予 {awards:,} 个，未达到的预留和数量要求 {short:,} 个",
        "[{n}/{total}] {member}: {status}, {awards:,} awards, {short:,} units short of reserves "
        "and quotas",
    ),
    "batch_failed": (
        "[{n}/{total}] {member}：未完成。{why}",
        "[{n}/{total}] {member}: not done. {why}",
    ),
    "batch_left": (
        "已停止，尚未运行的方案：{n} 个；已完成的结果均已保留。",
        "Stopped; scenarios not run: {n}. What was finished is kept.",
    ),
    "batch_aborted": (
        "已放弃正在进行的计算；此前完成的结果均已保留。",
        "What was under way is given up; what was finished before is kept.",
    ),
    "batch_stopping": (
        "正在停止：进行中的方案保留当前最好结果，其余不再开始（再按一次 Ctrl-C 放弃进行中的）……",
        "Stopping: what is under way keeps its best, nothing more is begun (Ctrl-C again gives up "
        "what is under way) ...",
    ),
    "province_is": ("全省汇总：{folder}", "Summary of the province: {folder}"),
    "block_batch": ("各方案结果", "Scenarios"),
    "state_failed": ("未完成", "failed"),
    "state_not_run": ("未运行", "not run"),
    "col_member": ("方案", "scenario"),
    "col_applicants": ("申请人", "applicants"),
    "col_short_units": ("缺额", "units short"),
    "col_run": ("结果文件夹", "run"),
    "phase_away": ("在集群上计算", "Working on the cluster"),
    "help_cluster": (
        "Dask 调度器地址，例如 tls://10.0.0.5:8786；各方案（或一个方案中互不相关的部分）分送其工作进程计算，结果与本机相同。",
        "Address of a Dask scheduler, such as tls://10.0.0.5:8786; scenarios, or parts of "
        "one that nothing ties, go to its workers, with the same results.",
    ),
    "help_scenarios": (
        "方案文件；可列出多个，或给出一个省级文件（含 [[member]]）。",
        "Scenario file; several may be given, or one province file (with [[member]]).",
    ),
    "cluster_missing": (
        "使用 --cluster 须先安装 Dask：在本程序的文件夹中运行 "
        "pip install -c constraints.txt -e '.[cluster]'。",
        "--cluster needs Dask: in the folder of this program, "
        "pip install -c constraints.txt -e '.[cluster]'.",
    ),
    "cluster_plain": (
        "{address} 在其他机器上且未加密。申请人数据只能经加密连接传送，请以 tls:// 地址启动集群，"
        "见 docs/cluster.md。",
        "{address} is another machine without encryption. Data about people travel encrypted only: "
        "start the cluster with tls:// addresses, see docs/cluster.md.",
    ),
    "cluster_unreachable": (
        "无法连接调度器 {address}。请检查地址、端口和防火墙，使用 tls:// 时检查证书设置，见 "
        "docs/cluster.md。",
        "The scheduler {address} cannot be reached. Check address, port and firewall, and with "
        "tls:// the certificates; see docs/cluster.md.",
    ),
    "cluster_no_workers": (
        "调度器 {address} 没有工作进程。请先启动：dask worker {address} --nthreads 1 "
        "--preload allocation.batch.away。",
        "The scheduler {address} has no workers. Start some: dask worker {address} --nthreads 1 "
        "--preload allocation.batch.away.",
    ),
    "cluster_worker_lacks": (
        "工作进程 {worker} 没有安装本程序，或版本过旧。",
        "The worker {worker} has not got this program, or an old version of it.",
    ),
    "cluster_versions": (
        "工作进程 {worker} 的软件版本与本机不同（本机 / 工作进程）：{packages}。"
        "版本不同，结果可能不同；请装成一致后再运行。",
        "The worker {worker} has other versions (here / there): {packages}. Other versions may "
        "give other results; install the same ones everywhere.",
    ),
    "cluster_threads": (
        "工作进程 {worker} 有 {n} 个线程。请以 --nthreads 1 启动；需要更多时增加 --nworkers。",
        "The worker {worker} has {n} threads. Start it with --nthreads 1, and more of them with "
        "--nworkers.",
    ),
    "cluster_waits": (
        "集群上已没有工作进程，等待其重新启动（Ctrl-C 停止）……",
        "The cluster has no workers left; waiting for one to come back (Ctrl-C stops) ...",
    ),
    "cluster_lost": (
        "与集群的连接中断，这个方案未能完成；请检查调度器后重新运行。",
        "The connection to the cluster was lost before this scenario was done; look at the "
        "scheduler and run it again.",
    ),
    "cluster_member_lost": (
        "先后 {n} 个工作进程在计算这个方案时中止（多半是内存不足），已不再重试。",
        "{n} workers died one after the other while they ran this scenario, most likely for want "
        "of memory; it is not tried again.",
    ),
    "cluster_damaged": (
        "工作进程送回的结果与所要求的不符，未予采用。",
        "What a worker sent back is not the run it was asked for, and was not taken.",
    ),
}
