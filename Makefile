# Everything a developer does, each as the first command on a fresh clone. `make help` lists it.

VENV   := .venv
BIN    := $(VENV)/bin
STAMP  := $(VENV)/.installed
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)

.DEFAULT_GOAL := help
.PHONY: help demo run test check format bench torture snapshots picture clean

help: ## list these commands
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):[^#]*## */\1|/' | \
		awk -F'|' '{printf "  make %-10s %s\n", $$1, $$2}'

demo: $(STAMP) ## try watui on its embedded gateway, with simulated phones
	@$(BIN)/watui --demo

run: $(STAMP) ## run watui on your own gateway (see README)
	@$(BIN)/watui

test: $(STAMP) ## run the test suite (against the embedded gateway, on 127.0.0.1)
	@$(BIN)/pytest -n auto --dist loadgroup

check: $(STAMP) ## format and lint (ruff), types (mypy strict), import rules (import-linter)
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

format: $(STAMP) ## put the code in order
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

bench: $(STAMP) ## measure speed beside its bars, in about five minutes; ROWS="open flood" takes some alone
	@$(BIN)/python -m tests.bench $(ROWS)

torture: $(STAMP) ## long fault and fuzz runs
	@$(BIN)/pytest -m torture --timeout 1800
	@$(BIN)/python -m tests.faults.run

snapshots: $(STAMP) ## accept how the screens look now; look at the differences first
	@$(BIN)/pytest tests/test_snapshots.py --snapshot-update

picture: $(STAMP) ## draw the README's picture of watui anew
	@$(BIN)/python -m tests.picture docs/watui.svg

clean: ## remove what was built and installed here
	@rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache \
		snapshot_report.html
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(STAMP): pyproject.toml
	@$(or $(PYTHON),false) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
		echo "watui needs Python 3.11 or newer; $(or $(PYTHON),python3) is" \
			"$$($(or $(PYTHON),python3) --version 2>/dev/null || echo not there)"; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { \
		echo "$(PYTHON) has no venv module; on Debian and Ubuntu: apt install python3-venv"; exit 1; }
	@echo "installing into $(VENV) (once)"
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade 'pip>=25.1'
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --compile --editable . --group dev
	@touch $(STAMP)
