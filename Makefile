# Two commands do everything on a fresh machine: `make run` and `make test`.
# Needs Python 3.11 or newer, make and a package registry; all else goes into .venv.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
SCENARIO ?= scenarios/rizhao-2023-18.toml
# Two workers, each of which takes the tests of a module together.
SHARED := -n 2 --dist loadgroup
# Versions of Python a bundle installs on, such as "3.11 3.12"; default: the one of .venv.
PYTHONS ?=

.DEFAULT_GOAL := help
.PHONY: help install install-dev install-app install-bench run test coverage check browser format app demo-run \
	screenshots bundle bundle-try bench bench-quick bench-micro bench-run bench-levels \
	bench-pages bench-province province province-data demo-data clean

help: ## 列出全部目标 list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | expand -t 14

$(BIN)/python:
	$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed") if sys.version_info < (3, 11) else None'
	$(PYTHON) -m venv $(VENV)

# Compiled at once: so the first run starts as soon as any other, and so does one in an
# environment where Python may write no files beside the program's.
define into_venv
$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.$(1)'
@$(BIN)/python -m compileall -q allocation
endef

$(VENV)/.installed: $(BIN)/python pyproject.toml constraints.txt
	$(call into_venv,)
	@touch $@

$(VENV)/.installed-dev: $(BIN)/python pyproject.toml constraints.txt
	$(call into_venv,[dev])
	@touch $(VENV)/.installed $(VENV)/.installed-app $(VENV)/.installed-bench $@

$(VENV)/.installed-app: $(BIN)/python pyproject.toml constraints.txt
	$(call into_venv,[app])
	@touch $(VENV)/.installed $@

$(VENV)/.installed-bench: $(BIN)/python pyproject.toml constraints.txt
	$(call into_venv,[bench])
	@touch $(VENV)/.installed $@

install: $(VENV)/.installed ## 装好程序 install the program into .venv
install-app: $(VENV)/.installed-app ## 装好程序和页面 install it with the planners' app
install-bench: $(VENV)/.installed-bench ## 装好程序和对照用的工具 install it with the tools it is measured beside
install-dev: $(VENV)/.installed-dev ## 装好开发所需的一切 install it with everything a developer needs

run: install ## 运行演示城市，从文件到核查过的名单 run the city's scenario, from files to a verified list
	$(BIN)/allocation run $(SCENARIO) --out runs

test: check browser ## 全部检查和测试，含浏览器 run every check and every test, those in a browser too
	$(BIN)/python -m pytest $(SHARED)

coverage: install-dev browser ## 全部测试，并统计覆盖率 run every test and say which lines and branches none has run
	$(BIN)/python -m pytest $(SHARED) --cov --cov-report=term

check: install-dev ## 格式、类型、分层 lint, types, architecture
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

browser: ## 安装测试用的浏览器和中文字体 install a browser and Chinese fonts for the tests, where that may be done
	@sh tests/browser/install.sh

format: install-dev ## 整理代码格式 format the code
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

app: install-app demo-run ## 启动页面 start the planners' app in the browser of this machine
	$(BIN)/allocation app

demo-run: install
	@ls runs/*/manifest.json >/dev/null 2>&1 || $(BIN)/allocation run $(SCENARIO) --out runs

screenshots: install-dev browser ## 重拍全部截图 take the pictures of README and handbook in both languages
	$(BIN)/python -m docs.screenshots

bundle: install-app ## 生成不联网的安装文件夹 write dist/: folders that install and start without internet
	$(BIN)/python -m tools.bundle $(addprefix --python ,$(PYTHONS))

bundle-try: install-dev browser ## 在断网环境试装 Linux 文件夹 try the Linux bundle of dist/ where there is no network
	$(BIN)/python -m tools.bundle.trial

bench: install-bench ## 与同类工具同场对照，更新表和图 measure ours beside other tools; write table and picture
	$(BIN)/python -m benchmarks.field

bench-quick: install-bench ## 同上，只测小规模，约三分钟 the same at small sizes, in about three minutes
	$(BIN)/python -m benchmarks.field --quick

bench-micro: install-bench ## 测各内层循环的用时 time the inner loops
	$(BIN)/python -m pytest -o addopts= -o python_files='bench_*.py' benchmarks/micro \
		--benchmark-columns=median,iqr,rounds

bench-run: install ## 测主要任务的用时 time the main job, step by step, in the median of three runs
	$(BIN)/python benchmarks/main_job.py

bench-levels: install ## 各级目标的用时，与加权整数规划等做法对照 time the levels beside weighted programs and added rows
	$(BIN)/python -m benchmarks.levels

bench-pages: install-dev demo-run ## 测各页的用时 time the pages of the app on the newest finished run
	$(BIN)/python -m benchmarks.pages

bench-province: install-dev province-data ## 测一个省在单进程和两个工作进程上的用时，其间中止一个 time a province in one process and on two workers
	$(BIN)/python -m benchmarks.province

province: install province-data ## 生成并运行演示省：十六个市 make and run the demonstration province, sixteen cities
	$(BIN)/allocation run scenarios/provinces/demo.toml --out runs

province-data: install
	@$(BIN)/python -m tools.demo_province

demo-data: install ## 重新生成演示数据 make the demonstration city's data anew
	$(BIN)/allocation demo-data data/rizhao

clean: ## 清除各目标的产物，保留运行结果 remove what the other targets made, runs excepted
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .coverage build dist
