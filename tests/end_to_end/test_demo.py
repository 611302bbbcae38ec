"""The demo from its first line to its last, as `make demo` runs it."""

from __future__ import annotations

import pytest

from local_aws.ports import free_port
from tests.end_to_end.conftest import signpost

pytestmark = [pytest.mark.local_aws, pytest.mark.xdist_group("demo")]


def test_the_demo_tells_its_story_to_the_end() -> None:
    done = signpost("local", "demo", "--port", str(free_port()))

    assert done.returncode == 0, done.stdout + done.stderr
