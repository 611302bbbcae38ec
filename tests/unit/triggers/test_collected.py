"""Events that come in bursts or name no service: what a batch of them asks for."""

from __future__ import annotations

import copy
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signpost.errors import InvalidEvent
from signpost.triggers import collected
from signpost.triggers.ecs_names import Home
from tests.support.estate import ACCOUNT, REGION, task_changed

HOME = Home(ACCOUNT, REGION, ("aws.ecs", "aws.elasticloadbalancing"))
NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
ARN = f"arn:aws:elasticloadbalancing:{REGION}:{ACCOUNT}"
LB = f"{ARN}:loadbalancer/app/web/0123"
RULE = f"{ARN}:listener-rule/app/web/0123/4567/89"


def changed(name: str, **request: Any) -> dict[str, Any]:
    event: dict[str, Any] = json.loads(
        (Path(__file__).parents[2] / "events" / "elb_create_load_balancer.json").read_text()
    )
    event["detail"] |= {"eventName": name, "requestParameters": request}
    return event


def work(*batch: object) -> collected.Work:
    return collected.sort(batch, HOME, NOW)


def test_events_about_one_service_are_one_group() -> None:
    first, second = task_changed("web"), task_changed("web") | {"time": "2026-11-24T12:06:00Z"}
    found = work(first, second, task_changed("api"), first).tasks
    assert {service: group.count for service, group in found.items()} == {
        ("prod", "web"): 3,
        ("prod", "api"): 1,
    }
    assert found["prod", "web"].newest.id == second["id"]


@pytest.mark.parametrize(
    ("name", "request_"),
    [
        ("CreateRule", {"listenerArn": f"{ARN}:listener/app/web/0123/4567"}),
        ("ModifyRule", {"ruleArn": RULE}),
        ("DeleteRule", {"ruleArn": RULE}),
        ("SetRulePriorities", {"rulePriorities": [{"ruleArn": RULE, "priority": 1}]}),
    ],
)
def test_each_change_of_a_rule_tells_its_load_balancer(name: str, request_: Any) -> None:
    found = work(changed(name, **request_)).balancers
    assert list(found) == [LB]
    assert found[LB].newest.skip is None


@pytest.mark.parametrize(
    "event",
    [
        changed("CreateLoadBalancer", type="application"),
        task_changed("web") | {"source": "my.app"},
    ],
)
def test_what_is_about_neither_asks_for_nothing(event: Any) -> None:
    assert work(event) == collected.Work()


def test_a_change_that_failed_asks_for_nothing() -> None:
    event = changed("DeleteRule", ruleArn=RULE)
    event["detail"]["errorCode"] = "RuleNotFound"
    assert work(event) == collected.Work()


def test_a_change_of_no_rule_is_refused() -> None:
    with pytest.raises(InvalidEvent, match="no listener"):
        work(changed("DeleteRule", ruleArn="rule"))


@st.composite
def almost(draw: st.DrawFn) -> Any:
    """A good event with one part exchanged for anything."""
    event = copy.deepcopy(
        draw(
            st.sampled_from(
                [
                    task_changed("web"),
                    changed("ModifyRule", ruleArn=RULE),
                    changed("SetRulePriorities", rulePriorities=[{"ruleArn": RULE}]),
                ]
            )
        )
    )
    odd: Any = draw(
        st.none() | st.text(max_size=40) | st.integers() | st.just({}) | st.just([None, 1])
    )
    within = draw(st.sampled_from([event, event["detail"]]))
    within[draw(st.sampled_from(sorted(within)))] = odd
    return event


@given(st.lists(almost(), max_size=3))
def test_any_batch_becomes_work_or_invalid_event(batch: list[Any]) -> None:
    try:
        found = collected.sort(batch, HOME, NOW)
    except InvalidEvent as error:
        assert len(str(error)) < 2000
        return
    assert len(found.tasks) + len(found.balancers) <= len(batch)
