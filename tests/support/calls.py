"""Which AWS calls each function can reach, read from its source.

Every call to AWS stands in a `with calling("service:Action", …)`; from a handler, the functions
and classes that it names are followed, and those that these name. What is named may not be called:
so the calls found are all that can happen, and maybe some more.
"""

from __future__ import annotations

import ast
import functools
import re
from collections.abc import Iterator
from pathlib import Path

FUNCTIONS = Path(__file__).parents[2] / "functions"
_ACTION = re.compile("[a-z0-9]+:[A-Z][A-Za-z0-9]+")
Place = tuple[str, str]  # module, and a function or class in it


def reachable(module: str) -> set[str]:
    """The IAM actions of the calls that can follow from a handler's module, `plan_change` say."""
    actions, seen, waiting = set[str](), set[Place](), [(module, "handler")]
    while waiting:
        place = waiting.pop()
        if place in seen:
            continue
        seen.add(place)
        found = _defined(place[0]).get(place[1])
        if found is None:
            continue
        actions |= set(_actions(found))
        waiting += _named(place[0], found)
    return actions


@functools.cache
def _tree(module: str) -> ast.Module:
    path = FUNCTIONS / Path(*module.split("."))
    file = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
    return ast.parse(file.read_text())


@functools.cache
def _defined(module: str) -> dict[str, ast.AST]:
    """What a module defines: functions, classes, and constants with what they are made of."""
    found: dict[str, ast.AST] = {}
    for node in _tree(module).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            found[node.name] = node
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            found |= {one.id: node for one in targets if isinstance(one, ast.Name)}
    return found


@functools.cache
def _imported(module: str) -> dict[str, Place]:
    """Local name → where it comes from; a module's place has no name in it."""
    found: dict[str, Place] = {}
    for node in ast.walk(_tree(module)):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("signpost"):
            for alias in node.names:
                whole = FUNCTIONS / Path(*f"{node.module}.{alias.name}".split("."))
                is_module = whole.is_dir() or whole.with_suffix(".py").exists()
                place = (
                    (f"{node.module}.{alias.name}", "")
                    if is_module
                    else (
                        str(node.module),
                        alias.name,
                    )
                )
                found[alias.asname or alias.name] = place
    return found


def _named(module: str, inside: ast.AST) -> Iterator[Place]:
    imported = _imported(module)
    for node in ast.walk(inside):
        if isinstance(node, ast.Name):
            yield imported.get(node.id, (module, node.id))
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            whole, name = imported.get(node.value.id, ("", ""))
            if whole and not name:
                yield whole, node.attr


def _actions(inside: ast.AST) -> Iterator[str]:
    for node in ast.walk(inside):
        if isinstance(node, ast.Constant) and _ACTION.fullmatch(str(node.value)):
            yield str(node.value)
