"""The trail: does CloudTrail log management write events of ECS in this region?"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from signpost_cli.checks.catalogue import TRAIL
from signpost_cli.checks.findings import Finding, found, not_checked, sound
from signpost_cli.checks.installation import Installation
from signpost_cli.checks.reading import Missing, Unreadable, reading

ECS = "ecs.amazonaws.com"
_GONE = ("TrailNotFoundException",)


@dataclass(frozen=True)
class Trail:
    """One trail that can log in this region."""

    arn: str
    name: str
    logs_here: bool  # multi-region, or at home here
    is_logging: bool
    selectors: Sequence[Mapping[str, Any]] = ()
    advanced: Sequence[Mapping[str, Any]] = ()


def check(installation: Installation) -> list[Finding]:
    """Read every trail that is seen here, shadows of other regions' trails included."""
    if installation.is_local:
        return [
            sound(
                TRAIL,
                "This is a local AWS: its relay tells EventBridge of ECS calls, as a trail would.",
            )
        ]
    client = installation.client("cloudtrail")
    with reading("cloudtrail:DescribeTrails", installation.region):
        described = client.describe_trails(includeShadowTrails=True)["trailList"]
    trails: list[Trail] = []
    unread: list[Finding] = []
    for trail in described:
        try:
            trails.append(_read(client, trail, installation.region))
        except Unreadable as error:
            unread.append(not_checked(TRAIL, f"trail {trail.get('Name')}", str(error)))
        except Missing:
            continue  # deleted since, or a shadow whose home trail is gone
    findings = judge(trails, installation.region)
    if any(finding.code == "ok" for finding in findings):
        return findings  # one that logs is enough, whatever the others do
    return unread or findings


def _read(client: Any, trail: Mapping[str, Any], region: str) -> Trail:
    arn = trail["TrailARN"]
    # The ARN finds shadows and organization trails too, the name only what is at home here.
    with reading("cloudtrail:GetTrailStatus", arn, _GONE):
        is_logging = bool(client.get_trail_status(Name=arn)["IsLogging"])
    with reading("cloudtrail:GetEventSelectors", arn, _GONE):
        selectors = client.get_event_selectors(TrailName=arn)
    return Trail(
        arn=arn,
        name=trail["Name"],
        logs_here=bool(trail.get("IsMultiRegionTrail")) or trail.get("HomeRegion") == region,
        is_logging=is_logging,
        selectors=selectors.get("EventSelectors") or (),
        advanced=selectors.get("AdvancedEventSelectors") or (),
    )


def judge(trails: Iterable[Trail], region: str) -> list[Finding]:
    """One trail that logs ECS's write events is enough; else, for each, what keeps it from it."""
    here = [trail for trail in trails if trail.logs_here]
    for trail in here:
        if trail.is_logging and logs_ecs_writes(trail):
            return [sound(TRAIL, f"Trail {trail.name} logs management write events in {region}.")]
    if not here:
        return [
            found(
                "trail-none",
                f"No CloudTrail trail logs in {region}.",
                "aws cloudtrail create-trail --name management-events --s3-bucket-name BUCKET "
                "--is-multi-region-trail\n"
                "aws cloudtrail start-logging --name management-events",
            )
        ]
    findings = []
    for trail in here:
        if not trail.is_logging:
            start = f"aws cloudtrail start-logging --name {trail.arn}"
            findings.append(found("trail-stopped", f"Trail {trail.name} does not log.", start))
        if not logs_ecs_writes(trail):
            findings.append(
                found(
                    "trail-selectors",
                    f"Trail {trail.name} leaves out management write events of {ECS}.",
                    f"aws cloudtrail put-event-selectors --trail-name {trail.arn} "
                    '--event-selectors \'[{"ReadWriteType":"WriteOnly",'
                    '"IncludeManagementEvents":true}]\'',
                )
            )
    return findings


def logs_ecs_writes(trail: Trail) -> bool:
    """Whether any selector lets ECS's write calls in (CloudTrail API Reference, "EventSelector"
    and "AdvancedEventSelector"). A trail without any logs all management events.
    """
    if trail.advanced:
        return any(_advanced_selects(one["FieldSelectors"]) for one in trail.advanced)
    if not trail.selectors:
        return True
    return any(
        # Left out, the two mean all events, management events included.
        selector.get("ReadWriteType", "All") in ("All", "WriteOnly")
        and selector.get("IncludeManagementEvents", True)
        and ECS not in selector.get("ExcludeManagementEventSources", ())
        for selector in trail.selectors
    )


# A management write event of ECS, as far as selectors for management events can see it.
_EVENT = {"eventCategory": "Management", "readOnly": "false", "eventSource": ECS}


def _advanced_selects(fields: Sequence[Mapping[str, Any]]) -> bool:
    """All fields of a selector must hold. One on anything else (an event's name, a resource) does
    not select every write call.
    """
    on_category = any(field["Field"] == "eventCategory" for field in fields)
    return on_category and all(
        field["Field"] in _EVENT and _holds(field, _EVENT[field["Field"]]) for field in fields
    )


def _holds(field: Mapping[str, Any], value: str) -> bool:
    tests: dict[str, Callable[[str], bool]] = {
        "Equals": lambda given: value == given,
        "StartsWith": value.startswith,
        "EndsWith": value.endswith,
    }
    wanted = [any(map(test, field[name])) for name, test in tests.items() if field.get(name)]
    refused = [any(map(test, field.get(f"Not{name}", ()))) for name, test in tests.items()]
    return all(wanted) and not any(refused)
