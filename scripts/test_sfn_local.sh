#!/usr/bin/env bash
# The cases of tests/statemachine on AWS's own Step Functions Local, which comes as a Docker image.
# Exit code 3 where no Docker engine runs: nothing was tested then. (`make` itself reports any failed
# command as its own code 2; this script is what tells them apart.)
set -uo pipefail
cd "$(dirname "$0")/.."
if ! docker info >/dev/null 2>&1; then
  echo "No Docker engine runs here, and Step Functions Local comes as a Docker image: nothing was tested."
  exit 3
fi
docker compose up --detach --wait || exit 1
docker image inspect --format 'It ran {{join .RepoDigests ", "}}' "$(docker compose config --images)"
SFN_LOCAL_ENDPOINT=http://127.0.0.1:8083 .venv/bin/python -m pytest tests/statemachine
code=$?
docker compose down
exit "$code"
