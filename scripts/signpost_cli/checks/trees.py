"""Comparing JSON documents: where they differ, in words. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

_PLACEHOLDER = re.compile(r"\$\{(\w+)\}")


def differences(expected: Any, actual: Any, path: str = "") -> Iterator[str]:
    """Where two documents differ; lists are compared as sets, as in an event pattern."""
    if isinstance(expected, Mapping) and isinstance(actual, Mapping):
        for key in sorted({*expected, *actual}):
            here = f"{path}.{key}" if path else key
            if key not in actual:
                yield f"{here} is missing"
            elif key not in expected:
                yield f"{here} is new"
            else:
                yield from differences(expected[key], actual[key], here)
    elif isinstance(expected, list) and isinstance(actual, list):
        old, new = map(_texts, (expected, actual))
        yield from (f"{path} lacks {_short(text)}" for text in sorted(old - new))
        yield from (f"{path} has {_short(text)} too" for text in sorted(new - old))
    elif expected != actual:
        yield f"{path} is {_short(json.dumps(actual))}, not {_short(json.dumps(expected))}"


def _texts(items: list[Any]) -> set[str]:
    return {json.dumps(_sorted(item), sort_keys=True) for item in items}


def _sorted(tree: Any) -> Any:
    if isinstance(tree, Mapping):
        return {key: _sorted(value) for key, value in tree.items()}
    if isinstance(tree, list):
        return sorted(map(_sorted, tree), key=lambda item: json.dumps(item, sort_keys=True))
    return tree


def _short(text: str) -> str:
    return text if len(text) <= 90 else text[:87] + "..."


def fits(pattern: Any, actual: Any, values: dict[str, str]) -> bool:
    """Whether a document is what a file becomes once each `${Name}` in it has a value.

    The values are found on the way and put into `values`; a name that is there already must have
    the same value everywhere.
    """
    if isinstance(pattern, Mapping) and isinstance(actual, Mapping):
        return pattern.keys() == actual.keys() and all(
            fits(pattern[key], actual[key], values) for key in pattern
        )
    if isinstance(pattern, list) and isinstance(actual, list):
        return len(pattern) == len(actual) and all(
            fits(one, other, values) for one, other in zip(pattern, actual, strict=True)
        )
    if isinstance(pattern, str) and isinstance(actual, str) and _PLACEHOLDER.search(pattern):
        return _text_fits(pattern, actual, values)
    return type(pattern) is type(actual) and bool(pattern == actual)


def _text_fits(pattern: str, actual: str, values: dict[str, str]) -> bool:
    parts = _PLACEHOLDER.split(pattern)  # text, name, text, name, …, text
    expression = "".join(
        "(.*)" if place % 2 else re.escape(part) for place, part in enumerate(parts)
    )
    match = re.fullmatch(expression, actual, re.DOTALL)
    if match is None:
        return False
    return all(
        values.setdefault(name, value) == value
        for name, value in zip(parts[1::2], match.groups(), strict=True)
    )
