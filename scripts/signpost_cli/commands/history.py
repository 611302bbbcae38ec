"""`signpost history`: what happened to a service's names, newest first."""

from __future__ import annotations

import json
import sys
from typing import Annotated

import typer
from rich.console import Console

from signpost.errors import LedgerCorrupt
from signpost_cli import render
from signpost_cli.call_records import MOST_CALLS, CallRecords
from signpost_cli.change import Change
from signpost_cli.errors import CommandError
from signpost_cli.options import (
    DEFAULT_STACK,
    AsJson,
    Cluster,
    Service,
    StackName,
    examples,
    named,
)
from signpost_cli.past import MOST_RUNNING, Looker, Pace, Past
from signpost_cli.render import count
from signpost_cli.target import Target
from signpost_cli.zone_access import ZoneAccess

EXAMPLES = examples("signpost history prod web", "signpost history prod web --all --limit 2000")


def history(
    cluster: Cluster,
    service: Service,
    everything: Annotated[
        bool,
        typer.Option(
            "--all",
            help="Also look through all executions: finds those that failed or changed nothing.",
        ),
    ] = False,
    limit: Annotated[int, typer.Option(help="Look at so many executions at most.", min=1)] = 500,
    stack_name: StackName = DEFAULT_STACK,
    as_json: AsJson = False,
) -> None:
    """Show every change of a service's names, newest first: when, who, why, before and after.

    Follows the chain that begins in DNS: a ledger names the execution that wrote it, its receipt
    the one before; executions that run are added. Who started each is as CloudTrail has it. Step
    Functions keeps executions for 90 days. Of a service that has no names (it was deleted, or never
    got any) there is no chain: then all executions are looked through.

    Exit code 1 when nothing is found.
    """
    about = named(cluster, service)
    target, past, notes = Target(stack_name), Past(), list[str]()
    progress = render.console(stderr=True)
    with progress.status("reading the ledgers") as status:
        looker = Looker(target, limit, Pace(), status.update)
        starts, zone_ids = _starts(target, about, notes, zones_needed=not everything)
        owned = bool(starts or notes)
        everything = everything or not owned
        looker.along_the_chain(past, starts, zone_ids)
        if everything:
            looker.among_all(past, about)
            looker.along_the_chain(past, past.before(), zone_ids)
        else:
            _add_running(looker, past, about, notes)
        status.update("asking CloudTrail who started them")
        records = CallRecords(target)
        past.tell_of(records.starters(past.changes.values()))
    if records.cut:
        many = count(MOST_CALLS, "call")
        notes.append(
            f"Who started {count(records.cut, 'execution')} was not asked: CloudTrail "
            f"takes two calls a second, and {many} were made. See one: signpost show."
        )
    notes += _notes(past, about, everything=everything, limit=limit, owned=owned)
    if as_json:
        changes = [one.to_json(target.console_link(one.arn)) for one in past.newest_first()]
        told = {"cluster": about[0], "service": about[1], "executions": changes, "notes": notes}
        sys.stdout.write(json.dumps(told) + "\n")
    else:
        _print(render.console(), target, past.newest_first(), about)
        for note in notes:
            render.paragraphs(render.console(), note)
    if not past.changes:
        raise typer.Exit(1)


def _add_running(looker: Looker, past: Past, about: tuple[str, str], notes: list[str]) -> None:
    try:
        looker.that_run(past, about)
    except CommandError as error:
        notes.append(f"Whether an execution runs that has not written yet is not known. {error}")
    if past.more_run:
        notes.append(f"Of the executions that run, only {MOST_RUNNING} were looked at: see --all.")


def _starts(
    target: Target, about: tuple[str, str], notes: list[str], *, zones_needed: bool
) -> tuple[list[str], tuple[str, ...]]:
    """The executions that the service's ledgers name, and the zones' ids."""
    access = ZoneAccess(target)
    names: list[str] = []
    try:
        for zone in access.zones:
            try:
                ledger = access.ledger_of(zone, *about)
            except LedgerCorrupt as corrupt:
                notes.append(f"{corrupt} Its chain can't be followed.")
                continue
            if ledger:
                names += [name for name in (ledger.execution, ledger.previous) if name]
    except CommandError as error:
        if zones_needed:
            raise
        notes.append(f"The chain was not followed, only executions were looked through. {error}")
        return [], ()
    if names and access.unchecked:
        notes.append(access.unchecked)
    return names, tuple(zone.id for zone in access.zones)


def _notes(
    past: Past, about: tuple[str, str], *, everything: bool, limit: int, owned: bool
) -> list[str]:
    notes = []
    if not owned and past.changes:
        notes.append(f"No ledger in the listed zones is about {'/'.join(about)}: it has no names.")
    elif not owned:
        notes.append(
            f"Nothing is known of {'/'.join(about)}: no ledger in the listed zones is about it, "
            "and no execution that was looked at. Cluster or service is misspelt, or Signpost has "
            "not run for it in that time.\nSee what has names: signpost services"
        )
    if past.gone:
        notes.append(
            f"The chain ends at {', '.join(past.gone)}: Step Functions has no such execution any "
            "more (it keeps them for 90 days, and no longer than the state machine)."
        )
    if past.cut:
        many = count(limit, "execution")
        notes.append(f"The chain goes on; stopped after {many}. See more: --limit.")
    looked = count(past.looked, "execution")
    if everything and past.exhausted:
        notes.append(f"Looked at {looked}, all that Step Functions has.")
    elif everything:
        back_to = f", back to {render.moment(past.back_to)}" if past.back_to else ""
        notes.append(f"Stopped after {looked}{back_to}. See more: --limit.")
    return notes


def _print(out: Console, target: Target, changes: list[Change], about: tuple[str, str]) -> None:
    newest = ", newest first" if len(changes) > 1 else ""
    many = count(len(changes), "execution")
    out.print(f"{'/'.join(about)}: {many}{newest}", style="bold", soft_wrap=True)
    for one in changes:
        out.print()
        render.change(out, one, target.console_link(one.arn))
    if changes:
        out.print()
