"""The emulator's main program: MiniStack, corrected where it would tell us less than AWS does.

- Permissions are checked on the resources that AWS checks them on, so that the least privilege of
  the template is enforced as it stands. MiniStack checks `ecs:DescribeServices` on the cluster and
  `route53:GetChange` on `*`, where AWS checks them on the service and on the change.
- Recorded calls name their caller. MiniStack notes the access key as a user's name.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping

ResourceOf = Callable[..., str]
Record = Callable[..., None]


def resource_of(
    service: str, path: str, headers: Mapping[str, str], body: bytes, region: str, account: str
) -> str | None:
    """The ARN that AWS checks a call on, for the calls that MiniStack gets wrong; else None."""
    if service == "route53" and "/change/" in path:
        return f"arn:aws:route53:::change/{path.rpartition('/')[2]}"
    if service == "ecs" and headers.get("x-amz-target", "").endswith(".DescribeServices"):
        return _service_arn(body, region, account)
    return None


def _service_arn(body: bytes, region: str, account: str) -> str | None:
    try:
        request = json.loads(body or b"{}")
        service = str(request["services"][0])
    except (ValueError, LookupError, TypeError):
        return None  # MiniStack answers what is wrong with it
    if service.startswith("arn:"):
        return service
    cluster = str(request.get("cluster") or "default").rpartition("/")[2]
    return f"arn:aws:ecs:{region}:{account}:service/{cluster}/{service}"


def _correct(original: ResourceOf) -> ResourceOf:
    def corrected(
        service: str,
        method: str,
        path: str,
        headers: Mapping[str, str],
        body: bytes,
        query: object,
        region: str,
        account: str,
    ) -> str:
        found = resource_of(service, path, headers, body, region, account)
        return found or original(service, method, path, headers, body, query, region, account)

    return corrected


def _with_caller(original: Record, caller_arn: Callable[[], str]) -> Record:
    def record_event(**call: object) -> None:
        original(**{**call, "username": caller_arn()})

    return record_event


def main() -> None:
    """Run the emulator until a signal ends it."""
    from ministack import app
    from ministack.core import iam_actions, iam_evaluator
    from ministack.services import cloudtrail

    iam_actions.extract_resource_arn = _correct(iam_actions.extract_resource_arn)
    cloudtrail.record_event = _with_caller(cloudtrail.record_event, iam_evaluator.caller_arn)
    app.main()


if __name__ == "__main__":
    main()
