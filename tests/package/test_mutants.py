"""What `make mutants` chooses, recognises and complains of."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from mutants import __main__ as command
from mutants import made
from mutants.__main__ import EQUIVALENT, KILLED, SURVIVED, TIMED_OUT, UNTRIED, named, report, sample
from mutants.made import Mutant, changed, respelt, starts

MUTANT = Mutant(
    file="functions/signpost/names/naming.py",
    function="Names.of",
    mutation="-return a and b\n+return a or b",
    line=7,
    name="signpost.names.naming.x_of__mutmut_1",
)
SURVIVORS = '''
[[gap]]
file = "functions/signpost/names/naming.py"
function = "Names.of"
mutation = """
-return a and b
+return a or b
"""
reason = "no test has both"
'''


def test_a_mutant_is_known_by_what_it_changes() -> None:
    assert changed(
        ["def f():", "    if a and b:", "        c"], ["def f():", "    if a or b:", "        c"]
    ) == (
        "-if a and b:\n+if a or b:",
        1,
    )


@pytest.mark.parametrize(
    ("mutation", "is_one"),
    [
        ('-say("no zone")\n+say("XXno zoneXX")', True),
        ('-say("no zone")\n+say("NO ZONE")', True),
        ('-say("zone")\n+say("ZONE")', False),
        ('-say("no zone", a)\n+say("no zone", None)', False),
        ('-say("no zone")', False),
    ],
)
def test_a_sentence_that_is_spelt_otherwise_is_no_fault(mutation: str, is_one: bool) -> None:
    assert respelt(mutation) is is_one


def test_functions_and_methods_are_found_where_they_stand() -> None:
    assert starts("def a(): ...\nclass B:\n    @property\n    def c(self): ...\n") == {
        "a": 1,
        "B.c": 4,
    }


def test_the_choice_among_others_stays_when_one_goes() -> None:
    mutants = [replace(MUTANT, mutation=str(number)) for number in range(100)]
    chosen = sample(mutants, 20)
    left = [one for one in mutants if one != chosen[0]]
    assert set(chosen[1:]) < set(sample(left, 20))


@pytest.mark.parametrize(
    ("end", "survivors", "complaint"),
    [
        (KILLED, "", None),
        (TIMED_OUT, "", None),
        (SURVIVED, "", "naming.py:7 Names.of survives unnamed\n-return a and b\n+return a or b"),
        (SURVIVED, SURVIVORS, None),
        (KILLED, SURVIVORS, "naming.py:7 Names.of is a gap no more"),
        (EQUIVALENT, SURVIVORS.replace("gap", "equivalent"), None),
        (KILLED, SURVIVORS.replace("a or b", "b"), "no mutant any more"),
    ],
)
def test_a_survivor_has_a_name_and_a_name_a_survivor(
    end: str, survivors: str, complaint: str | None
) -> None:
    others = [replace(MUTANT, mutation=str(number)) for number in range(30)]
    found = dict.fromkeys(others, KILLED) | {MUTANT: end}
    lines, right = report(found, named(survivors), {one.identity for one in found})
    assert right is (complaint is None)
    assert (complaint or "noticed") in "\n".join(lines)


@pytest.mark.parametrize(("end", "count"), [(SURVIVED, 6), (UNTRIED, 1)])
def test_too_few_that_are_noticed_or_tried_are_not_enough(end: str, count: int) -> None:
    mutants = [replace(MUTANT, mutation=str(number)) for number in range(100)]
    (name,) = named(SURVIVORS).values()
    found = dict.fromkeys(mutants, KILLED) | dict.fromkeys(mutants[:count], end)
    names = {one.identity: name for one in mutants[:count] if end == SURVIVED}
    _, right = report(found, names, {one.identity for one in found})
    assert not right


@pytest.mark.parametrize(
    ("edited", "end"),
    [
        ("mutants/tests/unit/names/test_naming.py", UNTRIED),
        ("src/signpost/names/naming.py", UNTRIED),
        ("mutants/tests/unit/names/test_permitted.py", KILLED),
    ],
)
def test_what_was_killed_is_not_tried_again_until_its_module_or_its_tests_change(
    edited: str, end: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried, test = tmp_path / "mutants", "tests/unit/names/test_naming.py"
    monkeypatch.setattr(made, "TREE", tmp_path)
    monkeypatch.setattr(made, "TRIED", tried)
    monkeypatch.setattr(command, "TRIED", tried)
    monkeypatch.setattr(command, "KEPT", tmp_path / "killed.json")
    for file in ("mutants/src/m.meta", f"mutants/{test}", edited, "src/signpost/names/naming.py"):
        (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / file).touch()
    reach = {"tests_by_mangled_function_name": {"signpost.names.naming.x_of": [f"{test}::test_it"]}}
    (tried / "mutmut-stats.json").write_text(json.dumps(reach))
    verdicts = tried / "src" / "m.meta"
    verdicts.write_text(json.dumps({"exit_code_by_key": {MUTANT.name: 1}}))
    command.keep([MUTANT])

    verdicts.write_text(json.dumps({"exit_code_by_key": {MUTANT.name: None}}))
    (tmp_path / edited).write_text("other")

    assert command.ends([MUTANT], {}) == {MUTANT: end}
