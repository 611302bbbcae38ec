"""The cases of both state machines as one file of Step Functions Local's mock format.

`python -m tests.statemachine.mock_file` writes it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from tests.statemachine import cases, sweep_cases
from tests.statemachine.cases import Case, Throw

MOCK_FILE = Path(__file__).with_name("mock_config.json")
NO_FUNCTION = ("StartServiceChange",)  # its answers are not wrapped as those of a Lambda


def mock_config() -> dict[str, Any]:
    """The mock file's content."""
    responses: dict[str, Any] = {}
    return {
        "StateMachines": {
            cases.STATE_MACHINE: _test_cases(cases.CASES, cases.HAPPY, responses),
            sweep_cases.STATE_MACHINE: _test_cases(sweep_cases.CASES, sweep_cases.HAPPY, responses),
        },
        "MockedResponses": responses,
    }


def _test_cases(
    all_cases: Iterable[Case], answers_by_state: Mapping[str, Any], responses: dict[str, Any]
) -> dict[str, Any]:
    test_cases: dict[str, dict[str, str]] = {}
    for case in all_cases:
        test_cases[case.name] = {}
        for state, happy in answers_by_state.items():
            answers = case.answers.get(state, [happy])
            name = f"{state}Happy" if state not in case.answers else f"{case.name}{state}"
            test_cases[case.name][state] = name
            responses[name] = _by_attempt(state, answers)
    return {"TestCases": test_cases}


def _by_attempt(state: str, answers: list[Any]) -> dict[str, Any]:
    """Runs of equal answers as `0-4`; the last answer is for all further attempts."""
    found: dict[str, Any] = {}
    start = 0
    for index, answer in enumerate(answers):
        last = index == len(answers) - 1
        if not last and answers[index + 1] == answer:
            continue
        end = 99 if last and not isinstance(answer, Throw) else index
        key = str(start) if start == end else f"{start}-{end}"
        if isinstance(answer, Throw):
            found[key] = {"Throw": dict(answer)}
        elif state in NO_FUNCTION:
            found[key] = {"Return": answer}
        else:
            found[key] = {"Return": {"StatusCode": 200, "Payload": answer}}
        start = index + 1
    return found


Script = dict[str, list[tuple[int, dict[str, Any]]]]


def script(config: dict[str, Any], machine: str, case: str) -> Script:
    """A case for an engine that reads no mock file: by state, each answer with its last attempt.

    Attempts count from 0 over all times that the state is entered.
    """
    named = config["StateMachines"][machine]["TestCases"][case]
    return {
        state: [
            (int(attempts.rpartition("-")[2]), answer)
            for attempts, answer in config["MockedResponses"][response].items()
        ]
        for state, response in named.items()
    }


def answer_of(script: Script, state: str, attempt: int) -> dict[str, Any]:
    """What an attempt gets, `Return` or `Throw`: an error where the case has none left."""
    left = (answer for last, answer in script.get(state, []) if attempt <= last)
    return next(left, {"Throw": {"Error": "NoAnswerLeft", "Cause": f"{state}, {attempt}"}})


def write(path: Path) -> Path:
    """Write the file of the cases as they are."""
    path.write_text(json.dumps(mock_config(), indent=1, ensure_ascii=False) + "\n")
    return path


if __name__ == "__main__":
    write(MOCK_FILE)
