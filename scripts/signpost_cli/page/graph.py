"""A state machine's definition as a graph: its states, and how one leads to the next. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

_COMPARISONS = {
    "StringEquals": "= {}",
    "BooleanEquals": "",
    "NumericGreaterThan": "> {}",
    "StringMatches": "like {}",
    "IsString": "is given",
    "IsPresent": "is missing",
}
_ELSE = "Else: "  # in a Choice's Comment, before the words for its Default
_COMMON = 3  # so many tasks with one Catch for all errors: it is drawn once, not for each


@dataclass(frozen=True)
class Node:
    """A state."""

    name: str
    kind: str  # Task, Choice, Pass, …
    comment: str
    ends: bool


@dataclass(frozen=True)
class Edge:
    """A way from a state to another; `kind` is next, choice, else or catch."""

    source: str
    target: str
    label: str
    kind: str
    any_error: bool = False


@dataclass(frozen=True)
class Graph:
    """A whole state machine."""

    start: str
    nodes: Mapping[str, Node]
    edges: tuple[Edge, ...]

    @property
    def error_entry(self) -> str | None:
        """Where most tasks go with any other error, if that is one state."""
        goals = Counter(edge.target for edge in self.edges if edge.any_error)
        return next((goal for goal, count in goals.most_common(1) if count >= _COMMON), None)


def read(definition: Mapping[str, Any]) -> Graph:
    """The graph of an ASL definition; what is inside of Map and Parallel states is not drawn."""
    states: Mapping[str, Mapping[str, Any]] = definition["States"]
    nodes = {
        name: Node(
            name,
            state["Type"],
            state.get("Comment", ""),
            bool(state.get("End")) or state["Type"] in ("Fail", "Succeed"),
        )
        for name, state in states.items()
    }
    edges = (edge for name, state in states.items() for edge in edges_of(name, state))
    return Graph(
        definition["StartAt"], nodes, tuple(edge for edge in edges if edge.target in nodes)
    )


def edges_of(name: str, state: Mapping[str, Any]) -> Iterator[Edge]:
    """The ways out of one state, in the order of its definition."""
    for choice in state.get("Choices", []):
        yield Edge(name, choice["Next"], choice.get("Comment") or condition(choice), "choice")
    if "Default" in state:
        yield Edge(name, state["Default"], otherwise(state) or "else", "else")
    if "Next" in state:
        yield Edge(name, state["Next"], "", "next")
    for entry in state.get("Catch", []):
        errors = ", ".join(entry["ErrorEquals"])
        anything = entry["ErrorEquals"] == ["States.ALL"]
        yield Edge(name, entry["Next"], "any error" if anything else errors, "catch", anything)


def otherwise(state: Mapping[str, Any]) -> str:
    """When a Choice takes its Default, in the words of its Comment; empty where it has none."""
    return str(state.get("Comment", "")).partition(_ELSE)[2].removesuffix(".")


def condition(choice: Mapping[str, Any]) -> str:
    """A condition without a Comment, in a few words; of an Or or a Not, only that it is one."""
    if "And" in choice:
        return " and ".join(map(condition, choice["And"]))
    found = next((key for key in choice if key in _COMPARISONS), None)
    if found is None:
        return next((key for key in choice if key not in ("Variable", "Next", "Comment")), "")
    subject = choice["Variable"].removeprefix("$.").replace(".", " ").replace("_", " ")
    return f"{subject} {_COMPARISONS[found].format(choice[found])}".strip()
