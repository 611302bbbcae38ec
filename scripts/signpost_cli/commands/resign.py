"""`signpost resign`: signs ledgers anew after the key was lost or the stack was made anew."""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import typer

from signpost.aws.clients import in_pages
from signpost.ledger.ledger import ASIDE
from signpost.ledger.listing import ListedLedger
from signpost.ledger.ownership import ServiceKey
from signpost.triggers.runs import MAX_NAMES
from signpost_cli import change, executions, render
from signpost_cli.change import Change
from signpost_cli.errors import CommandError
from signpost_cli.options import DEFAULT_STACK, AsJson, Reason, StackName, examples, hexadecimal
from signpost_cli.render import count
from signpost_cli.target import Target
from signpost_cli.timeline import Timeline
from signpost_cli.zone_access import ZoneAccess

EXAMPLES = examples(
    "signpost resign --dry-run",
    "signpost resign --installation 0a1b2c3d4e5f6071",
    "signpost resign --also prod/web/old.example.com",
)
_REASON = "signpost resign"
Ended = Sequence[tuple[ServiceKey, Change]]


def _of_services(given: list[str] | None) -> list[str] | None:
    for one in given or ():
        if one.count("/") != 2 or not all(one.split("/")):
            raise typer.BadParameter(
                f"{one!r} is no CLUSTER/SERVICE/NAME, such as prod/web/old.example.com."
            )
    return given


def resign(
    installation: Annotated[
        str | None,
        typer.Option(
            metavar="ID",
            help="Also the ledgers of this installation: this stack, before it was made anew.",
            callback=hexadecimal,
        ),
    ] = None,
    also: Annotated[
        list[str] | None,
        typer.Option(
            metavar="CLUSTER/SERVICE/NAME",
            help="A name to sign for a service although ECS does not bear it out; may be repeated.",
            callback=_of_services,
        ),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Tell, and sign nothing.")] = False,
    reason: Reason = None,
    stack_name: StackName = DEFAULT_STACK,
    as_json: AsJson = False,
) -> None:
    """Sign ledgers anew whose signature is not this stack's, each by an execution of its service.

    Signs names that stand in DNS as the ledger says, are allowed, and are what ECS's service would
    get today; all others are shown, and stay unsigned unless named with --also. No answer changes.
    Exit code 1 when something stays unsigned.
    """
    target = Target(stack_name)
    access = ZoneAccess(target)
    if access.seal is None:
        raise CommandError(f"{access.unchecked}\nWithout it nothing tells which are to be signed.")
    with render.console(stderr=True).status("reading the zones"):
        listed = list(access.listed())
    found, others, unread = sort(listed, access.label, access.installation, installation)
    for one in also or ():
        if tuple(one.split("/")[:2]) not in found:
            raise CommandError(
                f"--also {one}: no unsigned ledger of that service was found. Nothing was signed."
            )
    ended = [
        (key, _run(target, key, some, _named(key, also), reason or _REASON, dry_run=dry_run))
        for key, ledgers in sorted(found.items())
        for some in in_pages(list(dict.fromkeys(ledgers)), MAX_NAMES)
    ]
    if as_json:
        _print_json(target, ended, others, unread)
    else:
        _print(target, ended, others, unread, len(listed))
    if unread or any(one.is_refused or _left(one) for _, one in ended):
        raise typer.Exit(1)


def _named(key: ServiceKey, also: Sequence[str] | None) -> list[str]:
    """The hostnames that --also gives one service."""
    given = (one.split("/") for one in also or ())
    return [name for cluster, service, name in given if (cluster, service) == key]


def sort(
    listed: Sequence[ListedLedger], label: str, installation: str, before: str | None
) -> tuple[dict[ServiceKey, list[str]], dict[str, int], list[str]]:
    """The ledgers to sign, by service; how many other installations have; those that can't be read.

    `before` is the installation of this stack before it was made anew.
    """
    found: dict[ServiceKey, list[str]] = defaultdict(list)
    others: dict[str, int] = defaultdict(int)
    unread: list[str] = []
    for one in listed:
        ours = one.label == label
        if one.ledger is None or (ours and one.problem and not one.is_unsigned):
            unread += [str(one.problem)] if ours else []
        elif ours and not one.problem:
            continue
        elif one.label in (label, label + ASIDE) or one.ledger.installation in (
            installation,
            before,
        ):
            found[one.ledger.cluster, one.ledger.service].append(one.record_set.name)
        else:
            others[one.ledger.installation] += 1
    return dict(found), dict(others), unread


def _run(
    target: Target,
    key: ServiceKey,
    ledgers: Sequence[str],
    also: Sequence[str],
    reason: str,
    *,
    dry_run: bool,
) -> Change:
    with render.console(stderr=True).status(f"{'/'.join(key)}: starting") as status:

        def seen(timeline: Timeline) -> None:
            if timeline.steps:
                status.update(f"{'/'.join(key)}: {timeline.steps[-1].name}")

        arn = executions.run(
            target,
            *key,
            reason=reason,
            dry_run=dry_run,
            resign={"ledgers": list(ledgers), "names": list(also)},
        )
        executions.follow(target, arn, seen)
        return change.of(executions.describe(target, arn))


def _left(one: Change) -> list[str]:
    """What stayed unsigned, a sentence each."""
    return [str(told) for told in (one.receipt or {}).get("warnings", ())]


def _print_json(target: Target, ended: Ended, others: Mapping[str, int], unread: list[str]) -> None:
    told: dict[str, Any] = {
        "executions": [one.to_json(target.console_link(one.arn)) for _, one in ended],
        "left": [text for _, one in ended for text in _left(one)],
        "other_installations": dict(others),
        "unreadable": unread,
    }
    sys.stdout.write(json.dumps(told) + "\n")


def _print(
    target: Target,
    ended: Ended,
    others: Mapping[str, int],
    unread: Sequence[str],
    listed: int,
) -> None:
    out = render.console()
    for key, one in ended:
        out.print("/".join(key), style="bold", soft_wrap=True)
        render.outcome(out, one)
        for text in _left(one):
            render.row(out, "warning", text)
        render.row(out, "execution", one.name)
    for problem in unread:
        render.prose(out, problem)
    for installation, number in others.items():
        again = executions.command(target, f"resign --installation {installation}")
        render.prose(
            out,
            f"{count(number, 'ledger')} of installation {installation}: if that was this stack "
            f"before it was made anew: {again}",
        )
    if not ended:
        render.prose(out, f"Nothing to sign: {count(listed, 'ledger')} read.")
    elif not any(one.is_refused for _, one in ended):
        sweep = executions.command(target, "sweep")
        render.prose(out, f"What has changed in the meantime, a sweep brings up to date: {sweep}")
