"""Who started an execution, by CloudTrail's record of the call. Pure.

Whoever may call StartExecution writes the input, and so whom it names and which event it is said to
be; no function can tell. CloudTrail's record of the call itself can't be written by its caller.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

# The roles of template.yaml that start executions, and what assumes each: only services may.
ROLES = {
    "ServiceEventRuleRole": "rule",
    "CollectEventsFunctionRole": "collector",
    "SweepRole": "sweep",
    "SweepSchedulerRole": "schedule",
}
_WAYS = {
    "rule": "by the stack's rule, so the event is AWS's own",
    "collector": "by CollectEvents, for what was in its queue",
    "sweep": "by the sweep",
    "schedule": "by the schedule of the sweep",
}


@dataclass(frozen=True)
class Starter:
    """`by` is one of ROLES' values, `caller` for anybody else, or `unknown`."""

    by: str
    arn: str | None = None  # who called; None where that is not known
    reason: str | None = None  # why it is not known

    @property
    def genuine(self) -> bool | None:
        """Whether the input is as AWS, or Signpost itself, made it; None where that is not known.

        PutEvents refuses sources that begin with `aws.` (EventBridge API Reference), so what the
        rule lets through is true. The queue takes messages of others too, where IAM lets them.
        """
        return {"rule": True, "sweep": True, "schedule": True, "caller": False}.get(self.by)

    def to_json(self) -> dict[str, Any]:
        """For `--json`, in the words of docs/command.md."""
        return {"by": self.by, "arn": self.arn, "genuine": self.genuine, "reason": self.reason}


def judge(records: Iterable[Mapping[str, Any]], roles: Mapping[str, str]) -> Starter | None:
    """Who made the first of the calls that CloudTrail has of one execution; None without any.

    `records` are CloudTrail events of StartExecution that answered with this execution, `roles`
    what is told of a role by its name. A call that is made again is answered alike; of calls in
    one second the one that is nobody's of ours counts.
    """
    found = [(str(one.get("eventTime")), _starter(one, roles)) for one in records]
    if not found:
        return None
    first = min(time for time, _ in found)
    starters = [starter for time, starter in found if time == first]
    return next((one for one in starters if one.by == "caller"), starters[0])


def _starter(record: Mapping[str, Any], roles: Mapping[str, str]) -> Starter:
    identity = record.get("userIdentity") or {}
    arn = str(identity.get("arn") or "")
    if not arn.startswith("arn:"):
        only = identity.get("invokedBy") or identity.get("principalId") or "nobody"
        return Starter("unknown", reason=f"CloudTrail names only {only}")
    # arn:PARTITION:sts::ACCOUNT:assumed-role/ROLE/SESSION
    *_, account, resource = arn.split(":", 5)
    kind, _, name = resource.partition("/")
    is_ours = kind == "assumed-role" and account == record.get("recipientAccountId")
    by = roles.get(name.partition("/")[0], "caller") if is_ours else "caller"
    return Starter(by, arn)


def started(starter: Starter, trigger: Mapping[str, Any] | None) -> str:
    """How an execution was started, in words."""
    # A receipt from before 0.3 does not say.
    told = trigger or {}
    claims = bool(told.get("claimed", told.get("kind", "manual") != "manual"))
    if starter.by == "unknown":
        only = " What the input says of who and why is only claimed." if claims else ""
        return f"by whom is not proved: {starter.reason}.{only}"
    if starter.by == "caller":
        said = "; what the input claims of who and why is theirs" if claims else ""
        return f"by {starter.arn}, CloudTrail says{said}"
    return f"{_WAYS[starter.by]}, CloudTrail says"


def who(starter: Starter | None, trigger: Mapping[str, Any]) -> str | None:
    """Who caused it: the caller where the input is somebody's own, else whom the input names."""
    if starter and starter.by == "caller":
        return starter.arn
    actor = trigger.get("actor")
    if not actor or (starter and starter.genuine):
        return actor
    return f"{actor} (claimed)"
