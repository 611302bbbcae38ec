"""The page of an execution, and what a reader of its HTML sees."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any

from signpost_cli import change
from signpost_cli.page.graph import read as read_graph
from signpost_cli.page.html import page
from signpost_cli.starter import Starter
from signpost_cli.timeline import Timeline
from signpost_cli.timeline import read as read_timeline
from tests.support.definitions import DEFINITION
from tests.support.executions import Executions
from tests.support.history import History

HOSTILE = "</style><script>alert(1)</script><img src=x onerror=alert(2)>\"'&" + "x" * 120


def conflict() -> Timeline:
    """A readiness that is waited for, a conflict, and the round after it up to PlanChange."""
    history = History().add("ExecutionStarted").enter("ChangeRecord")
    history.fail("RecordConflict", HOSTILE, after=1).leave("ChangeRecord")
    history.enter("CountRound", "Pass").leave("CountRound", "Pass")
    history.enter("HasRoundsLeft", "Choice").leave("HasRoundsLeft", "Choice")
    history.enter("DescribeService").succeed(after=1).leave("DescribeService")
    return read_timeline(history.events)


class Seen(HTMLParser):
    """Tags, attributes, texts and marked states of a document."""

    def __init__(self, document: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.texts: list[str] = []
        self.feed(document)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]
        own = dict(attrs)
        if "data-state" in own and "taken" in str(own["class"]).split():
            self.attributes.append(("taken-state", str(own["data-state"])))

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    def all(self, name: str) -> list[str]:
        return [value for key, value in self.attributes if key == name]


def shown(
    outcome: str = "Unchanged",
    found: Timeline | None = None,
    started_by: Starter | None = None,
    refused: Sequence[Mapping[str, Any]] = (),
    **input: Any,
) -> str:
    """The page of an execution that ended so; `found` is its timeline, `input` its input."""
    executions = Executions()
    executions.add("one", outcome, input={"cluster": "prod", "service": "web", **input})
    one = change.of(executions.describe_execution(executions.arn("one")))
    receipt = one.receipt and {**one.receipt, "refused": refused}
    one = replace(one, started_by=started_by, receipt=receipt)
    graph = read_graph(DEFINITION)
    return page(one, found or conflict(), graph, "https://console.example/#/x")
