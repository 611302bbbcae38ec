"""Whether load balancers can serve before a name points to them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from signpost.errors import LoadBalancerNotFound, LoadBalancerNotReady, TargetsNotHealthy
from signpost.model.load_balancer import LoadBalancer
from signpost.model.service import Service

# `active_impaired` serves, but could not scale (ELBv2 API Reference, "LoadBalancerState").
_SERVING = ("active", "active_impaired")


def check_states(balancers: Sequence[LoadBalancer], states: Mapping[str, str]) -> None:
    """Raise LoadBalancerNotReady unless each is active; classic ones have no state to wait for."""
    for balancer in balancers:
        if balancer.arn is None:
            continue
        state = states.get(balancer.arn, "unknown")
        if state == "failed":
            raise LoadBalancerNotFound(
                f"Load balancer {balancer.name} has failed: replace it and update the service."
            )
        if state not in _SERVING:
            raise LoadBalancerNotReady(f"Load balancer {balancer.name} is {state}, not active yet.")


def check_targets(
    service: Service, balancer: LoadBalancer, health: Mapping[str, int]
) -> dict[str, object]:
    """Say how many targets are healthy, enough of them; with a desired count of 0 none need be.

    Raises TargetsNotHealthy.
    """
    healthy = health.get("healthy", 0)
    needed = service.configuration.min_healthy if service.desired_count > 0 else 0
    if healthy < needed:
        counts = ", ".join(f"{count} {state}" for state, count in sorted(health.items()))
        raise TargetsNotHealthy(
            f"Healthy targets behind {balancer.name}: {healthy}, needed: {needed} "
            f"({counts or 'none registered'})."
        )
    return {"load_balancer": balancer.name, "healthy": healthy, "needed": needed}
