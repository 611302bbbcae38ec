"""`make mutants`: small faults in what decides, and whether a test fails for each.

mutmut makes the mutants and tries each on the tests that reach its function, in a copy below
build/mutants. Tried are COUNT of all of them, chosen by what they change: a change of one module
leaves the others' choice as it was. What was tried is not tried again until its module or a test
file that reaches it changes. Who survives is named in tests/mutants.toml, or this exits with 1.
"""

from __future__ import annotations

import ast
import contextlib
import difflib
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
NAMED = ROOT / "tests" / "mutants.toml"
KEPT = ROOT / "build" / "mutants" / "killed.json"
TREE = ROOT / "build" / "mutants" / "tree"
TRIED = TREE / "mutants"  # where mutmut runs the tests
WINGS = ("names", "ledger", "plan", "proof", "sweep", "triggers")
SEED, COUNT, AT_LEAST = 14, 720, 0.95
TESTED_WITH = ("scripts", "statemachine", "tests", "template.yaml", "pyproject.toml")
KILLED, TIMED_OUT, SURVIVED, EQUIVALENT = "killed", "timed out", "survived", "equivalent"


@dataclass(frozen=True)
class Mutant:
    """One fault: `name` is mutmut's, `mutation` what it takes from the function and puts there."""

    file: str
    function: str
    mutation: str
    line: int
    name: str

    @property
    def identity(self) -> str:
        """The same as long as the function's lines are."""
        return f"{self.file}:{self.function}\n{self.mutation}"

    @property
    def wing(self) -> str:
        return self.file.split("/")[2]


def main() -> int:
    """Try what was not tried yet and say how all ended; 1 where a survivor has no name."""
    everyone = prepare()
    chosen = sample(everyone)
    entries = named()
    undecided = [
        mutant.name
        for mutant in chosen
        if mutant.name not in verdicts() and entries.get(mutant.identity) != EQUIVALENT
    ]
    if undecided:
        mutmut = Path(sys.executable).with_name("mutmut")
        command = [str(mutmut), "run", "--max-children", os.environ.get("JOBS", "2"), *undecided]
        subprocess.run(command, cwd=TREE, check=False)
        keep(chosen, verdicts())
    lines, failed = report(chosen, everyone, entries, verdicts())
    print("\n".join(lines))
    return int(failed)


def prepare() -> list[Mutant]:
    """All mutants there are; the copy is made anew where something in it has changed."""
    state = _digest(ROOT / part for part in ("functions", *TESTED_WITH))
    listed = TREE / "listed.json"
    if listed.exists() and (found := json.loads(listed.read_text()))["state"] == state:
        return [Mutant(**mutant) for mutant in found["mutants"]]
    shutil.rmtree(TREE, ignore_errors=True)
    # mutmut takes its modules' names from below src; all else finds them where they always are.
    _copy(ROOT / "functions", TREE / "src")
    _copy(ROOT / "pyproject.toml", TREE / "pyproject.toml")
    for part in TESTED_WITH:
        _copy(ROOT / part, TRIED / part)
    (TRIED / "functions").symlink_to("src")
    print("Listing the mutants …", flush=True)
    mutants = list(every_mutant())
    listed.write_text(json.dumps({"state": state, "mutants": [asdict(one) for one in mutants]}))
    return mutants


def every_mutant() -> Iterator[Mutant]:
    """All that mutmut makes of the wings, without those that only spell a sentence otherwise."""
    seen = set()
    with contextlib.chdir(TREE):  # where mutmut looks for what it is told
        from mutmut.mutation.file_mutation import mutate_file_contents

        for path in sorted(path for wing in WINGS for path in Path("src/signpost", wing).glob("*")):
            source = path.read_text() if path.suffix == ".py" else ""
            made = mutate_file_contents(str(path), source)
            module = ".".join(path.with_suffix("").parts[1:])
            lines, spans = made.code.splitlines(), made.line_span_by_function_name
            for name in made.mutant_names:
                mangled = name.partition("__mutmut_")[0]
                function = mangled.removeprefix("x_").removeprefix("xǁ").replace("ǁ", ".")
                short = function.rpartition(".")[2]
                before, after = (
                    [
                        line.replace(variant, short)
                        for line in lines[spans[variant].start - 1 : spans[variant].end]
                    ]
                    for variant in (f"{mangled}__mutmut_orig", name)
                )
                mutation, offset = changed(before, after)
                line = starts(source)[function] + offset - _head(before, short)
                file = f"functions/{path.relative_to('src')}"
                mutant = Mutant(file, function, mutation, line, f"{module}.{name}")
                if mutant.identity not in seen and not respelt(mutation):
                    seen.add(mutant.identity)
                    yield mutant


def changed(before: Sequence[str], after: Sequence[str]) -> tuple[str, int]:
    """The lines that go and come, without their indentation, and where the first of them stands."""
    matcher = difflib.SequenceMatcher(a=before, b=after, autojunk=False)
    blocks = [block for block in matcher.get_opcodes() if block[0] != "equal"]
    lines = []
    for _, start, end, other_start, other_end in blocks:
        lines += [f"-{line.strip()}" for line in before[start:end]]
        lines += [f"+{line.strip()}" for line in after[other_start:other_end]]
    return "\n".join(lines), blocks[0][1]


def respelt(mutation: str) -> bool:
    """Whether all that changed is the spelling of a text of several words: mutmut writes XX around
    it, or changes its case.
    """
    gone = "".join(line[1:] for line in mutation.splitlines() if line[0] == "-")
    come = "".join(line[1:] for line in mutation.splitlines() if line[0] == "+")
    if gone.lower() != come.replace("XX", "").lower():
        return False
    start = len(os.path.commonprefix([gone, come]))
    end = len(come) - len(os.path.commonprefix([gone[:start:-1], come[:start:-1]]))
    return " " in come[start:end]


def starts(source: str) -> dict[str, int]:
    """The line of each function and method."""
    found = {}
    for node in ast.parse(source).body:
        if isinstance(node, ast.FunctionDef):
            found[node.name] = node.lineno
        elif isinstance(node, ast.ClassDef):
            for method in node.body:
                if isinstance(method, ast.FunctionDef):
                    found[f"{node.name}.{method.name}"] = method.lineno
    return found


def sample(mutants: Sequence[Mutant]) -> list[Mutant]:
    """COUNT of them, by what they change and the seed."""
    by_chance = sorted(mutants, key=lambda one: _hash(f"{SEED} {one.identity}"))
    return sorted(by_chance[:COUNT], key=lambda one: (one.file, one.line))


def named() -> dict[str, str]:
    """What tests/mutants.toml says: identity → EQUIVALENT or "gap"."""
    return {
        f"{entry['file']}:{entry['function']}\n{entry['mutation'].strip()}": kind
        for kind, entries in tomllib.loads(NAMED.read_text()).items()
        for entry in entries
        if entry["reason"]
    }
