"""The mutants that there are: mutmut makes them, in a copy of the tree below build/mutants."""

from __future__ import annotations

import ast
import contextlib
import difflib
import hashlib
import json
import re
import shutil
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
TREE = ROOT / "build" / "mutants" / "tree"
TRIED = TREE / "mutants"  # where mutmut writes what it has made, and runs the tests
WINGS = ("names", "ledger", "plan", "proof", "sweep", "triggers")
_TESTED_WITH = ("docs", "scripts", "statemachine", "tests", "template.yaml", "pyproject.toml")
_CACHED = re.compile(r"^@(functools\.)?(lru_)?cache\b.*$", re.MULTILINE)


@dataclass(frozen=True)
class Mutant:
    """One fault. `mutation` are the lines that go and come; `name` is mutmut's own."""

    file: str
    function: str
    mutation: str
    line: int
    name: str

    @property
    def identity(self) -> str:
        """What it is wherever its function stands."""
        return f"{self.file} {self.function}\n{self.mutation}"

    @property
    def wing(self) -> str:
        """The package of signpost that it is in."""
        return self.file.split("/")[2]


def prepare() -> list[Mutant]:
    """All mutants that there are; the copy is made anew where anything in it has changed."""
    listed = TREE / "listed.json"
    parts = {name: list(_files(ROOT / name)) for name in ("functions", *_TESTED_WITH)}
    state = digest(file for files in parts.values() for file in files)
    if listed.exists() and (found := json.loads(listed.read_text()))["state"] == state:
        return [Mutant(**mutant) for mutant in found["mutants"]]
    shutil.rmtree(TREE, ignore_errors=True)
    for files in parts.values():
        for file in files:
            to = copied(str(file.relative_to(ROOT)))
            to.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(file, to)
    shutil.copy2(ROOT / "pyproject.toml", TREE)
    (TRIED / "functions").symlink_to("src")
    print("Making the mutants …", flush=True)
    mutants: list[Mutant] = []
    for wing in WINGS:
        for path in sorted((TREE / "src" / "signpost" / wing).glob("*.py")):
            # What the tests before it have cached would hide a mutant.
            path.write_text(_CACHED.sub("", path.read_text()))
            mutants += of_module(path.relative_to(TREE))
    listed.write_text(json.dumps({"state": state, "mutants": [asdict(one) for one in mutants]}))
    return mutants


def of_module(path: Path) -> Iterator[Mutant]:
    """All of a module in the copy, but those that only spell a sentence otherwise."""
    from mutmut.mutation.file_mutation import mutate_file_contents

    with contextlib.chdir(TREE):  # where mutmut finds what it has been told
        source = path.read_text()
        made = mutate_file_contents(str(path), source)
    lines, begin, seen = made.code.splitlines(), starts(source), set()
    for name in made.mutant_names:
        mangled = name.partition("__mutmut_")[0]
        function = re.sub("^x_|^xǁ", "", mangled).replace("ǁ", ".")
        both = []
        for variant in (f"{mangled}__mutmut_orig", name):
            span = made.line_span_by_function_name[variant]
            text = "\n".join(lines[span.start - 1 : span.end])
            both.append(text[text.index("def ") :].replace(variant, function).splitlines())
        mutation, offset = changed(*both)
        mutant = Mutant(
            file=f"functions/{path.relative_to('src')}",
            function=function,
            mutation=mutation,
            line=begin[function] + offset,
            name=".".join((*path.with_suffix("").parts[1:], name)),
        )
        if mutant.identity not in seen and not respelt(mutation):
            seen.add(mutant.identity)
            yield mutant


def changed(before: Sequence[str], after: Sequence[str]) -> tuple[str, int]:
    """The lines that go and come, without indentation, and the index of the first of them."""
    lines, first = [], None
    for kind, *where in difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind != "equal":
            first = where[0] if first is None else first
            lines += [f"-{line.strip()}" for line in before[where[0] : where[1]]]
            lines += [f"+{line.strip()}" for line in after[where[2] : where[3]]]
    return "\n".join(lines), first or 0


def respelt(mutation: str) -> bool:
    """Whether only a text of several words is spelt otherwise: XX around it, or its other case."""
    lines = mutation.splitlines()
    gone, come = ("".join(line[1:] for line in lines if line[0] == sign) for sign in "-+")
    if gone.lower() != come.replace("XX", "").lower():
        return False
    parts = difflib.SequenceMatcher(None, gone, come, autojunk=False).get_opcodes()
    spelt = [part for part in parts if part[0] != "equal"]
    return " " in come[spelt[0][3] : spelt[-1][4]]


def starts(source: str) -> dict[str, int]:
    """On which line each function begins, and each method (`Class.method`)."""
    module = ast.parse(source)
    found = {node.name: node.lineno for node in module.body if isinstance(node, ast.FunctionDef)}
    for node in module.body:
        if isinstance(node, ast.ClassDef):
            methods = (part for part in node.body if isinstance(part, ast.FunctionDef))
            found |= {f"{node.name}.{method.name}": method.lineno for method in methods}
    return found


def copied(file: str) -> Path:
    """Where a file of the repository is in the copy; a module as it is before mutmut has it."""
    # mutmut names modules as they are named below src; all else looks for them in functions.
    module = file.startswith("functions/")
    return TREE / file.replace("functions", "src", 1) if module else TRIED / file


def digest(files: Iterable[Path]) -> str:
    """Of all that stands in files, whatever they are called."""
    whole = hashlib.sha256()
    for file in files:
        content = file.read_bytes()
        whole.update(f"{len(content)} ".encode() + content)
    return whole.hexdigest()


def _files(path: Path) -> Iterator[Path]:
    """All below it but this package, which tests nothing of what decides."""
    for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
        if file.is_file() and file.suffix != ".pyc" and Path(__file__).parent not in file.parents:
            yield file
