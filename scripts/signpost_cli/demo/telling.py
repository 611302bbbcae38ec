"""How the story is told: scenes, executions as they run, and claims that are checked."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import NamedTuple

from rich.console import Console
from rich.rule import Rule
from rich.text import Text

from signpost_cli import change, executions
from signpost_cli.demo.stage import Stage
from signpost_cli.following import Live
from signpost_cli.target import Target
from signpost_cli.timeline import Timeline

LIMIT_SECONDS = 120.0  # of an execution; on an idle machine it is a few


class Check(NamedTuple):
    """A claim of the story, and whether it held."""

    claim: str
    held: bool


class Telling:
    """Prints the story, and keeps what was checked."""

    def __init__(self, out: Console, stage: Stage) -> None:
        self.out, self.stage = out, stage
        self.checks: list[Check] = []
        self._target = Target()
        self._target.sfn = stage.sfn
        self._scene = 0

    def scene(self, title: str) -> None:
        """Begin a scene."""
        self._scene += 1
        self.out.print()
        self.out.print(Rule(f"{self._scene}. {title}", align="left", style="cyan"))

    def call(self, text: str) -> None:
        """Say which AWS call is made."""
        self.out.print(Text.assemble(("$", "bold"), f" {text}"), soft_wrap=True)

    def event(self, text: str) -> None:
        """Say which event is delivered."""
        self.out.print(Text.assemble(("→", "bold"), f" {text}"), soft_wrap=True)

    def execution(
        self, event_name: str, meanwhile: Callable[[Timeline], None] = lambda _: None
    ) -> tuple[str, Timeline]:
        """Follow the execution that an event starts, and print its timeline and receipt."""
        with self.out.status(f"waiting for {event_name} to arrive") as status:
            arn = self.stage.caused_by(event_name)
            self.stage.done_with(arn)
            live = Live(self.out, status.update)

            def seen(timeline: Timeline) -> None:
                live.seen(timeline)
                meanwhile(timeline)

            found = executions.follow(self._target, arn, seen, limit_seconds=LIMIT_SECONDS)
        live.ended(found, change.of(executions.describe(self._target, arn)))
        return arn, found

    def wait_for(self, event_name: str) -> None:
        """Let the execution that an event starts come and end, without telling of it."""
        with self.out.status(f"waiting for {event_name} to arrive"):
            arn = self.stage.caused_by(event_name)
            self.stage.done_with(arn)
            executions.follow(self._target, arn, lambda _: None, limit_seconds=LIMIT_SECONDS)

    def check(self, claim: str, held: bool) -> None:
        """Check a claim and show whether it held."""
        self.checks.append(Check(claim, held))
        mark = ("✓", "green") if held else ("✗", "bold red")
        self.out.print(Text.assemble("  ", mark, f" {claim}"), soft_wrap=True)

    def summary(self, begun: float) -> None:
        """Say whether everything held."""
        seconds, count = time.monotonic() - begun, len(self.checks)
        failed = sum(not check.held for check in self.checks)
        self.out.print()
        if failed:
            self.out.print(f"{failed} of {count} checks did not hold.", style="bold red")
        else:
            held = (f"All {count} checks held", "bold green")
            self.out.print(Text.assemble(held, f" in {seconds:.0f} s."))
