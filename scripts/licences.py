"""`make licences`: docs/licences.md, from what the environments have installed.

Each lock's packages with their versions and licences, as their own metadata tells. One whose
licence is not told, or not among those that may be shipped or used, is refused: exit code 1.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from importlib.metadata import Distribution, distributions
from pathlib import Path

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "licences.md"
# What a lock is for, and the environment that has it. What is tested is what is shipped.
LOCKS = {
    "functions/requirements.txt": ("Shipped: the Lambdas' zip", ".venv"),
    "requirements/local.txt": ("The command and its local AWS", ".venv"),
    "requirements/dev.txt": ("Tests and checks", ".venv"),
    "requirements/release.txt": ("`make release` and `make locks`", "build/release-venv"),
    "requirements/checkov.txt": ("`make check`, Checkov", "build/checkov-venv"),
    "requirements/audit.txt": ("`make audit`", "build/audit-venv"),
    "requirements/engines.txt": ("`make engines`, where Node is too old", "build/engines/node"),
}
SHIPPED = "functions/requirements.txt"
PERMISSIVE = {
    "0BSD", "Apache-2.0", "BSD", "BSD-2-Clause", "BSD-3-Clause", "CC0-1.0", "CNRI-Python", "ISC",
    "MIT", "MIT-0", "PSF-2.0", "Zlib",
}  # fmt: skip
# Its conditions end with its own files. What is used may have it, what is shipped may not.
USED = PERMISSIVE | {"MPL-2.0"}
# What older metadata says, in SPDX's words; "BSD" leaves open which. None is no licence at all.
_SPDX = {
    "Apache Software License": "Apache-2.0",
    "BSD License": "BSD",
    "DFSG approved": None,
    "Freely Distributable": None,
    "ISC License (ISCL)": "ISC",
    "MIT License": "MIT",
    "MIT No Attribution License (MIT-0)": "MIT-0",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "Python Software Foundation License": "PSF-2.0",
}
_HEAD = """\
# Licences

Made by `make licences` from the metadata of what the [locks](../requirements) install; a test
holds it against them. Signpost's own is the [Apache License 2.0](../LICENSE). What is shipped may
have a permissive licence only; what is only used may have the MPL 2.0 too, whose conditions end
with its own files. Each package's text of its licence lies in the zip beside its code
(`*.dist-info`). Where older metadata names several, all are listed, and `BSD` is one of its
variants. A package without a licence here is installed on other systems only: nothing of it was
read.
"""


def main() -> int:
    """Write the page; 1 where something is refused."""
    page, refused = [_HEAD], []
    for lock, (title, environment) in LOCKS.items():
        told = licences(ROOT / environment)
        listed = dict(packages((ROOT / lock).read_text()))
        refused += refusals(lock, listed, told)
        page.append(section(lock, title, listed, told))
    PAGE.write_text("\n".join(page))
    sys.stdout.write("".join(f"{line}\n" for line in refused))
    return 1 if refused else 0


def packages(lock: str) -> Iterator[tuple[str, tuple[str, bool]]]:
    """Each package of a lock: name → version, and whether it may be for other systems only."""
    for name, version, marker in re.findall(r"(?m)^([a-z0-9][a-z0-9.-]*)==(\S+)([^\n\\]*)", lock):
        yield name, (version, bool(marker.strip()))


def licences(environment: Path) -> dict[str, str]:
    """The licences of what an environment has installed, by the names that a lock uses."""
    folders = [str(path) for path in environment.glob("lib/python*/site-packages")]
    return {canonical(one.name): licence(one) for one in distributions(path=folders)}


def canonical(name: str) -> str:
    """A package's name as an index writes it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def licence(package: Distribution) -> str:
    """An SPDX expression from a package's metadata, newest field first; empty where none tells."""
    told = package.metadata
    if told["License-Expression"]:
        return str(told["License-Expression"])
    heads = [one for one in told.get_all("Classifier") or () if one.startswith("License ::")]
    names = [_SPDX.get(name, name) for name in (one.split(" :: ")[-1] for one in heads)]
    found = [name for name in names if name]
    return " AND ".join(sorted(found)) or (str(told["License"] or "").splitlines() or [""])[0][:60]


def refusals(
    lock: str, listed: Mapping[str, tuple[str, bool]], told: Mapping[str, str]
) -> list[str]:
    """The packages of a lock that may not be shipped, or not be used, each with why."""
    allowed = PERMISSIVE if lock == SHIPPED else USED
    return [
        f"{lock}: {name} {version} has the licence {told.get(name) or 'that nobody tells'}"
        for name, (version, elsewhere) in listed.items()
        if not (name not in told and elsewhere) and not _is_allowed(told.get(name, ""), allowed)
    ]


def _is_allowed(expression: str, allowed: set[str]) -> bool:
    """Whether what an SPDX expression asks is met: of OR one side, of AND both."""
    inner = re.sub(r"\(([^()]*)\)", lambda found: _word(_is_allowed(found[1], allowed)), expression)
    if inner != expression:
        return _is_allowed(inner, allowed | {"allowed"})
    return any(
        all(part.strip() in allowed for part in side.split(" AND "))
        for side in expression.split(" OR ")
    )


def _word(met: bool) -> str:
    return "allowed" if met else "refused"


def section(
    lock: str, title: str, listed: Mapping[str, tuple[str, bool]], told: Mapping[str, str]
) -> str:
    """A lock's part of the page."""
    rows = [
        f"| {name} | {version} | {told.get(name, '')} |" for name, (version, _) in listed.items()
    ]
    return "\n".join([f"## {title}", "", f"`{lock}`", "", *_table(rows), ""])


def _table(rows: Sequence[str]) -> list[str]:
    return ["| package | version | licence |", "|---|---|---|", *rows]


if __name__ == "__main__":
    sys.exit(main())
