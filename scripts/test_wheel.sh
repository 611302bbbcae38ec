#!/usr/bin/env bash
# `make test-wheel`: the package as a stranger has it. A wheel is built and installed into environments of its own,
# once bare and once with the local AWS, with the newest that its ranges allow; then the tests of tests/package and
# tests/end_to_end run that command in an empty folder.
set -euo pipefail
cd "$(dirname "$0")/.."
python=$PWD/.venv/bin/python
folder=$PWD/build/wheel
rm -rf "$folder"
"$python" -m hatchling build --target wheel --directory "$folder"
wheel=$(echo "$folder"/*.whl)

install() {  # ENVIRONMENT EXTRA
  "$python" -m venv "$folder/$1"
  "$folder/$1/bin/python" -m pip install --quiet --disable-pip-version-check "$wheel$2"
}
install bare ""
install local "[local]"
export SIGNPOST_WHEEL=$wheel SIGNPOST_BARE=$folder/bare/bin/signpost SIGNPOST_COMMAND=$folder/local/bin/signpost
"$python" -m pytest -n 2 --dist loadgroup tests/package tests/end_to_end "$@"
