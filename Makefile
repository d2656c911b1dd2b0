# Two commands do everything on a fresh machine: `make run` and `make test`.
# Needs Python 3.11 or newer, make and a package registry; all else goes into .venv.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
SCENARIO ?= scenarios/rizhao-2023-18.toml

.DEFAULT_GOAL := help
.PHONY: help install install-dev run test check format app bench demo-data clean

help: ## say what there is
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | expand -t 14

$(BIN)/python:
	$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed") if sys.version_info < (3, 11) else None'
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: $(BIN)/python pyproject.toml constraints.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e .
	@touch $@

$(VENV)/.installed-dev: $(BIN)/python pyproject.toml constraints.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@touch $(VENV)/.installed $@

install: $(VENV)/.installed ## install the program into .venv
install-dev: $(VENV)/.installed-dev ## install it with everything a developer needs

run: install ## run the main job: the city's scenario, from files to a verified award list
	$(BIN)/allocation run $(SCENARIO) --out runs

test: check ## run every check and every test, with coverage
	$(BIN)/python -m pytest -n 2 --cov --cov-report=term

check: install-dev ## lint, types, architecture
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: install-dev ## format the code
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

app: $(BIN)/python ## start the planners' app (comes with a later release)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[app]'
	$(BIN)/allocation app

bench: install ## time the main job, step by step, in the median of three runs
	$(BIN)/python benchmarks/main_job.py

demo-data: install ## make the demonstration city's data anew
	$(BIN)/allocation demo-data data/rizhao

clean: ## remove what the other targets made, runs excepted
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .coverage build dist
