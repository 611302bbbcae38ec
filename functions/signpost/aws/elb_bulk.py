"""Elastic Load Balancing for many services at once: twenty descriptions a call, each asked once.

Stands where `elb.resolve` takes its two clients, so that what it finds for a service is the same
whether it was asked for one service or for a thousand.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from botocore.exceptions import ClientError

from signpost.aws.clients import calling, code_of, in_pages
from signpost.aws.elb import AT_ONCE, MISSING_CODES
from signpost.model.service import Service

Described = dict[str, dict[str, Any]]
Ask = Callable[[list[str]], Sequence[dict[str, Any]]]


class Elbv2:
    """Application, network and gateway load balancers of the given services.

    `client` is a boto3 `elbv2` client. Listeners and rules are asked for when they are wanted, and
    once for each load balancer or listener however many services share it. May raise Throttled,
    AwsUnavailable or AccessDenied from its start on; what does not exist is raised, as AWS would,
    when it is asked for.
    """

    def __init__(self, client: Any, services: Iterable[Service]) -> None:
        self._client = client
        arns = (arn for one in services for group in one.target_groups for arn in group.arns())
        self._groups, self._errors = _describe(
            sorted(set(arns)),
            lambda some: client.describe_target_groups(TargetGroupArns=some)["TargetGroups"],
            "TargetGroupArn",
            "elasticloadbalancing:DescribeTargetGroups",
        )
        behind = {arn for group in self._groups.values() for arn in group["LoadBalancerArns"]}
        self._balancers, errors = _describe(
            sorted(behind),
            lambda some: client.describe_load_balancers(LoadBalancerArns=some)["LoadBalancers"],
            "LoadBalancerArn",
            "elasticloadbalancing:DescribeLoadBalancers",
        )
        self._errors |= errors
        self._answers: dict[tuple[str, str], dict[str, Any]] = {}

    def describe_target_groups(self, TargetGroupArns: list[str]) -> dict[str, Any]:
        """As boto3's."""
        return {"TargetGroups": _pick(TargetGroupArns, self._groups, self._errors)}

    def describe_load_balancers(self, LoadBalancerArns: list[str]) -> dict[str, Any]:
        """As boto3's."""
        return {"LoadBalancers": _pick(LoadBalancerArns, self._balancers, self._errors)}

    def describe_listeners(self, **request: Any) -> dict[str, Any]:
        """As boto3's."""
        return self._once(self._client.describe_listeners, request)

    def describe_rules(self, **request: Any) -> dict[str, Any]:
        """As boto3's."""
        return self._once(self._client.describe_rules, request)

    def _once(self, ask: Callable[..., Any], request: Mapping[str, str]) -> dict[str, Any]:
        key = (" ".join(sorted(request)), " ".join(request[name] for name in sorted(request)))
        if key not in self._answers:
            self._answers[key] = ask(**request)
        return self._answers[key]


class Classic:
    """Classic load balancers of the given services; `client` is a boto3 `elb` client."""

    def __init__(self, client: Any, services: Iterable[Service]) -> None:
        names = {name for service in services for name in service.classic_load_balancers}
        self._balancers, self._errors = _describe(
            sorted(names),
            lambda some: client.describe_load_balancers(LoadBalancerNames=some)[
                "LoadBalancerDescriptions"
            ],
            "LoadBalancerName",
            "elasticloadbalancing:DescribeLoadBalancers",
        )

    def describe_load_balancers(self, LoadBalancerNames: list[str]) -> dict[str, Any]:
        """As boto3's."""
        found = _pick(LoadBalancerNames, self._balancers, self._errors)
        return {"LoadBalancerDescriptions": found}


def _describe(
    names: Sequence[str], ask: Ask, key: str, call: str
) -> tuple[Described, dict[str, ClientError]]:
    """Descriptions by ARN or name, and the errors of those that do not exist.

    One that does not exist spoils the answer for all twenty: then each is asked for alone.
    """
    found: Described = {}
    errors: dict[str, ClientError] = {}
    for page in in_pages(names, AT_ONCE):
        try:
            with calling(call, ", ".join(page)):
                found |= {one[key]: one for one in ask(page)}
        except ClientError as error:
            if code_of(error) not in MISSING_CODES:
                raise
            if len(page) == 1:
                errors[page[0]] = error
                continue
            for name in page:
                alone, missing = _describe([name], ask, key, call)
                found |= alone
                errors |= missing
    return found, errors


def _pick(
    names: Iterable[str], found: Described, errors: Mapping[str, ClientError]
) -> list[dict[str, Any]]:
    picked = []
    for name in names:
        if name in errors:
            raise errors[name]
        if name in found:
            picked.append(found[name])
    return picked
