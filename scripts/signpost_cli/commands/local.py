"""`signpost local …`: the local AWS. Its packages are loaded only when one of these runs."""

from __future__ import annotations

import importlib.util
import json
import os
import shlex
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

import typer
from rich.text import Text

from signpost_cli import interruption
from signpost_cli.errors import CommandError
from signpost_cli.options import AsJson, examples
from signpost_cli.render import console, hanging

DEFAULT_PORT = 4566
_LOOPBACK = ("127.0.0.1", "localhost", "::1")
_STOPPED = "The local AWS is stopped; nothing is left running."  # before it comes to saying so
_EXTRA = ("ministack", "samtranslator", "awslambdaric", "aws_lambda_powertools", "dnslib")

app = typer.Typer(
    help="A local AWS on this machine that runs Signpost's own template: no account, no Docker.",
    no_args_is_help=True,
)


def _port() -> int:
    """The port of AWS_ENDPOINT_URL where that is this machine's, as of an earlier `local env`."""
    with suppress(ValueError):  # a port that is no number
        endpoint = urlsplit(os.environ.get("AWS_ENDPOINT_URL", ""))
        if endpoint.hostname in _LOOPBACK and endpoint.port:
            return endpoint.port
    return DEFAULT_PORT


Port = Annotated[
    int,
    typer.Option(
        help="The endpoint's port on 127.0.0.1.",
        min=1024,
        max=65535,
        default_factory=_port,
        show_default=f"AWS_ENDPOINT_URL's, else {DEFAULT_PORT}",
    ),
]


def _require_extra() -> None:
    """Raises CommandError where the package was installed without what the local AWS runs on."""
    lacking = [name for name in _EXTRA if importlib.util.find_spec(name) is None]
    if lacking:
        raise CommandError(
            f"The local AWS needs {', '.join(lacking)}, which are not installed here. Install the "
            "command with it: pipx install --force 'signpost-ecs[local]'"
        )


@contextmanager
def _local_errors() -> Iterator[None]:
    from local_aws.errors import LocalAwsError, LocalAwsUsageError

    try:
        yield
    except LocalAwsUsageError as error:
        raise typer.BadParameter(str(error)) from error
    except LocalAwsError as error:
        raise CommandError(str(error)) from error


@app.command(epilog=examples("signpost local up --zone ecs.internal --zone example.com@public"))
def up(
    port: Port,
    parameter: Annotated[
        list[str] | None,
        typer.Option(help="A parameter of the template, Key=Value; repeatable.", metavar="K=V"),
    ] = None,
    zone: Annotated[
        list[str] | None,
        typer.Option(
            help="A private zone in a new VPC; NAME@VPCID: for that VPC; NAME@public: a public "
            "one; repeatable. Default: ecs.internal",
            metavar="NAME",
        ),
    ] = None,
    ends_with: Annotated[
        int | None,
        typer.Option(
            help="End it when this process has ended, in whatever way, such as $$ of a script.",
            envvar="SIGNPOST_LOCAL_ENDS_WITH",
            metavar="PID",
            min=1,
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Start the local AWS and leave it running."""
    _require_extra()
    from local_aws.stack import DEFAULT_ZONES
    from local_aws.stack import up as start

    out = console()
    parameters = dict(_pair(text) for text in parameter or ())
    progress = console(stderr=as_json).status("Starting")
    with _local_errors(), interruption.told(_STOPPED), progress as status:
        local = start(port, parameters, zone or DEFAULT_ZONES, status.update, ends_with)
    if as_json:
        sys.stdout.write(local.to_json() + "\n")
        return
    _describe(local)
    out.print()
    out.print("To use it from this shell, with the AWS CLI and with signpost:")
    itself = shlex.quote(sys.argv[0]) if _off_the_path() else "signpost"
    where = "" if port == DEFAULT_PORT else f" --port {port}"
    out.print(f'  eval "$({itself} local env{where})"', soft_wrap=True)


def _off_the_path() -> bool:
    """Whether `signpost` alone would not find this command."""
    return shutil.which("signpost") is None


@app.command(epilog=examples('eval "$(signpost local env)"', "signpost local env --json"))
def env(port: Port, as_json: AsJson = False) -> None:
    """Print what a shell needs to use the local AWS, for `eval`.

    Variables for the AWS CLI, boto3 and signpost, and the PATH where signpost is not in it. Exit
    code 1 where none is up.
    """
    from local_aws.stack import status as look

    with _local_errors():
        local = look(port)
    if local is None:
        raise CommandError(f"Nothing is up on port {port}. Start it: signpost local up")
    variables = local.environment() | {"AWS_PAGER": ""}  # no pager between a call and its answer
    if as_json:
        sys.stdout.write(json.dumps(variables) + "\n")
        return
    for key, value in variables.items():
        sys.stdout.write(f"export {key}={shlex.quote(value)}\n")
    if _off_the_path():
        folder = shlex.quote(str(Path(sys.argv[0]).absolute().parent))
        sys.stdout.write(f'export PATH={folder}:"$PATH"\n')


@app.command(epilog=examples("signpost local down --port 4566"))
def down(port: Port, as_json: AsJson = False) -> None:
    """Stop the local AWS, leaving no process behind."""
    from local_aws.stack import down as stop

    with _local_errors(), console(stderr=True).status("Stopping"):
        stopped = stop(port)
    if as_json:
        sys.stdout.write(json.dumps({"stopped": stopped}) + "\n")
    else:
        console().print(
            f"Stopped the local AWS on port {port}."
            if stopped
            else f"Nothing is up on port {port}."
        )


@app.command(epilog=examples("signpost local status --json"))
def status(port: Port, as_json: AsJson = False) -> None:
    """Show whether the local AWS is up; exit code 1 if it is not."""
    from local_aws.stack import logs_of_ended
    from local_aws.stack import status as look

    with _local_errors():
        local, logs = look(port), logs_of_ended(port)
    if local is None:
        if as_json:
            sys.stdout.write("null\n")
        if logs:
            raise CommandError(
                f"The local AWS on port {port} has ended by itself. Its last words stand in "
                f"{' and '.join(map(str, logs))}, which the next `signpost local up` or "
                f"`down` with --port {port} removes."
            )
        if not as_json:
            console().print(f"Nothing is up on port {port}. Start it: signpost local up")
        raise typer.Exit(1)
    if as_json:
        sys.stdout.write(local.to_json() + "\n")
    else:
        _describe(local)
    if not local.healthy:
        raise CommandError(
            f"It does not answer. End it: signpost local down --port {port}, and start it again."
        )


@app.command(epilog=examples("signpost local demo", "signpost local demo --json"))
def demo(
    port: Annotated[int | None, typer.Option(help="Default: a free one.")] = None,
    as_json: AsJson = False,
) -> None:
    """Tell Signpost's story on a local AWS of its own, in about a minute.

    With --json the story goes to stderr, and what was checked to stdout.
    """
    _require_extra()
    from signpost_cli.demo.story import tell

    with _local_errors(), interruption.told(_STOPPED):
        checks = tell(port, console(stderr=as_json))
    if as_json:
        told = [{"claim": claim, "held": held} for claim, held in checks]
        sys.stdout.write(json.dumps({"checks": told}) + "\n")
    if not all(held for _, held in checks):
        raise typer.Exit(1)


def _pair(text: str) -> tuple[str, str]:
    key, equals, value = text.partition("=")
    if not equals or not key:
        raise typer.BadParameter(f"{text!r} is not Key=Value", param_hint="--parameter")
    return key, value


def _describe(local: Any) -> None:
    out = console()
    for label, value in (
        ("endpoint", local.endpoint),
        ("region", local.region),
        ("account", local.account),
        ("state machine", local.state_machine_arn),
        ("DNS", local.dns),
        ("zones", ", ".join(f"{name} ({id_})" for name, id_ in local.zones.items())),
        ("process", str(local.pid)),
    ):
        hanging(out, Text(f"  {label:<14}", "dim"), value)
