"""Arguments and options that several commands have."""

from __future__ import annotations

from typing import Annotated

import typer

from signpost_cli.target import DEFAULT_STACK

Cluster = Annotated[
    str, typer.Argument(metavar="CLUSTER", help="The ECS cluster: its name or ARN.")
]
Service = Annotated[
    str, typer.Argument(metavar="SERVICE", help="The ECS service: its name or ARN.")
]
StackName = Annotated[
    str, typer.Option("--stack-name", envvar="SIGNPOST_STACK", help="The CloudFormation stack.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, for other programs.")]


def examples(*lines: str) -> str:
    """The end of a command's `--help`."""
    title = "Example:" if len(lines) == 1 else "Examples:"
    return "\n\n".join([title, *lines])


__all__ = ["DEFAULT_STACK", "AsJson", "Cluster", "Service", "StackName", "examples"]
