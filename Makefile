# `make demo` and `make test` need Python 3.11+ and make; each installs what it needs into .venv, once.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
# What the command and its local AWS need; and that with what the tests and the checks need.
LOCAL  := $(VENV)/local.installed
DEV    := $(VENV)/dev.installed
# Checkov pins an old boto3, and pip-audit is asked before a release only: each has an environment of its own.
CHECKOV := build/checkov-venv/checkov.installed
AUDIT   := build/audit-venv/audit.installed

.PHONY: install demo test coverage test-wheel check drawings pictures bench bench-release night mutants engines audit licences test-sfn-local release locks clean
install: $(LOCAL)

$(LOCAL): requirements/local.txt pyproject.toml scripts/environment.py
	@$(PYTHON) scripts/environment.py $(VENV) $< .

$(DEV): requirements/dev.txt pyproject.toml scripts/environment.py
	@$(PYTHON) scripts/environment.py $(VENV) $< .
	@touch $(LOCAL)

$(CHECKOV): requirements/checkov.txt scripts/environment.py
	@$(PYTHON) scripts/environment.py build/checkov-venv $<

$(AUDIT): requirements/audit.txt scripts/environment.py
	@$(PYTHON) scripts/environment.py build/audit-venv $<

demo: $(LOCAL)
	@$(BIN)/signpost local demo

# More workers than two cores: many tests wait for a local AWS. Hundreds of processes import the same modules,
# so that none may have to compile them anew.
test: export PYTHONDONTWRITEBYTECODE :=
test: $(DEV)
	$(BIN)/python -m pytest -n 3 --dist loadgroup $(PYTEST_ARGS)

# Measured on the tests that run the functions in their own process; tracing all the others would take as long again.
coverage: $(DEV)
	$(BIN)/python -m pytest -n 2 --cov --cov-report=term --cov-fail-under=95 tests/unit tests/workflow

# The package as a stranger has it, built and installed into environments of its own.
test-wheel: $(DEV)
	scripts/test_wheel.sh $(PYTEST_ARGS)

check: $(DEV) $(CHECKOV)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo
	$(BIN)/cfn-lint template.yaml
	$(BIN)/bandit --quiet --configfile pyproject.toml --recursive functions scripts hatch_build.py
	@$(BIN)/python scripts/scan_template.py

# Known vulnerabilities of what the locks list; the script exits with 3 where no database can be reached.
audit: $(AUDIT)
	@build/audit-venv/bin/python scripts/audit.py

# docs/licences.md, from what the environments have installed; refuses what may not be shipped or used.
licences: $(DEV) $(CHECKOV) $(AUDIT)
	@$(PYTHON) scripts/environment.py build/release-venv requirements/release.txt
	@$(PYTHON) scripts/environment.py build/engines/node requirements/engines.txt
	@$(BIN)/python scripts/licences.py

# The drawings in docs/state-machine.md and docs/architecture.md, from the ASL files and the imports as they are.
drawings: $(DEV)
	@$(BIN)/python -m drawings

# docs/images, from a run of the demo and the page of its first execution; needs Chromium, or python exits with 3.
pictures: $(LOCAL)
	@$(BIN)/python -m pictures

# What a cold start pays for imports, function by function; no test, as the figures are this machine's.
bench: $(DEV)
	@$(BIN)/python scripts/bench_imports.py

# The same of what a release ships, compiled and from source; Python 3.13.
bench-release: release
	@build/release-venv/bin/python scripts/bench_imports.py --release

# 50,000 histories, and more hostile input: for a night.
night: $(DEV)
	HYPOTHESIS_PROFILE=night SIGNPOST_HISTORIES=50000 $(BIN)/python -m pytest -n 2 --timeout 0 tests/search tests/unit/test_hostile_input.py

# How many small faults in what decides some test notices. What was tried is not tried again; JOBS=1 leaves others a core.
mutants: $(DEV)
	@$(BIN)/python -m mutants

# dist/: wheel, sdist, the Lambdas' code compiled, its template, checksums, SBOM. Python 3.13, or exit code 3.
release:
	@scripts/release.sh "$(PYTHON)"

# What each environment installs, with hashes; UPGRADE=--upgrade takes newer versions.
locks: $(DEV)
	@$(PYTHON) scripts/environment.py build/release-venv requirements/release.txt
	@UV=build/release-venv/bin/uv scripts/lock.sh

# The cases of tests/statemachine on each Step Functions interpreter that there is, and asl-validator; what it needs of npm and
# PyPI goes below build/. Python exits with 1 where something differs and with 3 where the registries can't be reached.
engines: $(DEV)
	@PYTHONPATH=functions:scripts $(BIN)/python -m tests.engines

# The cases of tests/statemachine on AWS's own engine; the script exits with 3 where no Docker engine runs.
test-sfn-local: $(DEV)
	@scripts/test_sfn_local.sh

clean:
	rm -rf $(VENV) .aws-sam build dist .coverage* .pytest_cache .mypy_cache .ruff_cache .hypothesis
