"""Arguments and options that several commands have; what can't be meant is refused at once.

A mistake in what was typed is a usage error: exit code 2, and nothing was started. Only what a
stack's own parameters rule out needs to ask for the stack first.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from signpost.errors import InvalidEvent
from signpost.harmless import harmless
from signpost.triggers.ecs_names import Home, NotForUs, identify
from signpost.triggers.runs import MAX_EXECUTION_NAME, MAX_TEXT
from signpost_cli.target import DEFAULT_STACK, Target

_STACK = re.compile(
    r"[A-Za-z][A-Za-z0-9-]{0,127}|arn:[a-z-]+:cloudformation:[a-z0-9-]+:\d{12}:stack/[^\s]+"
)
# Step Functions API Reference, StartExecution: what a name may not have.
_NO_EXECUTION = re.compile(r"[\s<>{}\[\]?*\"#%\\^|~`$&,;:/\x00-\x1f\x7f-\x9f]")
_EXECUTION_ARN = re.compile(
    r"arn:[a-z-]+:states:[a-z0-9-]+:\d{12}:execution:[A-Za-z0-9_-]{1,80}:(?P<name>.+)"
)


def _checked(says: Callable[[str], str | None]) -> Callable[[str | None], str | None]:
    """A callback for typer from a function that says what is wrong with a value, if anything is."""

    def callback(value: str | None) -> str | None:
        wrong = None if value is None else says(value)
        if wrong:
            raise typer.BadParameter(wrong)
        return value

    return callback


def _stack(value: str) -> str | None:
    if _STACK.fullmatch(value):
        return None
    return (
        f"{value!r} is no stack's name: a letter, then letters, digits and -, at most 128; or the "
        "stack's ARN."
    )


def _execution(value: str) -> str | None:
    arn = _EXECUTION_ARN.fullmatch(value)
    name = arn["name"] if arn else value
    if 0 < len(name) <= MAX_EXECUTION_NAME and not _NO_EXECUTION.search(name):
        return None
    return (
        f"{value!r} is no execution's name or ARN: a name has at most {MAX_EXECUTION_NAME} "
        "characters, without spaces, : or /."
    )


def _reason(value: str) -> str | None:
    length = len(harmless(value))
    if length <= MAX_TEXT:
        return None
    return f"it has {length} characters; a receipt keeps at most {MAX_TEXT}."


def hexadecimal(value: str | None) -> str | None:
    """A callback: an installation's id, as `signpost services` tells it."""
    if value is not None and not re.fullmatch(r"[0-9a-f]{16}", value):
        raise typer.BadParameter(f"{value!r} is no installation: it is 16 hex digits.")
    return value


def writable(file: Path | None) -> Path | None:
    """A callback: a file that can be made, since its folder is there."""
    if file is not None and not file.absolute().parent.is_dir():
        raise typer.BadParameter(f"there is no folder {file.absolute().parent}.")
    return file


Cluster = Annotated[
    str, typer.Argument(metavar="CLUSTER", help="The ECS cluster: its name or ARN.")
]
Service = Annotated[
    str, typer.Argument(metavar="SERVICE", help="The ECS service: its name or ARN.")
]
Execution = Annotated[
    str,
    typer.Argument(
        metavar="EXECUTION",
        help="An execution's name or ARN, of ServiceChange or of Sweep.",
        callback=_checked(_execution),
    ),
]
Reason = Annotated[
    str | None, typer.Option(help="Why, for the receipt.", callback=_checked(_reason))
]
Wait = Annotated[bool, typer.Option("--wait/--no-wait", help="Follow it to its end.")]
StackName = Annotated[
    str,
    typer.Option(
        "--stack-name",
        envvar="SIGNPOST_STACK",
        help="The CloudFormation stack.",
        callback=_checked(_stack),
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, for other programs.")]


def named(cluster: str, service: str) -> tuple[str, str]:
    """Cluster and service by name, from names or ARNs; without asking AWS.

    Raises typer.BadParameter where they can't be names, or contradict each other.
    """
    arn = next((one for one in (cluster, service) if one.startswith("arn:")), "")
    parts = arn.split(":")
    home = Home(parts[4], parts[3]) if len(parts) > 5 else Home("", "")
    try:
        return identify(service, cluster, home)
    except (InvalidEvent, NotForUs) as wrong:
        raise typer.BadParameter(str(wrong), param_hint="CLUSTER SERVICE") from None


def looked_after(target: Target, cluster: str, service: str) -> tuple[str, str]:
    """The same, of an installation: of its account, its region and its clusters.

    Raises typer.BadParameter for a service that this stack never looks after, CommandError where
    the stack can't be described.
    """
    names = named(cluster, service)
    _, _, _, region, account, *_ = target.state_machine_arn.split(":")
    try:
        identify(service, cluster, Home(account, region))
    except NotForUs as wrong:
        raise typer.BadParameter(str(wrong), param_hint="CLUSTER SERVICE") from None
    listed = target.parameters.get("ClusterNames", "")
    clusters = [name.strip() for name in listed.split(",") if name.strip()]
    if clusters and names[0] not in clusters:
        raise typer.BadParameter(
            f"stack {target.stack_name} does not look after cluster {names[0]}, only after "
            f"{', '.join(clusters)} (its parameter ClusterNames).",
            param_hint="CLUSTER",
        )
    return names


def examples(*lines: str) -> str:
    """The end of a command's `--help`."""
    title = "Example:" if len(lines) == 1 else "Examples:"
    return "\n\n".join([title, *lines])


__all__ = [
    "DEFAULT_STACK",
    "AsJson",
    "Cluster",
    "Execution",
    "Reason",
    "Service",
    "StackName",
    "Wait",
    "examples",
    "looked_after",
    "named",
    "writable",
]
