"""`make audit`: a database is believed only when it knows what everybody knows."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

import audit

KNOWN = {"id": "PYSEC-2019-217", "aliases": ["CVE-2019-10906"], "fix_versions": ["2.10.1"]}
BAD = {"id": "CVE-2099-1", "aliases": [], "fix_versions": ["3.0"]}


class Databases:
    """What is known of the canary and of the locks, in each database that can be reached."""

    def __init__(self, canary: dict[str, list[Any]], locks: Sequence[dict[str, Any]] = ()) -> None:
        self._canary, self._locks = canary, locks
        self.asked: list[str] = []

    def __call__(self, database: str, lock: Path) -> Sequence[dict[str, Any]]:
        if lock.name == "canary.txt":
            name, version = lock.read_text().strip().split("==")
            vulnerabilities = self._canary.get(database, [])
            return [{"name": name, "version": version, "vulns": vulnerabilities}]
        self.asked.append(database)
        return self._locks


LOCK = [Path("requirements.txt")]


def test_nothing_is_believed_where_no_database_is_reached(
    capsys: pytest.CaptureFixture[str],
) -> None:
    nowhere = Databases({})

    assert audit.main(nowhere, LOCK) == 3
    assert nowhere.asked == []
    assert "No database of vulnerabilities was reached" in capsys.readouterr().err


def test_one_that_knows_of_other_things_only_is_not_believed() -> None:
    assert audit.main(Databases({"pypi": [BAD]}), LOCK) == 3


def test_the_first_that_knows_the_canary_is_asked(capsys: pytest.CaptureFixture[str]) -> None:
    osv = Databases({"osv": [KNOWN]}, [{"name": "boto3", "version": "1", "vulns": []}])

    assert audit.main(osv, LOCK) == 0
    assert osv.asked == ["osv"]
    assert "Asked osv" in capsys.readouterr().out


def test_what_is_known_fails_and_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    found = Databases({"pypi": [KNOWN]}, [{"name": "boto3", "version": "1", "vulns": [BAD]}])

    assert audit.main(found, LOCK) == 1
    assert "boto3 1: CVE-2099-1, mended in 3.0" in capsys.readouterr().out


def test_a_package_that_was_not_audited_is_no_success(capsys: pytest.CaptureFixture[str]) -> None:
    skipped = Databases({"pypi": [KNOWN]}, [{"name": "boto3", "skip_reason": "not found"}])

    assert audit.main(skipped, LOCK) == 3
    assert "not audited: boto3: not found" in capsys.readouterr().out


def test_every_lock_is_audited() -> None:
    root = Path(__file__).parents[2]
    there = {*(root / "requirements").glob("*.txt"), root / "functions" / "requirements.txt"}
    assert set(audit.LOCKS) == there
