"""Draws the state machine of an ASL file as Mermaid flowcharts: its ways, and those of errors.

The words beside an arrow are the file's own: the Comment of a rule of a Choice, and for its Default
what stands after `Else: ` in the Comment of the Choice.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from functools import partial
from typing import Any

import signpost_stack
from signpost_cli.page.graph import Edge, edges_of

States = Mapping[str, Mapping[str, Any]]
SERVICE_CHANGE, SWEEP = "service_change", "sweep"
_ERRORS = "errors"


def definition(name: str) -> dict[str, Any]:
    """The ASL file of this name."""
    file = signpost_stack.ROOT / "statemachine" / f"{name}.asl.json"
    found: dict[str, Any] = json.loads(file.read_text())
    return found


def ways_of(name: str) -> Callable[[], str]:
    """What draws the ways of this machine as they are."""
    return lambda: draw(definition(name))


def errors_of(name: str) -> Callable[[], str]:
    """What draws the ways of its errors as they are."""
    return lambda: draw_errors(definition(name))


def draw(machine: Mapping[str, Any]) -> str:
    """The flowchart of a state machine: tasks as boxes, choices as diamonds, ends rounded.

    Every task's last Catch leads to the explanation of its error: one box, and a drawing of its
    own (`draw_errors`). What is inside of a Map state is drawn in a frame.
    """
    states: States = machine["States"]
    failing = error_states(machine)
    shown = {name: state for name, state in states.items() if name not in failing}
    lines = ["flowchart TD", f"    start(( )) --> {machine['StartAt']}"]
    lines += [line for name, state in shown.items() for line in _node(name, state)]
    lines.append(f'    {_ERRORS}[["what becomes of an error"]]')
    lines += _arrows(shown, set(failing))
    lines.append(f"    anyTask[any task] -. any other error .-> {_ERRORS}")
    return "\n".join(lines) + "\n"


def draw_errors(machine: Mapping[str, Any]) -> str:
    """The flowchart of what becomes of an error that no step waits for or plans again after."""
    states: States = machine["States"]
    failing = error_states(machine)
    entries = {
        name: edge.target
        for name, state in states.items()
        for edge in edges_of(name, state)
        if edge.any_error
    }
    common = max(entries.values(), key=[*entries.values()].count)
    shown = {name: state for name, state in states.items() if name in failing}
    goals = {edge.target for name, state in shown.items() for edge in edges_of(name, state)}
    lines = ["flowchart TD", "    anyTask[any task]"]
    lines += [f"    {name}[{name}]" for name, goal in entries.items() if goal != common]
    for name, state in states.items():
        if name in shown or name in goals:
            lines += _node(name, state)
    lines.append(f"    anyTask -. any other error .-> {common}")
    lines += [
        f"    {name} -. any error .-> {goal}" for name, goal in entries.items() if goal != common
    ]
    return "\n".join([*lines, *_arrows(shown, set())]) + "\n"


def error_states(machine: Mapping[str, Any]) -> Set[str]:
    """The states that only an unexpected error leads to."""
    states: States = machine["States"]
    usual = partial(filter, lambda edge: not edge.any_error)
    return states.keys() - _reached(machine["StartAt"], states, usual)


def _reached(
    start: str, states: States, followed: Callable[[Iterable[Edge]], Iterable[Edge]]
) -> set[str]:
    found, waiting = set[str](), [start]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += [edge.target for edge in followed(edges_of(name, states[name]))]
    return found


def _node(name: str, state: Mapping[str, Any]) -> Iterator[str]:
    if state["Type"] == "Map":
        inside: States = state["ItemProcessor"]["States"]
        yield f'    subgraph {name}["{name}: for each"]'
        yield "        direction TB"
        yield from (f"    {line}" for one, inner in inside.items() for line in _node(one, inner))
        yield from (f"    {line}" for line in _arrows(inside, set()))
        yield "    end"
    elif state["Type"] == "Choice":
        yield f"    {name}{{{name}}}"
    elif state.get("End") or state["Type"] in ("Fail", "Succeed"):
        yield f"    {name}([{name}])"
    else:
        yield f"    {name}[{name}]"


def _arrows(states: States, hidden: Set[str]) -> Iterator[str]:
    for name, state in states.items():
        for edge in edges_of(name, state):
            if edge.target not in hidden:
                yield f"    {name} {_arrow(edge)} {edge.target}"


def _arrow(edge: Edge) -> str:
    if edge.kind == "catch":
        return f"-. {edge.label} .->"
    return f'-- "{edge.label}" -->' if edge.label else "-->"
