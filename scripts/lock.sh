#!/usr/bin/env bash
# `make locks`: what each environment installs, exactly, with hashes; `make locks UPGRADE=--upgrade` takes newer ones.
# Each environment's lock keeps to the one before it, so that what is tested is what is shipped.
set -euo pipefail
cd "$(dirname "$0")/.."

lock() {  # PYTHON-VERSION OUTPUT INPUTS…
  local python=$1 output=$2
  shift 2
  "${UV:-uv}" pip compile --quiet --universal --python-version "$python" --generate-hashes --no-emit-index-url \
    --no-emit-find-links --custom-compile-command "make locks" ${UPGRADE:-} --output-file "$output" "$@"
}

lock 3.13 functions/requirements.txt requirements/functions.in
lock 3.11 requirements/local.txt pyproject.toml requirements/build.in --extra local -c functions/requirements.txt --override requirements/overrides.in
lock 3.11 requirements/dev.txt pyproject.toml requirements/build.in --extra local --extra dev -c requirements/local.txt --override requirements/overrides.in
lock 3.11 requirements/release.txt requirements/release.in -c requirements/local.txt
lock 3.11 requirements/engines.txt requirements/engines.in
lock 3.11 requirements/checkov.txt requirements/checkov.in
lock 3.11 requirements/audit.txt requirements/audit.in
