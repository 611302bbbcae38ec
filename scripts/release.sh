#!/usr/bin/env bash
# `make release`: finds the Lambdas' Python, 3.13, gives it the environment of requirements/release.txt and makes
# dist/ with it. Exits with 3 where there is no such Python.
set -euo pipefail
cd "$(dirname "$0")/.."
for python in "${1:-python3}" python3.13; do
  if "$python" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 13))' 2>/dev/null; then
    "$python" scripts/environment.py build/release-venv requirements/release.txt
    PYTHONPATH=functions:scripts exec build/release-venv/bin/python -B scripts/release.py
  fi
done
echo "A release needs Python 3.13, the Lambdas' own: make release PYTHON=/path/to/python3.13" >&2
exit 3
