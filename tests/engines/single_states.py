"""The cases by TestState with mocks, state by state: each state's output is the next one's input.

One walk for MiniStack's TestState and AWS's own. A state that can't be run there is crossed with
what MiniStack's execution has shown, and counted.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from botocore.exceptions import ClientError

from tests.engines.comparing import Engine
from tests.statemachine.cases import Case
from tests.statemachine.executions import MACHINES, History, Way
from tests.statemachine.mock_file import Script, answer_of, mock_config, script
from tests.support.definitions import DEFINITIONS, deployed

_CONTEXT = {
    "Execution": {
        "Id": "arn:aws:states:us-east-1:123456789012:execution:Tested:case",
        "Name": "case",
        "RoleArn": "arn:aws:iam::123456789012:role/mocked",
        "StartTime": "2026-01-01T00:00:00.000Z",
    },
    "StateMachine": {
        "Id": "arn:aws:states:us-east-1:123456789012:stateMachine:Tested",
        "Name": "Tested",
    },
}


class TestState:
    """The API, each question asked once: most cases begin alike."""

    __test__ = False  # pytest looks at this class's name

    def __init__(self, client: Any, is_aws: bool) -> None:
        self._client = client
        self.is_aws = is_aws
        self.partition: str = client.meta.partition
        self.asked: dict[str, dict[str, Any]] = {}

    def ask(self, **request: Any) -> dict[str, Any]:
        """The answer, with its output read. Raises ClientError."""
        key = json.dumps(request, sort_keys=True)
        if key not in self.asked:
            answer = self._client.test_state(**request)
            answer.pop("ResponseMetadata", None)
            self.asked[key] = answer
        answer = dict(self.asked[key])
        if "output" in answer:
            answer["output"] = json.loads(answer["output"])
        return answer


def run_cases(engine: Engine, api: TestState, histories: Mapping[str, History]) -> None:
    """Walk each case."""
    config = mock_config()
    for machine, (cases, _, _) in MACHINES.items():
        definition = deployed(DEFINITIONS[machine], Partition=api.partition)
        for case in cases:
            walk = _Walk(engine, api, case, script(config, machine, case.name))
            walk.shown = _visits(histories[case.name])
            engine.ways[case.name] = walk.all(definition)


class _Walk:
    """One case's way."""

    shown: dict[str, Iterator[tuple[Any, Any]]]  # by state, each visit's input and output

    def __init__(self, engine: Engine, api: TestState, case: Case, answers: Script) -> None:
        self._engine, self._api, self._case, self._answers = engine, api, case, answers
        self._attempts: Counter[str] = Counter()
        self.states: list[str] = []
        self.errors: list[tuple[str, str]] = []

    def all(self, definition: dict[str, Any]) -> Way:
        last = self._level(definition, self._case.input)
        if last["status"] == "SUCCEEDED":
            end, told = last["output"]["outcome"], last["output"]
        else:
            end, told = last.get("error", ""), last.get("cause")
        return Way(tuple(self.states), tuple(self.errors), end, told)

    def _level(self, definition: dict[str, Any], given: Any) -> dict[str, Any]:
        """From the first state to the last: that one's answer."""
        name = definition["StartAt"]
        while True:
            self.states.append(name)
            shown = next(self.shown.get(name, iter(())), (None, None))
            state = definition["States"][name]
            if state["Type"] == "Map":
                answer = self._map(definition, name, given, shown)
            elif state["Type"] == "Task":
                answer = self._task(definition, name, given)
            elif self._api.is_aws and "$$." in json.dumps(state):
                # "This field may only be specified if a mock is specified": of `context`.
                answer = self._cross(name, state, shown[1], "takes its context only with a mock")
            else:
                answer = self._ask(definition, name, given)
            if "nextState" not in answer:
                return answer
            name, given = answer["nextState"], answer["output"]

    def _ask(
        self, definition: dict[str, Any], name: str, given: Any, retries: int = -1, **mock: Any
    ) -> dict[str, Any]:
        request: dict[str, Any] = {
            "definition": json.dumps(definition),
            "stateName": name,
            "input": json.dumps(given),
        }
        if mock:
            # The models ask for more than the mocks have, and of a Lambda's JSON payload for text
            # (boto/boto3#4682, #4683).
            request["mock"] = mock | {"fieldValidationMode": "NONE"}
            request["inspectionLevel"] = "DEBUG"
            if retries >= 0:
                request["stateConfiguration"] = {"retrierRetryCount": retries}
        if mock or not self._api.is_aws:
            context = json.loads(json.dumps(_CONTEXT))
            context["Execution"]["Input"] = self._case.input
            context["State"] = {
                "Name": name,
                "EnteredTime": _CONTEXT["Execution"]["StartTime"],
                "RetryCount": max(retries, 0),
            }
            request["context"] = json.dumps(context)
        return self._api.ask(**request)

    def _task(self, definition: dict[str, Any], name: str, given: Any) -> dict[str, Any]:
        """A visit of a task: attempt after attempt."""
        retried: Counter[int] = Counter()
        while True:
            attempt, self._attempts[name] = self._attempts[name], self._attempts[name] + 1
            mocked = answer_of(self._answers, name, attempt)
            if "Return" in mocked:
                return self._ask(definition, name, given, result=json.dumps(mocked["Return"]))
            error = mocked["Throw"]["Error"]
            self.errors.append((name, error))
            retrier = _retrier(definition["States"][name], error)
            retries = -1 if retrier is None else retried[retrier]
            answer = self._fail(definition, name, given, retries, mocked["Throw"])
            if retrier is None or answer["status"] != "RETRIABLE":
                return answer
            retried[retrier] += 1

    def _fail(
        self, definition: dict[str, Any], name: str, given: Any, retries: int, thrown: Any
    ) -> dict[str, Any]:
        mock = {"errorOutput": {"error": thrown["Error"], "cause": thrown["Cause"]}}
        if not self._api.is_aws:
            # MiniStack looks at Catch first, AWS at Retry.
            uncaught = json.loads(json.dumps(definition))
            uncaught["States"][name].pop("Catch", None)
            answer = self._ask(uncaught, name, given, retries, **mock)
            if answer["status"] == "RETRIABLE":
                return answer
        return self._ask(definition, name, given, retries, **mock)

    def _map(
        self, definition: dict[str, Any], name: str, given: Any, shown: tuple[Any, Any]
    ) -> dict[str, Any]:
        """The states in a Map are a machine of their own; their ends are the Map's mock."""
        state = definition["States"][name]
        inside = {key: state["ItemProcessor"][key] for key in ("StartAt", "States")}
        items = [given for given, _ in self._inside(inside["StartAt"])]
        ends = [self._level(inside, item)["output"] for item in items]
        try:
            answer = self._ask(definition, name, given, result=json.dumps(ends))
        except ClientError as error:
            message = error.response["Error"]["Message"]
            if self._api.is_aws or not message.startswith("Unsupported state type"):
                raise
            return self._cross(name, state, shown[1], message)
        selected = json.loads(answer["inspectionData"]["afterItemSelector"])
        if selected != items:
            self.errors.append((name, f"gives its iterations {selected} and not {items}"))
        return answer

    def _inside(self, first: str) -> list[tuple[Any, Any]]:
        """What the first state of each of a Map's iterations was given."""
        visits = list(self.shown.get(first, ()))
        self.shown[first] = iter(visits)
        return visits

    def _cross(self, name: str, state: dict[str, Any], output: Any, reason: str) -> dict[str, Any]:
        self._engine.left_out[name, reason] += 1
        return {"status": "SUCCEEDED", "output": output, "nextState": state["Next"]}


def _retrier(state: dict[str, Any], error: str) -> int | None:
    """Which of a state's retriers names an error: each counts its retries by itself."""
    found = (n for n, retry in enumerate(state["Retry"]) if error in retry["ErrorEquals"])
    return next(found, None)


def _visits(history: History) -> dict[str, Iterator[tuple[Any, Any]]]:
    entered: dict[str, list[Any]] = {}
    left: dict[str, list[Any]] = {}
    for event in history:
        if "stateEnteredEventDetails" in event:
            details = event["stateEnteredEventDetails"]
            entered.setdefault(details["name"], []).append(json.loads(details["input"]))
        elif "stateExitedEventDetails" in event:
            details = event["stateExitedEventDetails"]
            left.setdefault(details["name"], []).append(json.loads(details["output"]))
    # A Fail state is entered and never left.
    return {
        name: iter(list(zip(given, left.get(name, [None] * len(given)), strict=True)))
        for name, given in entered.items()
    }
