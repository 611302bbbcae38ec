"""Records of ours that somebody has protected: Route 53 refuses each change of them."""

from __future__ import annotations

import json
import shlex
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from signpost.aws import route53
from signpost.ledger.ledger import SUBTREE
from signpost.model.zone import Zone
from signpost.names.hostnames import is_in
from signpost_cli.checks.catalogue import RECORDS
from signpost_cli.checks.findings import Finding, found, note
from signpost_cli.checks.installation import Installation
from signpost_cli.checks.names import Place
from signpost_cli.checks.reading import OldBotocore, attempt_each, pages, reading
from signpost_cli.checks.zones import ZoneFacts

_AT_ONCE = 100  # of one call (Route 53 API Reference, "DeleteResourceRecordSetProtections")


@dataclass(frozen=True)
class Protection:
    """A protection: of all record sets of a name and type, there or not."""

    name: str  # as `signpost.aws.route53.plain` has it
    type: str
    comment: str = ""


def check(
    installation: Installation, facts: ZoneFacts, concerned: Mapping[Place, str], label: str
) -> list[Finding]:
    """The protections of each zone, held against the records of ours (`concerned`, with whose they
    are) and the ledgers below this installation's label.
    """

    def one(zone: Zone) -> list[Finding]:
        installation.progress(f"protections in {zone.name}")
        try:
            return judge(zone, read(facts.route53, zone), concerned, label)
        except OldBotocore as error:
            if not installation.is_local:
                raise
            return [note(RECORDS, f"Which records of {zone} are protected was not read: {error}.")]

    tries = {f"which records of {zone} are protected": partial(one, zone) for zone in facts.zones}
    return attempt_each(RECORDS, tries)


def read(client: Any, zone: Zone) -> list[Protection]:
    """All protections of a zone, one call for each 300. Raises Unreadable: an older botocore does
    not know the operation, and many a role may not call it.
    """
    try:
        call = client.list_resource_record_set_protections
    except AttributeError as error:
        lacks = "route53:ListResourceRecordSetProtections; install a newer one"
        raise OldBotocore(lacks) from error
    with reading("route53:ListResourceRecordSetProtections", zone.id):
        return [
            Protection(route53.plain(one["RecordName"]), one["RecordType"], one.get("Comment", ""))
            for one in pages(call, "ResourceRecordSetProtections", HostedZoneId=zone.id)
        ]


def judge(
    zone: Zone, protections: Sequence[Protection], concerned: Mapping[Place, str], label: str
) -> list[Finding]:
    """A finding for each service whose records, or whose ledger, are protected."""
    found_: dict[str, list[Protection]] = defaultdict(list)
    subtree = f"{label}.{SUBTREE}.{zone.name}"
    for one in protections:
        whose = concerned.get((zone.id, one.name, one.type))
        if whose is None and one.type == "TXT" and is_in(one.name, subtree):
            whose = "some service's ledger"
        if whose:
            found_[whose].append(one)
    return [_protected(zone, whose, ours) for whose, ours in found_.items()]


def _protected(zone: Zone, whose: str, protections: Sequence[Protection]) -> Finding:
    told = ", ".join(
        f"{one.name} {one.type}" + (f" ({one.comment!r})" if one.comment else "")
        for one in protections
    )
    what = (
        f"Protected in {zone.name} ({zone.id}), of {whose}: {told}. Whoever may call "
        "route53:DeleteResourceRecordSetProtections there can lift that."
    )
    starts = range(0, len(protections), _AT_ONCE)
    mend = [_lift(zone, protections[start : start + _AT_ONCE]) for start in starts]
    return found("record-protected", what, "\n".join(mend))


def _lift(zone: Zone, protections: Sequence[Protection]) -> str:
    keys = [{"RecordName": one.name, "RecordType": one.type} for one in protections]
    return (
        f"aws route53 delete-resource-record-set-protections --hosted-zone-id {zone.id} "
        f"--protections {shlex.quote(json.dumps(keys))}"
    )
