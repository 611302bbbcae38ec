"""`make audit`: asks for known vulnerabilities of everything that the locks list.

pip-audit says "No known vulnerabilities found" of packages that it could ask nothing about, too. So
it is asked first about a version whose vulnerability everybody knows, and is believed only where it
finds that one. Exit code 0: asked, and none known. 1: some are known. 3: no database was reached.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
LOCKS = (ROOT / "functions" / "requirements.txt", *sorted((ROOT / "requirements").glob("*.txt")))
DATABASES = ("pypi", "osv")
# CVE-2019-10906: sandbox escape, in every database since 2019.
CANARY = "jinja2==2.10"
KNOWN = {"CVE-2019-10906", "GHSA-462w-v97r-4m45", "PYSEC-2019-217"}

Ask = Callable[[str, Path], Sequence[dict[str, Any]]]


def main(ask: Ask | None = None, locks: Iterable[Path] = LOCKS) -> int:
    """Audit the locks with the first database that can be believed."""
    ask = ask or _pip_audit
    database = next((one for one in DATABASES if _is_believed(ask, one)), None)
    if database is None:
        print(
            f"No database of vulnerabilities was reached: none of {', '.join(DATABASES)} knows "
            f"that {CANARY} has one. Nothing was audited.",
            file=sys.stderr,
        )
        return 3
    bad, unasked = set[str](), set[str]()
    for lock in locks:
        for package in ask(database, lock):
            name = f"{package['name']} {package.get('version', '')}".strip()
            if package.get("skip_reason"):
                unasked.add(f"{name}: {package['skip_reason']}")
            bad |= {f"{name}: {_known(one)}" for one in package.get("vulns", ())}
    for line in sorted(bad):
        print(line)
    for line in sorted(unasked):
        print(f"not audited: {line}")
    print(f"Asked {database}, which knew of {CANARY}: {len(bad)} known vulnerabilities.")
    return 1 if bad else 3 if unasked else 0


def _is_believed(ask: Ask, database: str) -> bool:
    with tempfile.TemporaryDirectory() as folder:
        canary = Path(folder) / "canary.txt"
        canary.write_text(f"{CANARY}\n")
        told = ask(database, canary)
    found = {name for one in told for vuln in one.get("vulns", ()) for name in _names(vuln)}
    return bool(KNOWN & found)


def _names(vulnerability: dict[str, Any]) -> set[str]:
    return {vulnerability["id"], *vulnerability.get("aliases", ())}


def _known(vulnerability: dict[str, Any]) -> str:
    mended = ", ".join(vulnerability.get("fix_versions", ())) or "no version"
    return f"{vulnerability['id']}, mended in {mended}"


def _pip_audit(database: str, lock: Path) -> Sequence[dict[str, Any]]:
    """What pip-audit says of each package; nothing where it fails."""
    command = [
        sys.executable, "-m", "pip_audit", "--vulnerability-service", database, "--no-deps",
        "--disable-pip", "--format", "json", "--progress-spinner", "off", "--timeout", "15",
        "--requirement", str(lock),
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    try:
        return list(json.loads(done.stdout)["dependencies"])
    except (ValueError, KeyError):
        return []


if __name__ == "__main__":
    sys.exit(main())
