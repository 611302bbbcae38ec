"""When load balancers can serve, and how many targets are enough."""

from __future__ import annotations

from dataclasses import replace

import pytest

from signpost.errors import (
    LoadBalancerNotFound,
    LoadBalancerNotReady,
    SignpostError,
    TargetsNotHealthy,
)
from signpost.model.service import Configuration, Service, ServiceState
from signpost.plan import readiness
from tests.support.balancers import INSIDE

WEB = Service(
    "prod", "web", ServiceState.PRESENT, "It runs.", Configuration(min_healthy=2), desired_count=3
)


def test_fewer_healthy_targets_than_asked_for_are_not_enough() -> None:
    with pytest.raises(TargetsNotHealthy, match=r"Healthy targets behind .*: 1, needed: 2"):
        readiness.check_targets(WEB, INSIDE, {"healthy": 1, "initial": 2})


@pytest.mark.parametrize(("count", "healthy"), [(3, 2), (1, 2), (0, 0)])
def test_as_many_as_asked_for_are_enough_and_none_where_none_is_to_run(
    count: int, healthy: int
) -> None:
    scaled = replace(WEB, desired_count=count)

    told = readiness.check_targets(scaled, INSIDE, {"healthy": healthy})

    assert told["healthy"] == told["needed"] == healthy


@pytest.mark.parametrize("state", ["active", "active_impaired"])
def test_a_serving_load_balancer_is_ready(state: str) -> None:
    readiness.check_states(
        [INSIDE, replace(INSIDE, arn=None, kind="classic")], {"arn:inside": state}
    )


@pytest.mark.parametrize(
    ("state", "error"),
    [
        ("provisioning", LoadBalancerNotReady),
        ("unknown", LoadBalancerNotReady),
        ("failed", LoadBalancerNotFound),
    ],
)
def test_a_load_balancer_that_does_not_serve(state: str, error: type[SignpostError]) -> None:
    with pytest.raises(error, match="inside"):
        readiness.check_states([INSIDE], {"arn:inside": state})
