"""The names: does each belong to one service only?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Self

from signpost.errors import HostnameInvalid
from signpost.ledger.ledger import Ledger, ledger_name
from signpost.ledger.listing import ListedLedger
from signpost.ledger.ownership import ServiceKey
from signpost.settings import Settings
from signpost_cli.checks import words
from signpost_cli.checks.catalogue import NAMES
from signpost_cli.checks.findings import Finding, found, not_checked, sound
from signpost_cli.checks.survey import Survey, Surveyed
from signpost_cli.checks.zone_ledgers import Ledgers
from signpost_cli.render import count

Place = tuple[str, str, str]  # zone id, name, type


@dataclass(frozen=True)
class Ourselves:
    """What tells this installation's ledgers from others'."""

    label: str
    owner: str

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """As the stack's parameters tell."""
        return cls(settings.label, settings.owner_id)

    def wrote(self, one: ListedLedger) -> bool:
        """Whether a ledger that can be read is this installation's."""
        return one.label == self.label and not one.problem


def check(settings: Settings, ledgers: Ledgers, survey: Survey) -> list[Finding]:
    """Names that services want against each other, and against the ledgers of the zones."""
    findings = judge_wishes(survey.services)
    if ledgers.unchecked:
        what = "whether this installation signed the ledgers"
        findings.append(not_checked(NAMES, what, ledgers.unchecked))
    if not survey.complete:
        what = "which names the services want that could not be looked at"
        findings.append(not_checked(NAMES, what, "see services above"))
    findings += [
        not_checked(NAMES, f"whose names are in {zone}", reason) for zone, reason in ledgers.unread
    ]
    ours = Ourselves.of(settings)
    findings += judge_ledgers(survey.services, ledgers.all, ours)
    return findings or [sound(NAMES, told(ledgers.all, ours))]


def told(kept: Sequence[ListedLedger], ours: Ourselves) -> str:
    """What is there, where nothing is wrong with it."""
    mine = [one.ledger for one in kept if one.ledger and ours.wrote(one)]
    others = len(kept) - len(mine)
    beside = f" There {'is' if others == 1 else 'are'} {count(others, 'ledger')} of others."
    names = sum(len({record.name for record in ledger.record_sets}) for ledger in mine)
    return (
        f"{count(names, 'name')} in {count(len(mine), 'ledger')}; of the services that were looked "
        "at, none wants a name that another one has or wants."
        if mine
        else "This installation has no ledger in the listed zones, so it has published no name."
    ) + (beside if others else "")


def wishes(services: Iterable[Surveyed]) -> dict[tuple[str, str], list[Surveyed]]:
    """Who wants which name: by zone id and name."""
    wanted: dict[tuple[str, str], list[Surveyed]] = defaultdict(list)
    for seen in services:
        for place in seen.placements:
            for name in dict.fromkeys(record.name for record in place.record_sets):
                wanted[place.zone.id, name].append(seen)
    return wanted


def concerned(
    services: Iterable[Surveyed], kept: Iterable[ListedLedger], ours: Ourselves
) -> dict[Place, str]:
    """Whose each record set is that this installation has or its services want, ledgers included:
    `prod/web` by zone id, name and type.
    """
    found: dict[Place, str] = {}
    for one in kept:
        if one.ledger and ours.wrote(one):
            whose = f"{one.ledger.cluster}/{one.ledger.service}"
            records = (one.record_set, *one.ledger.record_sets)
            found |= {(one.zone.id, record.name, record.type): whose for record in records}
    for seen in services:
        for place in seen.placements:
            keys = [(place.zone.id, record.name, record.type) for record in place.record_sets]
            with suppress(HostnameInvalid):  # the finding about the service says so
                ledger = ledger_name(
                    service=seen.name,
                    cluster=seen.cluster,
                    label=ours.label,
                    zone_name=place.zone.name,
                )
                keys.append((place.zone.id, ledger, "TXT"))
            for key in keys:
                found.setdefault(key, seen.label)
    return found


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
    services: Sequence[Surveyed], kept: Sequence[ListedLedger], ours: Ourselves
) -> list[Finding]:
    """Ledgers that can't be trusted, and names that another service's ledger has."""
    findings: list[Finding] = []
    wanted = wishes(services)
    present = {seen.key for seen in services}
    holders = _holders(kept, ours)
    sharing: dict[str, Finding] = {}
    for one in kept:
        if one.problem or one.ledger is None:
            if one.label == ours.label:
                findings.append(_corrupt(one))
            continue
        foreign = not ours.wrote(one)
        if foreign and one.label.rpartition("-")[0] == ours.owner:
            sharing.setdefault(one.ledger.installation, _shared(one, one.ledger))
        findings += _owned(one, one.ledger, wanted, present, holders, foreign=foreign)
    return findings + list(sharing.values())


def _holders(kept: Sequence[ListedLedger], ours: Ourselves) -> dict[tuple[str, str], ServiceKey]:
    """Which service of ours has which name, by zone id and name."""
    return {
        (one.zone.id, record.name): (one.ledger.cluster, one.ledger.service)
        for one in kept
        if one.ledger and ours.wrote(one)
        for record in one.ledger.record_sets
    }


def reported(
    services: Sequence[Surveyed], kept: Sequence[ListedLedger], ours: Ourselves
) -> set[ServiceKey]:
    """The services whose name another one has or wants: the findings here are about them."""
    wanted = wishes(services)
    twice = {seen.key for wanting in wanted.values() if len(wanting) > 1 for seen in wanting}
    owned = {
        seen.key
        for one in kept
        if one.ledger and not one.problem
        for _, seen in _robbed(one, one.ledger, wanted, foreign=not ours.wrote(one))
    }
    return twice | owned


def _robbed(
    one: ListedLedger,
    ledger: Ledger,
    wanted: Mapping[tuple[str, str], Sequence[Surveyed]],
    *,
    foreign: bool,
) -> list[tuple[str, Surveyed]]:
    """The names in a ledger that others want, each with who wants it."""
    owner = (ledger.cluster, ledger.service)
    robbed: list[tuple[str, Surveyed]] = []
    for name in dict.fromkeys(record.name for record in ledger.record_sets):
        wanting = wanted.get((one.zone.id, name), [])
        if foreign or all(seen.key != owner for seen in wanting):
            robbed += [(name, seen) for seen in wanting]
        # Else its own, or one that two want: said by judge_wishes.
    return robbed


def _owned(
    one: ListedLedger,
    ledger: Ledger,
    wanted: Mapping[tuple[str, str], Sequence[Surveyed]],
    present: set[ServiceKey],
    holders: Mapping[tuple[str, str], ServiceKey],
    *,
    foreign: bool,
) -> Iterator[Finding]:
    for name, seen in _robbed(one, ledger, wanted, foreign=foreign):
        if foreign and holders.get((one.zone.id, name)) == seen.key:
            continue  # it is that service's, whatever others write
        yield found(
            "name-owned",
            f"{name} ({one.zone.id}), which {seen.label} wants, "
            f"belongs to {ledger.cluster}/{ledger.service}"
            + (
                f" of another installation ({ledger.installation}, {ledger.region})."
                if foreign
                else ", which does not want it any more."
                if (ledger.cluster, ledger.service) in present
                else ", which is no longer there."
            ),
            f"aws ecs tag-resource --resource-arn {seen.arn} "
            "--tags key=signpost:hostname,value=OTHER-NAME"
            if foreign
            else f"{words.rerun(ledger.cluster, ledger.service)}\n"
            f"{words.rerun(seen.cluster, seen.name)}",
        )


def _corrupt(one: ListedLedger) -> Finding:
    name = one.record_set.name
    return found(
        "ledger-corrupt",
        f"In {one.zone}: {one.problem}",
        f"aws route53 list-resource-record-sets --hosted-zone-id {one.zone.id} "
        f"--start-record-name {name} --max-items 1\n"
        "# See LedgerCorrupt in docs/errors.md: restore its value, or signpost resign.",
    )


def _shared(one: ListedLedger, ledger: Ledger) -> Finding:
    return found(
        "owner-shared",
        f"Another installation ({ledger.installation}, {ledger.region}) has the same "
        f"OwnerId in {one.zone.name} ({one.zone.id}).",
        "signpost resign   # if that was this stack, before it was made anew",
    )
