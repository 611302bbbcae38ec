"""Draws the state machine of an ASL file as a Mermaid flowchart."""

from __future__ import annotations

import json
from typing import Any

import signpost_stack
from signpost_cli.page.graph import edges_of

ASL_FILE = signpost_stack.ROOT / "statemachine" / "service_change.asl.json"


def as_it_is() -> str:
    """The drawing of ServiceChange as it is."""
    return draw(json.loads(ASL_FILE.read_text()))


def draw(definition: dict[str, Any]) -> str:
    """The flowchart of a state machine: tasks as boxes, choices as diamonds, ends rounded.

    Every task's last Catch leads to the explanation of its error; drawn once, not eight times.
    """
    states: dict[str, dict[str, Any]] = definition["States"]
    failing = _error_states(states)
    lines = ["flowchart TD", f"    start(( )) --> {definition['StartAt']}"]
    lines += [f"    {name}{_shape(name, state)}" for name, state in states.items()
              if name not in failing]  # fmt: skip
    for name, state in states.items():
        if name not in failing:
            lines += [f"    {name} {arrow} {goal}" for arrow, goal in _edges(name, state, failing)]
    lines.append("    anyTask[any task] -. any other error .-> Failed")
    return "\n".join(lines) + "\n"


def _error_states(states: dict[str, dict[str, Any]]) -> set[str]:
    """The states between an unexpected error and the Fail state."""
    caught = {
        entry["Next"]
        for state in states.values()
        for entry in state.get("Catch", [])
        if entry["ErrorEquals"] == ["States.ALL"]
    }
    found: set[str] = set()
    while caught:
        name = caught.pop()
        if name in found or states[name]["Type"] == "Fail":
            continue
        found.add(name)
        caught |= {goal for _, goal in _edges(name, states[name], set())}
    return found


def _shape(name: str, state: dict[str, Any]) -> str:
    if state["Type"] == "Choice":
        return f"{{{name}}}"
    if state.get("End") or state["Type"] == "Fail":
        return f"([{name}])"
    return f"[{name}]"


def _edges(name: str, state: dict[str, Any], failing: set[str]) -> list[tuple[str, str]]:
    edges = []
    for edge in edges_of(name, state):
        if edge.kind == "catch":
            arrow = f"-. {edge.label} .->"
        elif edge.kind == "choice":
            arrow = f'-- "{edge.label}" -->'
        else:
            arrow = "-- else -->" if edge.kind == "else" else "-->"
        if edge.kind != "catch" or edge.target not in failing:
            edges.append((arrow, edge.target))
    return edges
