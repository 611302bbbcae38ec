"""`signpost services`: what each ledger owns, where it points, and which execution wrote it."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from typing import Any

from rich.console import Console
from rich.text import Text

from signpost.ledger.listing import ListedLedger
from signpost.model import packing, summary
from signpost_cli import render
from signpost_cli.options import DEFAULT_STACK, AsJson, StackName, examples
from signpost_cli.render import count
from signpost_cli.target import Target
from signpost_cli.zone_access import ZoneAccess

EXAMPLES = examples("signpost services", "signpost services --json")


def services(stack_name: StackName = DEFAULT_STACK, as_json: AsJson = False) -> None:
    """List what Signpost owns: each service's names, where they point, and the last execution.

    Reads the ledgers only, one call for each 300 of them and zone; not the records themselves.
    """
    target = Target(stack_name)
    access = ZoneAccess(target)
    found: list[ListedLedger] = []
    with render.console(stderr=True).status("reading the zones") as status:
        for one in access.listed():
            found.append(one)
            status.update(f"{count(len(found), 'ledger')} read, in zone {one.zone.name}")
    found.sort(key=lambda one: (*_about(one), one.zone.name, one.zone.id))
    if as_json:
        told = [_to_json(one, access) for one in found]
        document = {"ledgers": told, "signatures_not_checked": access.unchecked or None}
        sys.stdout.write(json.dumps(document) + "\n")
        return
    _print(render.console(), found, access)


def _about(one: ListedLedger) -> tuple[str, str]:
    return (one.ledger.cluster, one.ledger.service) if one.ledger else ("~", one.record_set.name)


def _problem(one: ListedLedger, access: ZoneAccess) -> str | None:
    """Why a ledger is not this stack's, if it isn't."""
    if one.problem or not one.ledger or one.label == access.label:
        return one.problem
    return (
        f"It belongs to another installation ({one.ledger.installation}, region "
        f"{one.ledger.region}; this one is {access.installation})."
    )


def _state(one: ListedLedger, access: ZoneAccess) -> str:
    if one.label != access.label:
        return "foreign"
    return "corrupt" if one.problem else "ours"


def _to_json(one: ListedLedger, access: ZoneAccess) -> dict[str, Any]:
    ledger = one.ledger
    return {
        "state": _state(one, access),
        "problem": _problem(one, access),
        "cluster": ledger and ledger.cluster,
        "service": ledger and ledger.service,
        "zone": {"id": one.zone.id, "name": one.zone.name, "private": one.zone.private},
        "ledger": one.record_set.name,
        "records": packing.to_json(ledger.record_sets) if ledger else [],
        "execution": ledger and ledger.execution,
        "previous_execution": ledger and ledger.previous,
        "at": ledger and ledger.at,
    }


def _print(out: Console, found: Sequence[ListedLedger], access: ZoneAccess) -> None:
    last = None
    for one in found:
        if one.ledger and _about(one) != last:
            out.print(Text("/".join(_about(one)), "bold"), soft_wrap=True)
        last = _about(one)
        problem = _problem(one, access)
        if one.ledger and not problem:
            for record in packing.to_json(one.ledger.record_sets):
                render.row(out, "record", summary.line(record), hang=2)
        else:
            head = Text.assemble("  ", (f"✗ {_state(one, access)}", "red"), " ")
            render.hanging(out, head, one.record_set.name)
            render.row(out, "", problem or "")
        view = "private" if one.zone.private else "public"
        render.row(out, "zone", f"{one.zone.name} ({one.zone.id}, {view})")
        if one.ledger:
            render.row(out, "last", f"{one.ledger.execution} at {one.ledger.at}")
    ours = [one for one in found if _state(one, access) == "ours"]
    names = {record.name for one in ours if one.ledger for record in one.ledger.record_sets}
    rest = [one for one in found if one not in ours]
    others = f"; {count(len(rest), 'ledger is', 'ledgers are')} not ours"
    render.prose(
        out,
        f"{count(len({_about(one) for one in ours}), 'service')} with "
        f"{count(len(names), 'name')} in {count(len(access.zones), 'zone')}"
        f"{others if rest else ''}.",
    )
    if access.unchecked:
        render.prose(out, access.unchecked)
