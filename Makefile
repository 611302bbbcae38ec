# `make demo` and `make test` need Python 3.11+ and make; each installs what it needs into .venv once.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.installed

.PHONY: install demo test coverage check bench night test-sfn-local clean
install: $(READY)

$(READY): requirements.txt pyproject.toml functions/requirements.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Signpost needs Python 3.11 or newer; set PYTHON=/path/to/python3.11"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing the pinned dependencies into $(VENV) (once)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

demo: $(READY)
	@$(BIN)/signpost local demo

test: $(READY)
	$(BIN)/python -m pytest -n 2 --dist loadgroup $(PYTEST_ARGS)

# Measured on the tests that run the functions in their own process; tracing all the others would take as long again.
coverage: $(READY)
	$(BIN)/python -m pytest -n 2 --cov --cov-report=term --cov-fail-under=95 tests/unit tests/workflow

check: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo
	$(BIN)/cfn-lint template.yaml

# What a cold start pays for imports, function by function; no test, as the figures are this machine's.
bench: $(READY)
	@$(BIN)/python scripts/bench_imports.py

# 50,000 histories instead of 2,000, and more hostile input: for a night.
night: $(READY)
	HYPOTHESIS_PROFILE=night SIGNPOST_HISTORIES=50000 $(BIN)/python -m pytest -n 2 --timeout 0 tests/search tests/unit/test_hostile_input.py

# The cases of tests/statemachine on AWS's own engine; the script exits with 3 where no Docker engine runs.
test-sfn-local: $(READY)
	@scripts/test_sfn_local.sh

clean:
	rm -rf $(VENV) .aws-sam .local build .coverage* .pytest_cache .mypy_cache .ruff_cache .hypothesis
