"""boto3's clients as the functions use them: what every call says of us."""

from __future__ import annotations

from typing import Any

import boto3
import pytest

from signpost import __version__
from signpost.aws.clients import client


class _NotSentError(Exception):
    pass


@pytest.mark.parametrize("patient", [False, True])
def test_every_call_says_that_it_is_signposts_and_of_which_version(
    patient: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", boto3.Session(region_name="eu-west-1"))
    client.cache_clear()
    sent: list[str] = []

    def instead(request: Any, **_: Any) -> None:
        sent.append(request.headers["User-Agent"].decode())
        raise _NotSentError

    ecs = client("ecs", patient=patient)
    ecs.meta.events.register("before-send", instead)
    with pytest.raises(_NotSentError):
        ecs.list_clusters()
    client.cache_clear()

    assert f" signpost/{__version__}" in sent[0]
