# Two commands do everything on a fresh machine: `make run` and `make test`.
# Needs Python 3.11 or newer, make and a package registry; all else goes into .venv.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
SCENARIO ?= scenarios/rizhao-2023-18.toml
# Versions of Python a bundle installs on, such as "3.11 3.12"; default: the one of .venv.
PYTHONS ?=

.DEFAULT_GOAL := help
.PHONY: help install install-dev install-app run test check browser format app demo-run \
	screenshots bundle bundle-try bench bench-pages demo-data clean

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
	@touch $(VENV)/.installed $(VENV)/.installed-app $@

$(VENV)/.installed-app: $(BIN)/python pyproject.toml constraints.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[app]'
	@touch $(VENV)/.installed $@

install: $(VENV)/.installed ## install the program into .venv
install-app: $(VENV)/.installed-app ## install it with the planners' app
install-dev: $(VENV)/.installed-dev ## install it with everything a developer needs

run: install ## run the main job: the city's scenario, from files to a verified award list
	$(BIN)/allocation run $(SCENARIO) --out runs

test: check browser ## run every check and every test, those in a browser too, with coverage
	$(BIN)/python -m pytest -n 2 --dist loadgroup --cov --cov-report=term

check: install-dev ## lint, types, architecture
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

browser: ## install a browser and Chinese fonts for the tests, where that may be done
	@sh tests/browser/install.sh

format: install-dev ## format the code
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

app: install-app demo-run ## start the planners' app in the browser of this machine
	$(BIN)/allocation app

demo-run: install
	@ls runs/*/manifest.json >/dev/null 2>&1 || $(BIN)/allocation run $(SCENARIO) --out runs

screenshots: install-dev browser ## take a picture of every page in both languages
	$(BIN)/python -m docs.screenshots

bundle: install-app ## write dist/: folders that install and start without internet
	$(BIN)/python -m tools.bundle $(addprefix --python ,$(PYTHONS))

bundle-try: install-dev browser ## try the Linux bundle of dist/ where there is no network
	$(BIN)/python -m tools.bundle.trial

bench: install ## time the main job, step by step, in the median of three runs
	$(BIN)/python benchmarks/main_job.py

bench-pages: install-dev demo-run ## time the pages of the app on the newest finished run
	$(BIN)/python -m benchmarks.pages

demo-data: install ## make the demonstration city's data anew
	$(BIN)/allocation demo-data data/rizhao

clean: ## remove what the other targets made, runs excepted
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .coverage build dist
