"""Draws the domain's wings, floor by floor, from what their modules really import.

The floors are the layers that import-linter holds (pyproject.toml). An arrow that follows from
others is left out: what a wing may import, it may import from every floor below.
"""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import grimp

import signpost_stack

FUNCTIONS = signpost_stack.ROOT / "functions"
DOMAIN = "signpost"
HANDLERS, GROUND = "handlers", "ground"
VALUES = "model"  # a package, but of values that travel: it belongs to the ground


@dataclass(frozen=True)
class House:
    """What there is to draw."""

    floors: Sequence[Sequence[str]]  # of wings, from the top down
    purposes: Mapping[str, str]  # wing → what its package's docstring begins with
    ground: Sequence[str]  # the modules beneath all wings
    imports: Mapping[str, set[str]]  # wing, or the handlers → wings and the ground


def as_it_is() -> str:
    """The drawing of the house as it is."""
    return draw(read())


def read() -> House:
    """The house as its modules, their docstrings and the contracts tell of it."""
    graph = grimp.build_graph(DOMAIN, exclude_type_checking_imports=True, cache_dir=None)
    parts = {module.rpartition(".")[2] for module in graph.find_children(DOMAIN)}
    wings = {name for name in parts if graph.find_children(f"{DOMAIN}.{name}")} - {VALUES}
    imports = {
        wing: {GROUND}
        | {
            other
            for other in wings - {wing}
            if graph.direct_import_exists(
                importer=f"{DOMAIN}.{wing}", imported=f"{DOMAIN}.{other}", as_packages=True
            )
        }
        for wing in wings
    }
    return House(
        floors=[[name for name in layer if name in wings] for layer in _layers()],
        purposes={wing: _purpose(wing) for wing in wings},
        ground=sorted(parts - wings),
        imports={HANDLERS: _imported_by_handlers() & wings, **imports},
    )


def draw(house: House) -> str:
    """The flowchart: a box a wing, those of one floor side by side, arrows to what they import."""
    lines = ["flowchart TD", _box(HANDLERS, "functions/*.py", "The handlers: a module each.")]
    for number, floor in enumerate(filter(None, house.floors), 1):
        lines.append(f"    subgraph floor{number}[ ]")
        lines += ["    " + _box(wing, wing, house.purposes[wing]) for wing in floor]
        lines.append("    end")
    lines.append(_box(GROUND, "the ground", ", ".join(house.ground)))
    arrows = reduced(house.imports)
    for name in (HANDLERS, *(wing for floor in house.floors for wing in floor)):
        lines += [f"    {name} --> {other}" for other in sorted(arrows[name])]
    return "\n".join(lines) + "\n"


def reduced(imports: Mapping[str, set[str]]) -> dict[str, set[str]]:
    """Without what is imported by something imported, too (transitive reduction)."""

    def below(name: str) -> set[str]:
        direct = imports.get(name, set())
        return direct.union(*map(below, direct))

    return {name: direct.difference(*map(below, direct)) for name, direct in imports.items()}


def _layers() -> list[list[str]]:
    """The domain's layers, from the top down; `a | b` and `a : b` are one layer."""
    project = tomllib.loads((signpost_stack.ROOT / "pyproject.toml").read_text())
    [layers] = [
        contract["layers"]
        for contract in project["tool"]["importlinter"]["contracts"]
        if contract.get("containers") == [DOMAIN]
    ]
    return [layer.replace("|", " ").replace(":", " ").split() for layer in layers]


def _purpose(wing: str) -> str:
    package = ast.parse((FUNCTIONS / DOMAIN / wing / "__init__.py").read_text())
    return str(ast.get_docstring(package)).partition("\n")[0]


def _imported_by_handlers() -> set[str]:
    """The parts of the domain that the handlers import; these are in no package to graph."""
    modules: set[str] = set()
    for path in FUNCTIONS.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ImportFrom) and node.module:
                modules |= {node.module, *(f"{node.module}.{one.name}" for one in node.names)}
    return {module.split(".")[1] for module in modules if module.startswith(f"{DOMAIN}.")}


def _box(name: str, title: str, text: str) -> str:
    return f'    {name}["<b>{title}</b><br/>{text}"]'
