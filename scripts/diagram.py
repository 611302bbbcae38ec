"""Draws the state machine of an ASL file as a Mermaid flowchart, and keeps the README's up to date.

python scripts/diagram.py            print the drawing
python scripts/diagram.py --write    put it into README.md
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
ASL_FILE = ROOT / "statemachine" / "service_change.asl.json"
README = ROOT / "README.md"
BEGIN, END = "<!-- state machine: made by scripts/diagram.py -->\n", "<!-- end -->\n"

_COMPARISONS = {
    "StringEquals": "= {}",
    "BooleanEquals": "",
    "NumericGreaterThan": "> {}",
    "StringMatches": "like {}",
    "IsString": "is given",
    "IsPresent": "is missing",
}


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
            lines += [f"    {name} {arrow} {goal}" for arrow, goal in _edges(state, failing)]
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
        caught |= {goal for _, goal in _edges(states[name], set())}
    return found


def _shape(name: str, state: dict[str, Any]) -> str:
    if state["Type"] == "Choice":
        return f"{{{name}}}"
    if state.get("End") or state["Type"] == "Fail":
        return f"([{name}])"
    return f"[{name}]"


def _edges(state: dict[str, Any], failing: set[str]) -> list[tuple[str, str]]:
    edges = [
        (f'-- "{_condition(choice)}" -->', choice["Next"]) for choice in state.get("Choices", [])
    ]
    if "Default" in state:
        edges.append(("-- else -->", state["Default"]))
    if "Next" in state:
        edges.append(("-->", state["Next"]))
    for entry in state.get("Catch", []):
        if entry["Next"] not in failing:
            edges.append((f"-. {', '.join(entry['ErrorEquals'])} .->", entry["Next"]))
    return edges


def _condition(choice: dict[str, Any]) -> str:
    if "And" in choice:
        return " and ".join(map(_condition, choice["And"]))
    comparison, value = next((key, value) for key, value in choice.items() if key in _COMPARISONS)
    subject = choice["Variable"].removeprefix("$.").replace(".", " ").replace("_", " ")
    return f"{subject} {_COMPARISONS[comparison].format(value)}".strip()


def in_readme(text: str, drawing: str) -> str:
    """The README's text with the drawing between its two marks."""
    block = f"{BEGIN}```mermaid\n{drawing}```\n{END}"
    pattern = re.compile(re.escape(BEGIN) + ".*?" + re.escape(END), re.DOTALL)
    return pattern.sub(lambda _: block, text)


def main() -> None:
    """The command."""
    drawing = draw(json.loads(ASL_FILE.read_text()))
    if sys.argv[1:] == ["--write"]:
        README.write_text(in_readme(README.read_text(), drawing))
    else:
        sys.stdout.write(drawing)


if __name__ == "__main__":
    main()
