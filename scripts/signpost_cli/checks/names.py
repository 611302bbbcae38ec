"""The names: does each belong to one service only?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from signpost.aws import route53
from signpost.ledger import ledger as ledgers
from signpost.ledger.ledger import Ledger
from signpost.model.record_set import RecordSet
from signpost.model.zone import Zone
from signpost_cli.checks.catalogue import NAMES
from signpost_cli.checks.findings import Finding, found, not_checked, sound
from signpost_cli.checks.installation import Installation
from signpost_cli.checks.reading import Unreadable, reading
from signpost_cli.checks.survey import Survey, Surveyed
from signpost_cli.checks.zones import ZoneFacts

Who = tuple[str, str]  # cluster, service


@dataclass(frozen=True)
class Found:
    """One ledger of a zone; `wrong` says what is wrong with it where it can't be read."""

    zone: Zone
    name: str
    ledger: Ledger | None
    wrong: str = ""


@dataclass(frozen=True)
class Ourselves:
    """What tells this installation's ledgers from others'."""

    installation: str
    owner: str


def check(installation: Installation, facts: ZoneFacts, survey: Survey) -> list[Finding]:
    """Names that services want against each other, and against the ledgers of the zones."""
    findings = judge_wishes(survey.services)
    if not survey.complete:
        what = "which names the services want that could not be looked at"
        findings.append(not_checked(NAMES, what, "see services above"))
    kept: list[Found] = []
    for zone in facts.zones:
        installation.progress(f"ledgers of {zone.name}")
        try:
            kept += read(facts.route53, zone)
        except Unreadable as error:
            what = f"whose names are in {zone.name} ({zone.id})"
            findings.append(not_checked(NAMES, what, str(error)))
    settings = installation.settings
    ours = Ourselves(settings.installation, settings.owner_id)
    findings += judge_ledgers(survey.services, kept, ours)
    names = sum(len({r.name for r in one.ledger.record_sets}) for one in kept if one.ledger)
    told = f"{_count(names, 'name')} in {_count(len(kept), 'ledger')}; nobody else wants one."
    return findings or [sound(NAMES, told if kept else "None is published yet.")]


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def read(client: Any, zone: Zone) -> Iterator[Found]:
    """Every installation's ledgers of a zone, in one contiguous listing. Raises Unreadable."""
    top = f"{ledgers.SUBTREE}.{zone.name}"
    request: dict[str, Any] = {"HostedZoneId": zone.id, "StartRecordName": top}
    while True:
        with reading("route53:ListResourceRecordSets", zone.id):
            page = client.list_resource_record_sets(**request)
            records = [route53.from_wire(wire) for wire in page["ResourceRecordSets"]]
        for record in records:
            # Record sets come in order of their reversed labels, so the subtree is contiguous.
            if not _reversed(record.name).startswith(_reversed(top)):
                return
            if record.name.endswith(f".{top}") and record.type == "TXT":
                yield _parsed(zone, record)
        if not page.get("IsTruncated"):
            return
        request |= {
            "StartRecordName": page["NextRecordName"],
            "StartRecordType": page["NextRecordType"],
        }


def _reversed(name: str) -> str:
    return ".".join(reversed(name.split(".")))


def _parsed(zone: Zone, record: RecordSet) -> Found:
    try:
        if len(record.values) != 1:
            raise ValueError(f"it has {len(record.values)} values where one is written")
        ledger = ledgers.parse(ledgers.from_txt(record.values[0]), zone.name)
    except ValueError as wrong:
        return Found(zone, record.name, None, str(wrong))
    return Found(zone, record.name, ledger)


def wishes(services: Iterable[Surveyed]) -> dict[tuple[str, str], list[Surveyed]]:
    """Who wants which name: by zone id and name."""
    wanted: dict[tuple[str, str], list[Surveyed]] = defaultdict(list)
    for seen in services:
        for place in seen.desired.placements if seen.desired else ():
            for name in dict.fromkeys(record.name for record in place.record_sets):
                wanted[place.zone.id, name].append(seen)
    return wanted


def judge_wishes(services: Sequence[Surveyed]) -> list[Finding]:
    """Names that several services want in one zone."""
    return [
        found(
            "name-wanted-twice",
            f"{name} ({zone_id}) is wanted by {', '.join(one.label for one in wanting)}.",
            f"aws ecs tag-resource --resource-arn {wanting[-1].arn} "
            "--tags key=signpost:hostname,value=OTHER-NAME",
        )
        for (zone_id, name), wanting in wishes(services).items()
        if len(wanting) > 1
    ]


def judge_ledgers(
    services: Sequence[Surveyed], kept: Sequence[Found], ours: Ourselves
) -> list[Finding]:
    """Ledgers that can't be trusted, and names that another service's ledger has."""
    findings: list[Finding] = []
    wanted = wishes(services)
    present = {(seen.cluster, seen.name): seen for seen in services}
    sharing: dict[str, Found] = {}
    for one in kept:
        in_our_subtree = one.name.endswith(f".{ours.owner}.{ledgers.SUBTREE}.{one.zone.name}")
        if one.ledger is None:
            if in_our_subtree:
                findings.append(_corrupt(one))
            continue
        foreign = one.ledger.installation != ours.installation
        if foreign and in_our_subtree:
            sharing.setdefault(one.ledger.installation, one)
        findings += _owned(one, one.ledger, wanted, present, foreign=foreign)
    return findings + [_shared(one) for one in sharing.values()]


def _owned(
    one: Found,
    ledger: Ledger,
    wanted: dict[tuple[str, str], list[Surveyed]],
    present: dict[Who, Surveyed],
    *,
    foreign: bool,
) -> Iterator[Finding]:
    owner = (ledger.cluster, ledger.service)
    for name in dict.fromkeys(record.name for record in ledger.record_sets):
        wanting = wanted.get((one.zone.id, name), [])
        if not foreign and any((seen.cluster, seen.name) == owner for seen in wanting):
            continue  # its own, or one that two want: said by judge_wishes
        for seen in wanting:
            yield found(
                "name-owned",
                f"{name} ({one.zone.id}), which {seen.label} wants, "
                f"belongs to {ledger.cluster}/{ledger.service}"
                + (
                    f" of another installation ({ledger.installation}, {ledger.region})."
                    if foreign
                    else ", which does not want it any more."
                    if owner in present
                    else ", which is no longer there."
                ),
                f"aws ecs tag-resource --resource-arn {seen.arn} "
                "--tags key=signpost:hostname,value=OTHER-NAME"
                if foreign
                else f"signpost rerun {ledger.cluster} {ledger.service}\n"
                f"signpost rerun {seen.cluster} {seen.name}",
            )


def _corrupt(one: Found) -> Finding:
    return found(
        "ledger-corrupt",
        f"The ledger {one.name} ({one.zone.id}) can't be trusted: {one.wrong}.",
        f"aws route53 list-resource-record-sets --hosted-zone-id {one.zone.id} "
        f"--start-record-name {one.name} --max-items 1\n"
        "# Restore its value from the receipt of the execution before; see docs/errors.md.",
    )


def _shared(one: Found) -> Finding:
    assert one.ledger is not None  # noqa: S101 - only read ledgers are shared
    return found(
        "owner-shared",
        f"Another installation ({one.ledger.installation}, {one.ledger.region}) has the same "
        f"OwnerId in {one.zone.name} ({one.zone.id}).",
        "sam deploy --parameter-overrides OwnerId=OTHER   # before either has records, see "
        "docs/parameters.md",
    )
