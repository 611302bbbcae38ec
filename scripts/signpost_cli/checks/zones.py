"""The hosted zones: do they exist, and may the steps do in them what they must?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from itertools import chain
from typing import Any

from signpost.aws import route53
from signpost.errors import ZoneNotFound
from signpost.model.zone import Zone
from signpost_cli import zone_role
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
    "FindDrift": ("route53:GetHostedZone", "route53:ListResourceRecordSets"),
}
# Which role each assumes where the zones are in another account (template.yaml).
ROLES = {"ChangeRecord": "ZoneWriteRoleArn"} | dict.fromkeys(
    ("PlanChange", "VerifyRecord", "FindDrift"), "ZoneReadRoleArn"
)


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
    """GetHostedZone of each listed zone; with ZoneReadRoleArn, by that role. Never raises."""
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
    role = installation.parameters.get("ZoneReadRoleArn")
    if not role:
        return installation.client
    function = installation.physical(zone_role.READER)
    if function is None:
        raise Unreadable(f"Stack {installation.name} has no function {zone_role.READER}")
    with reading("lambda:GetFunctionConfiguration", function):
        external_id = zone_role.external_id(installation.client("lambda"), function)
    with reading("sts:AssumeRole", f"{role} (parameter ZoneReadRoleArn)"):
        sts = installation.client("sts")
        return zone_role.assume(sts, role, external_id, "signpost-doctor").client


def check(installation: Installation, facts: ZoneFacts) -> list[Finding]:
    """Existence and rights, zone by zone."""
    findings = judge_existence(facts, installation.redeploy)
    findings += judge_managed(facts.zones, installation.redeploy)
    findings += _assuming(installation) if installation.parameters.get("ZoneReadRoleArn") else []
    tries = {
        f"whether the steps may read and write {zone.name} ({zone.id})": partial(
            _rights, installation, facts, zone
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


def judge_managed(zones: Sequence[Zone], redeploy: str) -> list[Finding]:
    """Zones that another service of AWS has made, which alone may change them (Route 53 API
    Reference, "HostedZone": `LinkedService`).
    """
    return [
        found(
            "zone-managed",
            f"Hosted zone {zone.name} ({zone.id}) was made by {zone.linked_service}, and only "
            "that can change it.",
            "aws route53 create-hosted-zone --name OTHER-NAME --caller-reference UNIQUE   # or so"
            f"\n{redeploy}   # without {zone.id} in HostedZoneIds, and with that one",
        )
        for zone in zones
        if zone.linked_service
    ]


def _rights(installation: Installation, facts: ZoneFacts, zone: Zone) -> list[Finding]:
    installation.progress(f"rights on {zone.name}")
    resource = f"arn:{installation.partition}:route53:::hostedzone/{zone.id}"
    findings: list[Finding] = []
    if installation.parameters.get("ZoneReadRoleArn"):
        for parameter in dict.fromkeys(ROLES.values()):
            role = installation.parameters[parameter]
            steps = [step for step, named in ROLES.items() if named == parameter]
            actions = list(dict.fromkeys(chain.from_iterable(map(NEEDS.__getitem__, steps))))
            denied = denials(facts.iam, role, actions, resource, RECORD_CONTEXT)
            who = f"The role {role} (parameter {parameter})"
            findings += judge_rights(who, zone, denied, None)
        return findings
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


def _assuming(installation: Installation) -> list[Finding]:
    """Whether the steps' own policies let them assume their role in the zones' account. Its trust
    policy is in that account, where only that account can see it.
    """

    def steps() -> list[Finding]:
        iam, role = installation.client("iam"), installation.parameters
        return [
            found(
                "zone-role",
                f"{step}'s role may not assume {role[parameter]} ({parameter}): {denial}.",
                installation.redeploy,
            )
            for step, parameter in ROLES.items()
            for denial in denials(
                iam, _role_of(installation, step), ["sts:AssumeRole"], role[parameter]
            )
        ]

    return attempt(ZONES, "whether the steps may assume the zones' roles", steps)
