"""A zone to prove changes in."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.proving import Scene


@pytest.fixture
def scene() -> Iterator[Scene]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ACCESS_KEY_ID", "testing")
        patch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
        yield Scene()
