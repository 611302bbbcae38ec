"""The command's entry point: which commands there are, and how they fail."""

from __future__ import annotations

import sys

import typer

from signpost_cli import doctor, local, run, show
from signpost_cli.errors import CommandError
from signpost_cli.render import console

app = typer.Typer(
    name="signpost",
    help="Keeps Route 53 in step with Amazon ECS: run a service by hand, look at executions, "
    "or start a local AWS to try it.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
app.command("rerun", epilog=run.RERUN_EXAMPLES)(run.rerun)
app.command("plan", epilog=run.PLAN_EXAMPLES)(run.plan)
app.command("show", epilog=show.EXAMPLES)(show.show)
app.command("doctor", epilog=doctor.EXAMPLES)(doctor.doctor)
app.add_typer(local.app, name="local")


def main() -> None:
    """Run the command: exit code 0 done, 1 failed or found something, 2 usage."""
    try:
        app()
    except CommandError as error:
        console(stderr=True).print(f"signpost: {error}", markup=False, soft_wrap=True)
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
