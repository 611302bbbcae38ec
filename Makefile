# `make demo` and `make test` need Python 3.11+ and make; each installs what it needs into .venv once.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.installed

.PHONY: install demo test check clean
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
	$(BIN)/python -m pytest -n 2 --dist loadgroup $(if $(PYTEST_ARGS),$(PYTEST_ARGS),--cov --cov-report=term --cov-fail-under=95)

check: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/cfn-lint template.yaml

clean:
	rm -rf $(VENV) .aws-sam .local build .coverage* .pytest_cache .mypy_cache .ruff_cache .hypothesis
