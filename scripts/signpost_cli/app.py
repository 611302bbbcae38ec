"""The command's entry point: which commands there are, and how they fail."""

from __future__ import annotations

import os
import sys
from io import TextIOWrapper
from typing import Annotated

import typer

from signpost import __version__
from signpost.harmless import harmless
from signpost_cli.commands import doctor, history, local, plan, rerun, resign, services, show, sweep
from signpost_cli.errors import CommandError
from signpost_cli.render import console, paragraphs

app = typer.Typer(
    name="signpost",
    help="Keeps Route 53 in step with Amazon ECS: run a service by hand, look at what happened and "
    "what is owned, or start a local AWS to try it.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)


def _tell_version(wanted: bool) -> None:
    if wanted:
        sys.stdout.write(f"signpost {__version__}\n")
        raise typer.Exit


@app.callback()
def options(
    _version: Annotated[
        bool,
        typer.Option("--version", callback=_tell_version, is_eager=True, help="Print the version."),
    ] = False,
) -> None:
    """What goes before a command's name."""


app.command("rerun", epilog=rerun.EXAMPLES)(rerun.rerun)
app.command("plan", epilog=plan.EXAMPLES)(plan.plan)
app.command("history", epilog=history.EXAMPLES)(history.history)
app.command("show", epilog=show.EXAMPLES)(show.show)
app.command("sweep", epilog=sweep.EXAMPLES)(sweep.sweep)
app.command("doctor", epilog=doctor.EXAMPLES)(doctor.doctor)
app.command("services", epilog=services.EXAMPLES)(services.services)
app.command("resign", epilog=resign.EXAMPLES)(resign.resign)
app.add_typer(local.app, name="local")


def main() -> None:
    """Run the command: exit code 0 done, 1 failed or found something, 2 usage."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal that has no ✓ gets a ?
    try:
        app()
    except CommandError as error:
        _complain(str(error))
    except KeyboardInterrupt:
        sys.exit(130)
    except Exception as error:
        if os.environ.get("SIGNPOST_DEBUG"):
            raise
        _complain(
            f"unexpected {type(error).__name__}: {harmless(str(error))}\n"
            "That is a mistake in Signpost. SIGNPOST_DEBUG=1 shows where; please report it."
        )


def _complain(text: str) -> None:
    paragraphs(console(stderr=True), f"signpost: {text}")
    sys.exit(1)


if __name__ == "__main__":
    main()
