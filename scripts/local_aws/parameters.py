"""Values for the template's parameters, held against what it declares as CloudFormation does. Pure.

Which property holds what back: CloudFormation User Guide, "CloudFormation template Parameters
syntax". In a CommaDelimitedList each of the values has to match.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping
from typing import Any


def problems(declared: Mapping[str, Mapping[str, Any]], given: Mapping[str, str]) -> list[str]:
    """A sentence for each value that CloudFormation would not take; `declared` is the template's
    `Parameters`.
    """
    found = [_unknown(name, declared) for name in given if name not in declared]
    for name in filter(declared.__contains__, given):
        for value in _values(declared[name], given[name]):
            wrong = next(_wrong(declared[name], value), None)
            found += [f"--parameter {name}: {value!r} {wrong}."] if wrong else []
    return found


def _unknown(name: str, declared: Mapping[str, Any]) -> str:
    near = difflib.get_close_matches(name, declared, n=1)
    hint = f"did you mean {near[0]}?" if near else f"it has {', '.join(declared)}."
    return f"--parameter {name}: the template has no such parameter; {hint}"


def _values(parameter: Mapping[str, Any], value: str) -> list[str]:
    return value.split(",") if parameter["Type"] == "CommaDelimitedList" else [value]


def _wrong(parameter: Mapping[str, Any], value: str) -> Iterator[str]:
    if parameter["Type"] == "Number":
        if not re.fullmatch(r"-?\d+", value):
            yield "is no whole number"
        elif not parameter.get("MinValue", -1e18) <= int(value) <= parameter.get("MaxValue", 1e18):
            yield f"must be from {parameter.get('MinValue')} to {parameter.get('MaxValue')}"
    allowed = [str(one) for one in parameter.get("AllowedValues", ())]
    if allowed and value not in allowed:
        yield f"must be one of {', '.join(allowed)}"
    pattern = parameter.get("AllowedPattern")
    if pattern and not re.fullmatch(pattern, value):
        yield str(parameter.get("ConstraintDescription", f"must match {pattern}")).rstrip(".")
