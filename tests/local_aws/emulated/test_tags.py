"""Tags that ECS refuses, refused by the emulator."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from ministack.services import ecs

from local_aws.emulated import tags

CLUSTER = "arn:aws:ecs:us-east-1:000000000000:cluster/prod"


@pytest.fixture(autouse=True)
def checked_tags(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(ecs, "_ACTION_MAP", dict(ecs._ACTION_MAP))
    tags.install()
    yield
    ecs._tags.clear()
    ecs._clusters.clear()
    ecs._task_defs.clear()


def call(name: str, **request: Any) -> tuple[int, dict[str, Any]]:
    status, _, body = ecs._ACTION_MAP[name](request)
    return status, json.loads(body)


def pairs(**values: str) -> list[dict[str, str]]:
    return [{"key": key, "value": value} for key, value in values.items()]


REFUSED = [
    pytest.param([{"key": "signpost:hostname", "value": "*.shop"}], "invalid char", id="a star"),
    pytest.param([{"key": "a,b", "value": ""}], "invalid characters", id="a key's comma"),
    pytest.param([{"key": "", "value": ""}], "TagKey", id="no key"),
    pytest.param([{"key": "k" * 129, "value": ""}], "TagKey", id="a long key"),
    pytest.param([{"key": "k", "value": "v" * 257}], "TagValue", id="a long value"),
    pytest.param([{"key": "AWS:k", "value": ""}], "reserved", id="a reserved key"),
    pytest.param([{"key": "k", "value": "aws:v"}], "reserved", id="a reserved value"),
    pytest.param(pairs(k="1") * 2, "Duplicate", id="a key twice"),
    pytest.param(pairs(**{f"k{n}": "" for n in range(51)}), "50", id="more than 50"),
]


@pytest.mark.parametrize(("given", "why"), REFUSED)
@pytest.mark.parametrize(
    "name", ["CreateService", "RunTask", "CreateCluster", "RegisterTaskDefinition", "TagResource"]
)
def test_a_call_with_tags_that_ecs_refuses_is_refused(
    name: str, given: list[dict[str, str]], why: str
) -> None:
    status, said = call(name, tags=given)

    assert (status, said["__type"]) == (400, "InvalidParameterException")
    assert why in said["message"]


def test_the_longest_and_the_most_are_taken() -> None:
    most = pairs(**{f"{n:0128}": "v" * 256 for n in range(50)})

    assert call("CreateCluster", clusterName="prod", tags=most)[0] == 200


def test_tags_are_counted_with_those_that_are_there() -> None:
    call("CreateCluster", clusterName="prod", tags=pairs(**{f"k{n}": "" for n in range(50)}))

    again = call("TagResource", resourceArn=CLUSTER, tags=pairs(k1="new"))
    more = call("TagResource", resourceArn=CLUSTER, tags=pairs(other=""))

    assert (again[0], more[0]) == (200, 400)
