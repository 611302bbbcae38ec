"""All target groups and load balancers, read in big pages and handed out as the API would.

`elb.resolve` asks for one service's; for a thousand services that would be two thousand calls.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any

from botocore.exceptions import ClientError

_PAGE = 400  # the most that a describe call of elbv2 answers


class RememberedBalancers:
    """Stands for a boto3 `elbv2` client in `elb.resolve`; each call is made once."""

    def __init__(self, elbv2: Any) -> None:
        self._elbv2 = elbv2
        self._answers: dict[tuple[str, str], Any] = {}

    def describe_target_groups(self, *, TargetGroupArns: Sequence[str]) -> dict[str, Any]:  # noqa: N803 - AWS's name
        """DescribeTargetGroups by ARNs."""
        return {"TargetGroups": _pick(self._groups, TargetGroupArns, "TargetGroup")}

    def describe_load_balancers(self, *, LoadBalancerArns: Sequence[str]) -> dict[str, Any]:  # noqa: N803 - AWS's name
        """DescribeLoadBalancers by ARNs."""
        return {"LoadBalancers": _pick(self._balancers, LoadBalancerArns, "LoadBalancer")}

    def describe_listeners(self, **request: Any) -> Any:
        """DescribeListeners."""
        return self._once("describe_listeners", request)

    def describe_rules(self, **request: Any) -> Any:
        """DescribeRules."""
        return self._once("describe_rules", request)

    @cached_property
    def _groups(self) -> dict[str, Any]:
        found = _all(self._elbv2.describe_target_groups, "TargetGroups")
        return {group["TargetGroupArn"]: group for group in found}

    @cached_property
    def _balancers(self) -> dict[str, Any]:
        found = _all(self._elbv2.describe_load_balancers, "LoadBalancers")
        return {balancer["LoadBalancerArn"]: balancer for balancer in found}

    def _once(self, call: str, request: dict[str, Any]) -> Any:
        key = (call, repr(sorted(request.items())))
        if key not in self._answers:
            self._answers[key] = getattr(self._elbv2, call)(**request)
        return self._answers[key]


def _all(call: Callable[..., Any], key: str) -> list[Any]:
    request: dict[str, Any] = {"PageSize": _PAGE}
    found: list[Any] = []
    while True:
        page = call(**request)
        found += page[key]
        if not page.get("NextMarker"):
            return found
        request["Marker"] = page["NextMarker"]


def _pick(known: dict[str, Any], arns: Sequence[str], what: str) -> list[Any]:
    gone = [arn for arn in arns if arn not in known]
    if gone:
        raise ClientError(
            {"Error": {"Code": f"{what}NotFound", "Message": f"{what} {gone[0]} not found"}},
            f"Describe{what}s",
        )
    return [known[arn] for arn in arns]
