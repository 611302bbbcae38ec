"""`make mutants`: how many small faults in what decides some test notices.

mutmut tries each on the tests that reach its function. COUNT of all are tried, chosen by SEED and
by what they change, so that a change of one function leaves the choice of the others as it was.
What was tried is not tried again until its module or a test file that reaches it changes. Survivors
are named in survivors.toml: `equivalent`, where no test could notice, or `gap`. Exits with 1
where one is not, where a name fits nothing any more, or where fewer than AT_LEAST are noticed.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from mutants.made import ROOT, TREE, TRIED, WINGS, Mutant, copied, digest, prepare

NAMED = Path(__file__).with_name("survivors.toml")
KEPT = ROOT / "build" / "mutants" / "killed.json"
SEED, COUNT, AT_LEAST = 14, 720, 0.95
KILLED, TIMED_OUT, SURVIVED, EQUIVALENT, UNTRIED = ENDS = (
    "killed", "timed out", "survived", "equivalent", "not tried",
)  # fmt: skip
_WORDS = {
    "killed": KILLED,
    "timeout": TIMED_OUT,
    "segfault": TIMED_OUT,  # mutmut's word for what SIGKILL has ended
    "not checked": UNTRIED,
    "check was interrupted by user": UNTRIED,
}


class Named(NamedTuple):
    """What survivors.toml says of a survivor: `kind` is `equivalent` or `gap`."""

    kind: str
    reason: str


def main() -> int:
    """Try what was not tried yet, and say what came of all."""
    everyone = prepare()
    chosen = sample(everyone, COUNT)
    names = named(NAMED.read_text())
    if untried := [one.name for one in chosen if ends(chosen, names)[one] == UNTRIED]:
        command = [str(Path(sys.executable).with_name("mutmut")), "run"]
        command += ["--max-children", os.environ.get("JOBS", "2"), *untried]
        if subprocess.run(command, cwd=TREE, check=False).returncode == 0:
            keep(chosen)
    lines, right = report(ends(chosen, names), names, {one.identity for one in everyone})
    print("\n".join(lines))
    return 0 if right else 1


def sample(mutants: Sequence[Mutant], count: int) -> list[Mutant]:
    """So many of them, in the order of the code."""
    by_lot = sorted(
        mutants, key=lambda one: hashlib.sha256(f"{SEED} {one.identity}".encode()).digest()
    )
    return sorted(by_lot[:count], key=lambda one: (one.file, one.line))


def named(text: str) -> dict[str, Named]:
    """Whom survivors.toml names, by what they change."""
    return {
        f"{entry['file']} {entry['function']}\n{entry['mutation'].strip()}": Named(
            kind, entry["reason"]
        )
        for kind, entries in tomllib.loads(text).items()
        for entry in entries
    }


def ends(mutants: Sequence[Mutant], names: Mapping[str, Named]) -> dict[Mutant, str]:
    """What has come of each. One that is named as equivalent is not tried: nobody could tell."""
    from mutmut.stats import status_by_exit_code

    codes: dict[str, int | None] = {}
    for meta in (TRIED / "src").rglob("*.meta"):
        codes |= json.loads(meta.read_text())["exit_code_by_key"]
    kept = {identity for identity, (files, told) in _kept().items() if _told(files) == told}

    def end(one: Mutant) -> str:
        if one.identity in names and names[one.identity].kind == EQUIVALENT:
            return EQUIVALENT
        found = _WORDS.get(status_by_exit_code[codes.get(one.name)], SURVIVED)
        return KILLED if found == UNTRIED and one.identity in kept else found

    return {one: end(one) for one in mutants}


def keep(mutants: Sequence[Mutant]) -> None:
    """Note the kills of this copy for the next one, with what they depend on."""
    tests = json.loads((TRIED / "mutmut-stats.json").read_text())["tests_by_mangled_function_name"]
    kept = _kept()
    for one, end in ends(mutants, {}).items():
        if end == KILLED and (reach := tests.get(one.name.partition("__mutmut_")[0])):
            files = sorted({one.file, *(test.partition("::")[0] for test in reach)})
            kept[one.identity] = files, _told(files)
    KEPT.write_text(json.dumps(kept))


def report(
    found: Mapping[Mutant, str], names: Mapping[str, Named], known: set[str]
) -> tuple[list[str], bool]:
    """What is said, and whether all is as it should be. `known` are all mutants that there are."""
    lines = [f"{'':10}" + "".join(f"{end:>12}" for end in ENDS)]
    for wing in (*WINGS, "all"):
        counted = Counter(end for one, end in found.items() if wing in (one.wing, "all"))
        lines.append(f"{wing:10}" + "".join(f"{counted[end]:>12}" for end in ENDS))
    tried = sum(counted.values()) - counted[EQUIVALENT]
    share = (counted[KILLED] + counted[TIMED_OUT]) / tried
    lines.append(f"{share:.1%} of {tried} noticed; {AT_LEAST:.0%} are wanted")
    wrong = list(_wrong(found, names, known))
    for one, end in found.items():
        if end == SURVIVED and (name := names.get(one.identity)):
            lines += ["", f"{one.file}:{one.line} a gap: {name.reason}", one.mutation]
    return [*lines, *wrong], not wrong and share >= AT_LEAST and not counted[UNTRIED]


def _wrong(
    found: Mapping[Mutant, str], names: Mapping[str, Named], known: set[str]
) -> Iterator[str]:
    for one, end in found.items():
        if end == SURVIVED and one.identity not in names:
            yield f"\n{one.file}:{one.line} {one.function} survives unnamed\n{one.mutation}"
        if end in (KILLED, TIMED_OUT) and one.identity in names:
            yield f"\n{one.file}:{one.line} {one.function} is a gap no more\n{one.mutation}"
    for identity in names.keys() - known:
        yield f"\nNamed, but no mutant any more: {identity}"


def _kept() -> dict[str, tuple[list[str], str]]:
    """The kills of all copies so far: with which files, and what stood in them."""
    return json.loads(KEPT.read_text()) if KEPT.exists() else {}


def _told(files: Sequence[str]) -> str:
    return digest(path for path in map(copied, files) if path.exists())


if __name__ == "__main__":
    sys.exit(main())
