"""The workflow outside of the partition `aws`: in China and in GovCloud.

moto knows their regions and writes their ARNs (of `aws-eusc` it has no availability zones); the
emulator is always in `aws`. The region is a
constant of the tests, so those of another one run in a process of their own.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
# A service's life and a sweep that starts executions, which is all that calls anything by an ARN.
STORIES = (
    "test_outcomes.py::test_a_created_service_gets_its_name",
    "test_outcomes.py::test_a_deleted_service_leaves_nothing_behind",
    "test_sweep.py::test_an_estate_without_names_gets_them_by_executions_that_say_why",
)


@pytest.mark.parametrize(
    "region", [pytest.param(one, marks=pytest.mark.deep) for one in ("cn-north-1", "us-gov-west-1")]
)
def test_a_service_gets_and_loses_its_name_in_another_partition(region: str) -> None:
    stories = [f"tests/workflow/{story}" for story in STORIES]
    command = [sys.executable, "-m", "pytest", "-q", "-n", "0", "-p", "no:cacheprovider", *stories]

    done = subprocess.run(
        command,
        env=os.environ | {"SIGNPOST_TEST_REGION": region},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout
    assert f"{len(STORIES)} passed" in done.stdout
