"""What an engine has made of the cases, beside what they say and what MiniStack made of them."""

from __future__ import annotations

import functools
import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.statemachine.cases import Case, Throw
from tests.statemachine.executions import Way
from tests.statemachine.mock_file import mock_config

MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[\d.]*(?:Z|\+00:00)")


@dataclass
class Engine:
    """An engine's part in a run.

    `left_out` counts, by state and reason, how often a way led through a state that the engine
    can't run; the way goes on behind it with what MiniStack's execution has shown.
    """

    name: str
    ways: dict[str, Way] = field(default_factory=dict)
    left_out: Counter[tuple[str, str]] = field(default_factory=Counter)
    broken: str = ""  # why it broke off


def differences(case: Case, way: Way | None, model: Way) -> list[str]:
    """All that is not as the case was written down, or not as in the model's receipt."""
    if way is None:
        return [f"{case.name}: was not run"]
    pairs: dict[str, tuple[Any, Any]] = {
        "states": (way.states, case.states),
        "failed attempts": (way.failures, case.failures),
        "errors": (_by_state(way.errors), _thrown(case)),
        "order of errors": (way.errors, model.errors),
        "end": (way.end, case.end),
        "output" if isinstance(model.told, dict) else "cause": (
            _comparable(way.told),
            _comparable(model.told),
        ),
    }
    return [
        f"{case.name}: {what}:\n     got {found}\n  wanted {wanted}"
        for what, (found, wanted) in pairs.items()
        if found != wanted
    ]


def all_differences(
    engine: Engine, cases: Iterable[Case], models: Mapping[str, Way]
) -> dict[str, list[str]]:
    """By case. A case without a way is a difference, and so is a way without a case."""
    found = {
        case.name: differences(case, engine.ways.get(case.name), models[case.name])
        for case in cases
    }
    found |= {name: [f"{name}: is no case"] for name in engine.ways.keys() - found.keys()}
    return {name: lines for name, lines in found.items() if lines}


def _by_state(errors: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for state, error in errors:
        found.setdefault(state, []).append(error)
    return found


def _thrown(case: Case) -> dict[str, list[str]]:
    thrown = {
        state: [answer["Error"] for answer in answers if isinstance(answer, Throw)]
        for state, answers in case.answers.items()
    }
    return {state: errors for state, errors in thrown.items() if errors}


def _comparable(told: Any) -> Any:
    """Without the moments of the run itself, which no case knows."""
    if isinstance(told, dict):
        return {key: _comparable(value) for key, value in told.items()}
    if isinstance(told, list):
        return [_comparable(value) for value in told]
    is_own = isinstance(told, str) and MOMENT.fullmatch(told) and told not in _known_moments()
    return "(the run's own moment)" if is_own else told


@functools.cache
def _known_moments() -> set[str]:
    return set(MOMENT.findall(json.dumps(mock_config())))
