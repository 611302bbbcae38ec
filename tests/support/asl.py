"""Walks an ASL file task by task, so that a test can put anything between two steps.

Only what `service_change.asl.json` uses is known; anything else is refused, so the walk can't
drift from the file in silence. `tests/workflow/test_walk.py` holds it against moto's interpreter.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from fnmatch import fnmatchcase
from typing import Any

from signpost import moments

Invoke = Callable[[str, Any], Any]
Call = tuple[str, Any, Any]  # function, payload, and the result or the exception

_FIELDS = {
    "Task": {"Type", "Comment", "Resource", "Parameters", "ResultSelector", "ResultPath",
             "TimeoutSeconds", "Retry", "Catch", "Next"},
    "Choice": {"Type", "Comment", "Choices", "Default"},
    "Pass": {"Type", "Comment", "Parameters", "InputPath", "ResultPath", "Next", "End"},
    "Fail": {"Type", "Comment", "ErrorPath", "CausePath"},
    "Map": {"Type", "Comment", "ItemsPath", "MaxConcurrency", "ItemSelector", "ItemProcessor",
            "ResultPath", "Next"},
}  # fmt: skip
_COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "StringEquals": lambda value, wanted: value == wanted,
    "BooleanEquals": lambda value, wanted: value is wanted,
    "NumericGreaterThan": lambda value, wanted: value > wanted,
    "StringMatches": lambda value, wanted: fnmatchcase(value, wanted.replace("[", "[[]")),
    "IsString": lambda value, wanted: isinstance(value, str) is wanted,
}
_CALL = re.compile(r"States\.(\w+)\((.*)\)", re.DOTALL)
_MISSING = object()
MOST_STATES = 2000  # that an execution enters: Step Functions ends one after 25,000 events
LIMIT = 256 * 1024  # bytes of a state's input: Step Functions ends an execution that exceeds it


class Walk:
    """One execution. `step` runs one attempt of one task and goes on to the next task or end."""

    def __init__(
        self,
        definition: Mapping[str, Any],
        event: Any,
        name: str,
        sleep: Callable[[float], None],
        started: datetime | None = None,
    ) -> None:
        self._states: Mapping[str, Mapping[str, Any]] = definition["States"]
        self.name, self.event, self._sleep = name, event, sleep
        self._data = event
        self._context = {
            "$$.Execution.Name": name,
            "$$.Execution.Input": event,
            "$$.Execution.StartTime": moments.iso(started or datetime.now(UTC)),
        }
        self._retries: list[int] = []
        self.states: list[str] = []
        self.status = "RUNNING"
        self.error: str | None = None
        self.cause: str | None = None
        self.calls: list[Call] = []
        self.largest = 0  # characters of a state's input, as JSON
        self._go(definition["StartAt"])

    @property
    def running(self) -> bool:
        """Whether there is a next step."""
        return self.status == "RUNNING"

    @property
    def state(self) -> str:
        """The state it is in."""
        return self.states[-1]

    @property
    def output(self) -> Any:
        """The receipt of a succeeded execution."""
        return self._data if self.status == "SUCCEEDED" else None

    @property
    def outcome(self) -> str:
        """The receipt's outcome, the error's name, or the status."""
        return str(self.output["outcome"]) if self.output else self.error or self.status

    def step(self, invoke: Invoke) -> None:
        """One attempt of the current task. `invoke(function, payload)` answers or raises.

        Of a task that starts an execution and waits for its end, `function` is the state's name,
        `payload` the call's parameters, and the answer what the execution puts out. All items of a
        Map are one step.
        """
        state = self._states[self.state]
        if state["Type"] == "Map":
            self._map(state, invoke)
            return
        request = self._fill(state["Parameters"])
        starts = state["Resource"].endswith(":states:startExecution.sync:2")
        function, payload = self.state, json.loads(json.dumps(request.get("Payload", request)))
        if not starts:
            named = re.fullmatch(r"\$\{(\w+)FunctionArn\}", request["FunctionName"])
            assert named, request["FunctionName"]
            function = named[1]
        try:
            result = invoke(function, payload)
        except Exception as error:
            self.calls.append((function, payload, error))
            self._fail(state, error)
            return
        self.calls.append((function, payload, result))
        answer = {"Output" if starts else "Payload": json.loads(json.dumps(result))}
        self._put(state.get("ResultPath", "$"), self._fill(state["ResultSelector"], answer))
        self._go(state["Next"])

    def _map(self, state: Mapping[str, Any], invoke: Invoke) -> None:
        """Every item to its end, one after the other."""
        results = []
        for item in self._get(state["ItemsPath"]):
            self._context["$$.Map.Item.Value"] = item
            selected = self._fill(state["ItemSelector"])
            walk = Walk(state["ItemProcessor"], selected, self.name, self._sleep)
            walk._context = self._context
            while walk.running:
                walk.step(invoke)
            self.calls += walk.calls
            results.append(walk.output)
        self._put(state["ResultPath"], results)
        self._go(state["Next"])

    def _fail(self, state: Mapping[str, Any], error: Exception) -> None:
        name = getattr(error, "error_name", type(error).__name__)
        for number, retry in enumerate(state["Retry"]):
            if name in retry["ErrorEquals"]:
                if self._retries[number] >= retry["MaxAttempts"]:
                    break
                interval = retry["IntervalSeconds"] * retry["BackoffRate"] ** self._retries[number]
                self._retries[number] += 1
                self._sleep(min(interval, retry["MaxDelaySeconds"]))
                return
        cause = json.dumps({"errorMessage": str(error), "errorType": name})
        told = {"Error": name, "Cause": getattr(error, "cause", cause)}
        for catch in state["Catch"]:
            if name in catch["ErrorEquals"] or catch["ErrorEquals"] == ["States.ALL"]:
                self._put(catch.get("ResultPath", "$"), told)
                self._go(catch["Next"])
                return
        raise AssertionError(f"{self.state} catches no {name}")

    def _go(self, name: str) -> None:
        """Enter a state; pass through all that need no function."""
        while True:
            self.states.append(name)
            assert len(self.states) < MOST_STATES, f"it goes round and round: {self.states[-40:]}"
            self.largest = max(self.largest, len(json.dumps(self._data)))
            assert self.largest <= LIMIT, f"{name}: States.DataLimitExceeded"
            state = self._states[name]
            unknown = state.keys() - _FIELDS[state["Type"]]
            assert not unknown, f"{name} has {unknown}, which this walk does not know"
            if state["Type"] in ("Task", "Map"):
                self._retries = [0] * len(state.get("Retry", ()))
                return
            if state["Type"] == "Fail":
                self.status = "FAILED"
                self.error = self._get(state["ErrorPath"])
                self.cause = self._get(state["CausePath"])
                return
            if state["Type"] == "Pass":
                value = self._get(state.get("InputPath", "$"))
                if "Parameters" in state:
                    value = self._fill(state["Parameters"])
                self._put(state.get("ResultPath", "$"), value)
                if state.get("End"):
                    self.status = "SUCCEEDED"
                    return
            name = state["Next"] if state["Type"] == "Pass" else self._choose(state)

    def _choose(self, state: Mapping[str, Any]) -> str:
        for choice in state["Choices"]:
            if all(map(self._holds, choice.get("And", [choice]))):
                return str(choice["Next"])
        return str(state["Default"])

    def _holds(self, test: Mapping[str, Any]) -> bool:
        (comparison,) = test.keys() - {"Comment", "Variable", "Next"}
        value = self._get(test["Variable"], default=_MISSING)
        if comparison == "IsPresent":
            return (value is not _MISSING) is test[comparison]
        assert value is not _MISSING, test["Variable"]
        return _COMPARISONS[comparison](value, test[comparison])

    def _fill(self, template: Any, data: Any = _MISSING) -> Any:
        if isinstance(template, list):
            return [self._fill(item, data) for item in template]
        if not isinstance(template, dict):
            return template
        return {
            key.removesuffix(".$"): self._evaluate(value, data)
            if key.endswith(".$")
            else self._fill(value, data)
            for key, value in template.items()
        }

    def _evaluate(self, text: str, data: Any = _MISSING) -> Any:
        call = _CALL.fullmatch(text)
        if not call:
            return self._get(text, data)
        function, values = call[1], [self._argument(part) for part in _split(call[2])]
        if function == "MathAdd":
            return values[0] + values[1]
        if function == "StringToJson":
            return json.loads(values[0])
        if function == "StringSplit":
            return values[0].split(values[1])
        if function == "Array":
            return values
        if function == "ArrayGetItem":
            return values[0][values[1]]
        assert function == "Format", function
        return values[0].format(*values[1:])

    def _argument(self, text: str) -> Any:
        if text.startswith("'"):
            return text[1:-1]
        return int(text) if text.isdigit() else self._evaluate(text)

    def _get(self, path: str, data: Any = _MISSING, default: Any = None) -> Any:
        if path in self._context:
            return self._context[path]
        if path == "$$.State.RetryCount":
            return sum(self._retries)
        value = self._data if data is _MISSING else data
        for key in path.removeprefix("$").split(".")[1:]:
            if not isinstance(value, dict) or key not in value:
                assert default is _MISSING, f"{self.state}: {path} is not there"
                return default
            value = value[key]
        return value

    def _put(self, path: str, value: Any) -> None:
        *parents, last = path.removeprefix("$").split(".")
        if not last:
            self._data = value
            return
        self._data = target = dict(self._data)
        for key in parents[1:]:
            target[key] = dict(target[key])
            target = target[key]
        target[last] = value


def _split(text: str) -> list[str]:
    """Arguments at the commas that are in no quotes and no inner call."""
    parts, depth, quoted, current = [], 0, False, ""
    for character in text:
        quoted ^= character == "'"
        depth += (character == "(") - (character == ")") if not quoted else 0
        if character == "," and not depth and not quoted:
            parts.append(current.strip())
            current = ""
        else:
            current += character
    return [*parts, current.strip()]
