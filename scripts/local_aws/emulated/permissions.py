"""Permissions as AWS checks them, where MiniStack checks them elsewhere.

Permissions are checked on the resources that AWS checks them on, so that the least privilege of the
template is enforced as it stands. MiniStack checks ECS calls on the cluster, `route53:GetChange`
and `ssm:GetParameters` on `*`, where AWS checks `ecs:DescribeServices` on the service,
`ecs:DescribeServiceRevisions` on the revision, calls of Express Mode on the service,
`ecs:DescribeTasks` on the task, `ecs:ListTasks` on `*` with the condition key `ecs:cluster`,
`route53:GetChange` on the change and `ssm:GetParameters` on the parameters. It does not know the
condition keys of `events:PutEvents` and `route53:ChangeResourceRecordSets` either, and takes
`aws:PrincipalArn` for the session's.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any

PARTITION = "aws"  # the emulator's, whatever the region
ResourceOf = Callable[..., str]
ContextOf = Callable[..., dict[str, object]]


def resource_of(
    service: str, path: str, headers: Mapping[str, str], body: bytes, region: str, account: str
) -> str | None:
    """The ARN that AWS checks a call on, for the calls that MiniStack gets wrong; else None."""
    if service == "route53" and "/change/" in path:
        return f"arn:{PARTITION}:route53:::change/{path.rpartition('/')[2]}"
    target = headers.get("x-amz-target", "").rpartition(".")[2]
    if service == "ssm" and target == "GetParameters":
        names = _json(body).get("Names")
        first = str(names[0]).lstrip("/") if isinstance(names, list) and names else "*"
        return f"arn:aws:ssm:{region}:{account}:parameter/{first}"
    if service != "ecs":
        return None
    request = _json(body)
    if target == "DescribeServiceRevisions":
        return _ecs_arn("service-revision", request, "serviceRevisionArns", region, account)
    if target.endswith("ExpressGatewayService"):
        return _express_arn(request, region, account)
    if target not in ("DescribeServices", "DescribeTasks", "ListTasks"):
        return None
    if target == "DescribeServices":
        return _ecs_arn("service", request, "services", region, account)
    if target == "DescribeTasks":
        return _ecs_arn("task", request, "tasks", region, account)
    # The Service Authorization Reference lists the container instance, which few calls name.
    named = request.get("containerInstance")
    cluster = _cluster(request)
    arn = f"arn:{PARTITION}:ecs:{region}:{account}:container-instance/{cluster}/{named}"
    return arn if named else "*"


def condition_keys(iam_action: str, body: bytes, region: str, account: str) -> dict[str, object]:
    """The condition keys of calls that MiniStack does not know."""
    if iam_action == "route53:ChangeResourceRecordSets":
        return _record_keys(body)
    if iam_action == "events:PutEvents":
        return _event_keys(_json(body))
    if iam_action not in ("ecs:ListTasks", "ecs:DescribeTasks", "ecs:DescribeServices"):
        return {}
    cluster = _cluster(_json(body))
    return {"ecs:cluster": f"arn:{PARTITION}:ecs:{region}:{account}:cluster/{cluster}"}


def principal_arn(caller: str) -> str:
    """`aws:PrincipalArn` of a caller: a session's is its role's ARN (IAM User Guide, "AWS global
    condition context keys"). A role's path is not in its session's ARN; here roles have none.
    """
    match = re.fullmatch(r"(arn:[^:]+):sts::(\d+):assumed-role/([^/]+)/.+", caller)
    return f"{match[1]}:iam::{match[2]}:role/{match[3]}" if match else caller


def _event_keys(request: Mapping[str, object]) -> dict[str, object]:
    """What a call's events say they are. AWS looks at each of them; here a call whose events are of
    several types has none that a condition could equal.
    """
    sent = request.get("Entries")
    entries = [entry for entry in sent if isinstance(entry, dict)] if isinstance(sent, list) else []
    types = sorted({str(entry.get("DetailType")) for entry in entries})
    return {
        "events:source": sorted({str(entry.get("Source")) for entry in entries}),
        "events:detail-type": types[0] if len(types) == 1 else types,
    }


def _record_keys(body: bytes) -> dict[str, object]:
    """What a batch writes, over all its changes (Route 53 Developer Guide: Using IAM policy
    conditions for fine-grained access control). A batch of one value is equal to that value, as a
    condition without ForAllValues or ForAnyValue compares; one of several is equal to none.
    """
    from local_aws.emulated.records import changes_in

    changes = changes_in(body)
    values = {
        "NormalizedRecordNames": {_normalized(record["Name"]) for _, record in changes},
        "RecordTypes": {record["Type"] for _, record in changes},
        "Actions": {action for action, _ in changes},
    }
    return {
        f"route53:ChangeResourceRecordSets{key}": min(found) if len(found) == 1 else sorted(found)
        for key, found in values.items()
    }


def _normalized(name: str) -> str:
    """A name as the key has it: lower case, no final dot, `\\052` for `*` (the same chapter)."""
    plain = re.sub(r"\\(\d{3})", lambda digits: chr(int(digits[1], 8)), name)
    kept = plain.lower().removesuffix(".")
    return re.sub(r"[^a-z0-9._-]", lambda one: f"\\{ord(one[0]):03o}", kept)


def _ecs_arn(
    kind: str, request: Mapping[str, object], names: str, region: str, account: str
) -> str | None:
    """The ARN of the first thing that a call names; None when MiniStack shall refuse the call."""
    named = request.get(names)
    if not isinstance(named, list) or not named:
        return None
    name = str(named[0])
    if name.startswith("arn:"):
        return name
    return f"arn:{PARTITION}:ecs:{region}:{account}:{kind}/{_cluster(request)}/{name}"


def _express_arn(request: Mapping[str, object], region: str, account: str) -> str:
    """The service's, whose name CreateExpressGatewayService may leave to ECS."""
    name = request.get("serviceName") or "*"
    made = f"arn:{PARTITION}:ecs:{region}:{account}:service/{_cluster(request)}/{name}"
    return str(request.get("serviceArn") or made)


def _cluster(request: Mapping[str, object]) -> str:
    return str(request.get("cluster") or "default").rpartition("/")[2]


def _json(body: bytes) -> dict[str, object]:
    try:
        request = json.loads(body or b"{}")
    except ValueError:
        return {}
    return request if isinstance(request, dict) else {}


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


def _with_keys(original: ContextOf) -> ContextOf:
    def context(
        service: str, iam_action: str, body: bytes, params: Mapping[str, object]
    ) -> dict[str, object]:
        from ministack.core.responses import get_account_id, get_region

        found = original(service, iam_action, body, params)
        return found | condition_keys(iam_action, body, get_region(), get_account_id())

    return context


def _with_roles_arn(original: Callable[..., Any]) -> Callable[..., Any]:
    def resolve(key: str, caller: Any) -> Any:
        found = original(key, caller)
        return principal_arn(found) if key.lower() == "aws:principalarn" else found

    return resolve


def install() -> None:
    """Correct the running emulator."""
    from ministack.core import iam_actions, iam_evaluator

    resolve = iam_evaluator._resolve_condition_key
    iam_evaluator._resolve_condition_key = _with_roles_arn(resolve)

    iam_actions.extract_resource_arn = _correct(iam_actions.extract_resource_arn)
    iam_actions.request_tag_context = _with_keys(iam_actions.request_tag_context)
