"""The hosted zones: do they exist, and may the steps do in them what they must?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import boto3

from signpost.aws import route53
from signpost.errors import ZoneNotFound
from signpost.model.zone import Zone
from signpost_cli.checks.catalogue import ZONES
from signpost_cli.checks.findings import Finding, found, not_checked, sound
from signpost_cli.checks.installation import Installation
from signpost_cli.checks.permissions import RECORD_CONTEXT, denials
from signpost_cli.checks.reading import Unreadable, attempt, attempt_each, reading

# What each step does in each listed zone (template.yaml).
NEEDS = {
    "PlanChange": ("route53:GetHostedZone", "route53:ListResourceRecordSets"),
    "ChangeRecord": ("route53:ChangeResourceRecordSets",),
    "VerifyRecord": ("route53:ListResourceRecordSets",),
}
# Of a parameter's value, in CloudFormation and in Systems Manager (their quotas): no other limit of
# the stack comes before (tests/template/test_limits.py).
MOST_CHARACTERS = 4096
NEAR = 0.9  # of it
_LISTS = ("HostedZoneIds", "AllowedHostnames", "DeniedHostnames")
_SESSION = "signpost-doctor"
_SESSION_SECONDS = 900  # the shortest


@dataclass(frozen=True)
class ZoneFacts:
    """The listed zones, in three heaps, and the clients with which they can be read."""

    zones: tuple[Zone, ...]
    missing: tuple[str, ...]
    unread: tuple[tuple[str, str], ...]  # id, reason
    route53: Any = None
    iam: Any = None  # of the zones' account

    @property
    def complete(self) -> bool:
        """Whether all listed zones are there and could be read."""
        return not self.missing and not self.unread


def read(installation: Installation) -> ZoneFacts:
    """GetHostedZone of each listed zone; with ZoneRoleArn, by that role. Never raises."""
    ids = installation.listed("HostedZoneIds")
    try:
        session = _session(installation)
    except Unreadable as error:
        return ZoneFacts((), (), tuple((zone_id, str(error)) for zone_id in ids))
    client = session("route53")
    zones: list[Zone] = []
    missing: list[str] = []
    unread: list[tuple[str, str]] = []
    for zone_id in ids:
        installation.progress(f"zone {zone_id}")
        try:
            with reading("route53:GetHostedZone", zone_id):
                zones.append(route53.get_zone(client, zone_id))
        except ZoneNotFound:
            missing.append(zone_id)
        except Unreadable as error:
            unread.append((zone_id, str(error)))
    return ZoneFacts(tuple(zones), tuple(missing), tuple(unread), client, session("iam"))


def _session(installation: Installation) -> Any:
    """Makes clients for the account in which the zones are."""
    role = installation.parameters.get("ZoneRoleArn")
    if not role:
        return installation.client
    request = {
        "RoleArn": role,
        "RoleSessionName": _SESSION,
        "DurationSeconds": _SESSION_SECONDS,
    }
    if installation.parameters.get("ZoneRoleExternalId"):
        request["ExternalId"] = installation.parameters["ZoneRoleExternalId"]
    with reading("sts:AssumeRole", f"{role} (parameter ZoneRoleArn)"):
        given = installation.client("sts").assume_role(**request)["Credentials"]
        session = boto3.Session(
            aws_access_key_id=given["AccessKeyId"],
            aws_secret_access_key=given["SecretAccessKey"],
            aws_session_token=given["SessionToken"],
            region_name=installation.region,
        )
    return session.client


def check(installation: Installation, facts: ZoneFacts) -> list[Finding]:
    """Existence and rights, zone by zone."""
    findings = judge_existence(facts, installation.redeploy)
    findings += judge_room(installation.parameters, installation.redeploy)
    role = installation.parameters.get("ZoneRoleArn")
    steps = _assuming(installation, role) if role else None
    if steps is not None:
        findings += steps
    tries = {
        f"whether the steps may read and write {zone.name} ({zone.id})": partial(
            _rights, installation, facts, zone, role
        )
        for zone in facts.zones
    }
    findings += attempt_each(ZONES, tries)
    if findings:
        return findings
    names = ", ".join(f"{zone.name} ({zone.id}, {_view(zone)})" for zone in facts.zones)
    return [sound(ZONES, f"{names}: there; by IAM's simulation, the steps may write.")]


def _view(zone: Zone) -> str:
    return "private" if zone.private else "public"


def judge_existence(facts: ZoneFacts, redeploy: str) -> list[Finding]:
    """Zones that are gone, and zones that could not be asked for."""
    findings = [
        found(
            "zone-missing",
            f"Hosted zone {zone_id} of HostedZoneIds does not exist.",
            f"aws route53 list-hosted-zones\n{redeploy}   # with the right HostedZoneIds",
        )
        for zone_id in facts.missing
    ]
    reasons: dict[str, list[str]] = {}
    for zone_id, reason in facts.unread:
        reasons.setdefault(reason, []).append(zone_id)
    return findings + [
        not_checked(ZONES, f"whether {', '.join(ids)} exist and can be written", reason)
        for reason, ids in reasons.items()
    ]


def judge_room(parameters: Mapping[str, str], redeploy: str) -> list[Finding]:
    """Lists in the stack's parameters that can hardly grow any more."""
    lengths = {name: len(parameters.get(name, "")) for name in _LISTS}
    return [
        found(
            "zones-near-limit",
            f"{name} has {length:,} characters ({parameters[name].count(',') + 1} entries), and a "
            f"parameter holds {MOST_CHARACTERS:,}.",
            f"{redeploy}   # with fewer in {name}, or a second stack with an OwnerId of its own",
        )
        for name, length in lengths.items()
        if length >= NEAR * MOST_CHARACTERS
    ]


def _rights(
    installation: Installation, facts: ZoneFacts, zone: Zone, role: str | None
) -> list[Finding]:
    installation.progress(f"rights on {zone.name}")
    resource = f"arn:{installation.partition}:route53:::hostedzone/{zone.id}"
    if role:
        actions = [action for actions in NEEDS.values() for action in actions]
        denied = denials(facts.iam, role, list(dict.fromkeys(actions)), resource, RECORD_CONTEXT)
        return judge_rights(f"The role {role} (parameter ZoneRoleArn)", zone, denied, None)
    findings = []
    iam = installation.client("iam")
    for step, needed in NEEDS.items():
        arn = _role_of(installation, step)
        denied = denials(iam, arn, needed, resource, RECORD_CONTEXT)
        findings += judge_rights(f"{step}'s role {arn}", zone, denied, installation.redeploy)
    return findings


def _role_of(installation: Installation, step: str) -> str:
    arn = installation.role_arn(f"{step}FunctionRole")
    if arn is None:
        raise Unreadable(f"Stack {installation.name} has no resource {step}FunctionRole")
    return arn


def judge_rights(
    who: str, zone: Zone, denied: Sequence[str], redeploy: str | None
) -> list[Finding]:
    """What a role may not do in a zone."""
    if not denied:
        return []
    what = f"{who} may not do this in {zone.name} ({zone.id}): {', '.join(denied)}."
    mend = redeploy or "# In the zones' account: give the role these actions on the hosted zone."
    return [found("zone-access", what, mend)]


def _assuming(installation: Installation, role: str) -> list[Finding]:
    """Whether the steps' own policies let them assume ZoneRoleArn. Its trust policy is in another
    account, where only that account can see it.
    """

    def steps(names: Iterable[str]) -> list[Finding]:
        iam = installation.client("iam")
        return [
            found(
                "zone-role",
                f"{step}'s role may not assume {role}: {denial}.",
                installation.redeploy,
            )
            for step in names
            for denial in denials(iam, _role_of(installation, step), ["sts:AssumeRole"], role)
        ]

    what = f"whether the steps may assume {role}"
    return attempt(ZONES, what, lambda: steps(NEEDS))
