"""What makes a plan stale: the facts of a service that differ between two descriptions."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from signpost.model.service import Configuration, Service, ServiceState, TargetGroup

WEB = Service(
    "prod", "web", ServiceState.PRESENT, "It runs.", Configuration(min_healthy=2), desired_count=3
)


@pytest.mark.parametrize(
    "changes",
    [
        {"state": ServiceState.WITHDRAWN},
        {"configuration": Configuration(min_healthy=3)},
        {"target_groups": (TargetGroup("arn:other"),)},
        {"classic_load_balancers": ("other",)},
        {"doubt": "VPC Lattice leads to it."},
    ],
    ids=lambda changes: str(next(iter(changes))),
)
def test_each_fact_that_a_plan_is_made_from_counts_as_a_difference(
    changes: dict[str, Any],
) -> None:
    (difference,) = WEB.differences(replace(WEB, **changes))

    assert difference.startswith(next(iter(changes)))


def test_the_desired_count_is_no_difference() -> None:
    assert WEB.differences(replace(WEB, desired_count=9)) == []


def test_what_differs_between_two_descriptions_is_told() -> None:
    before = replace(WEB, target_groups=(TargetGroup("arn:tg"),))
    after = replace(WEB, target_groups=(TargetGroup("arn:other"),), desired_count=9)

    (difference,) = before.differences(after)

    assert difference == "target_groups was [arn:tg], is [arn:other]"


@pytest.mark.parametrize(
    ("before", "now", "differs"),
    [
        (ServiceState.WITHDRAWN, ServiceState.ABSENT, False),
        (ServiceState.WITHDRAWN, ServiceState.UNCLEAR, True),
        (ServiceState.ABSENT, ServiceState.UNROUTED, True),
        (ServiceState.UNCLEAR, ServiceState.WITHDRAWN, False),
        (ServiceState.UNCLEAR, ServiceState.UNCLEAR, False),
    ],
)
def test_a_removal_is_planned_anew_where_something_may_lead_to_the_service_by_now(
    before: ServiceState, now: ServiceState, differs: bool
) -> None:
    planned = replace(WEB, state=before)
    assert bool(planned.differences(replace(WEB, state=now))) is differs
