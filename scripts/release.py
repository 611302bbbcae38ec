"""`make release`: everything of a version in dist/, the same byte by byte whoever makes it.

Run by Python 3.13, the Lambdas' own, in an environment of requirements/release.txt: compiled code
belongs to one version of Python. Exits with 3 under any other.

    signpost_ecs-VERSION….whl, ….tar.gz    the command, as a wheel and as source
    signpost-functions-VERSION.zip         the Lambdas' code with all that it imports, compiled
    template.yaml, *.asl.json              the stack that runs it, for `sam deploy` in that folder
    signpost-functions-VERSION.cdx.json    what the Lambdas ship, as a CycloneDX SBOM
    SHA256SUMS                             of all of them
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import signpost_stack
from licences import canonical, packages
from signpost import __version__
from signpost_stack.archive import zipped

RUNTIME = (3, 13)  # template.yaml's
ROOT = signpost_stack.ROOT
DIST, BUILD = ROOT / "dist", ROOT / "build" / "release"
CODE, LIBRARIES = BUILD / "functions", BUILD / "libraries"
INSTALLED = BUILD / "installed.json"  # pip's report: which files, with their hashes
LOCK = ROOT / "functions" / "requirements.txt"
ARCHIVE = f"signpost-functions-{__version__}.zip"
SBOM = f"signpost-functions-{__version__}.cdx.json"


def main() -> int:
    """Make it all anew."""
    if sys.version_info[:2] != RUNTIME:
        sys.stderr.write(f"A release is compiled for Python 3.13, and this is {sys.version}.\n")
        return 3
    for folder in (DIST, BUILD):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
    _run("hatchling", "build", "--directory", str(DIST))
    python = _install_libraries()
    _gather_code()
    _compile()
    _try_imports()
    files = {_name(path): path.read_bytes() for path in CODE.rglob("*") if path.is_file()}
    (DIST / ARCHIVE).write_bytes(zipped(files))
    _write_template()
    _write_sbom(python)
    _write_sums()
    for path in sorted(DIST.iterdir()):
        sys.stdout.write(f"{path.stat().st_size / 1e6:6.1f} MB  dist/{path.name}\n")
    return 0


def _run(module: str, *words: str) -> None:
    # Nothing of the machine shall enter: no hash seed, no time.
    environment = os.environ | {"PYTHONHASHSEED": "0", "SOURCE_DATE_EPOCH": "315532800"}
    command = [sys.executable, "-m", module, *words]
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise SystemExit(f"{done.stdout}{done.stderr}{' '.join(command)} failed: no release.")


def _name(path: Path) -> str:
    return path.relative_to(CODE).as_posix()


def _install_libraries() -> Path:
    """What the functions import, as the lock has it, in an environment with nothing else.

    Returns its Python.
    """
    _run("venv", "--without-pip", str(LIBRARIES))
    python = LIBRARIES / "bin" / "python"
    _run(
        "pip", "--python", str(python), "install", "--disable-pip-version-check", "--no-deps",
        "--no-compile", "--only-binary", ":all:", "--require-hashes", "--requirement", str(LOCK),
        "--report", str(INSTALLED),
    )  # fmt: skip
    return python


def _gather_code() -> None:
    """The functions beside what they import, as Lambda unpacks them."""
    major, minor = RUNTIME
    shutil.copytree(LIBRARIES / "lib" / f"python{major}.{minor}" / "site-packages", CODE)
    for record in CODE.glob("*.dist-info/RECORD"):
        record.unlink()  # of programs too, whose first line names the folder of the environment
    for name, path in signpost_stack.functions().items():
        (CODE / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, CODE / name)


def _compile() -> None:
    """Compiled code that is checked against its source by hash: times do not travel in a zip.

    Its traces name the folder in which Lambda unpacks it.
    """
    _run(
        "compileall", "-q", "-j", "1", "--invalidation-mode", "checked-hash",
        "-s", str(CODE), "-p", "/var/task", str(CODE),
    )  # fmt: skip


def _try_imports() -> None:
    """Each function, with nothing to import but what it ships."""
    for path in sorted((ROOT / "functions").glob("*.py")):
        program = f"import sys; sys.path.insert(0, {str(CODE)!r}); import {path.stem}"
        subprocess.run([sys.executable, "-I", "-S", "-B", "-c", program], check=True)


def _write_template() -> None:
    """The stack's files side by side, so that they can be deployed from wherever they lie."""
    text = signpost_stack.TEMPLATE.read_text()
    text, code = re.subn(r"(?m)CodeUri: functions/$", f"CodeUri: {ARCHIVE}", text)
    text, machines = re.subn(r"DefinitionUri: statemachine/", "DefinitionUri: ", text)
    definitions = list((ROOT / "statemachine").glob("*.json"))
    if (code, machines) != (1, len(definitions)):
        raise SystemExit(f"template.yaml names {code} folders of code, {machines} definitions.")
    (DIST / "template.yaml").write_text(text)
    for path in definitions:
        shutil.copyfile(path, DIST / path.name)


def _write_sbom(python: Path) -> None:
    """What the functions ship, with its licences and what needs what."""
    _run(
        "cyclonedx_py", "environment", str(python), "--pyproject", str(ROOT / "pyproject.toml"),
        "--output-reproducible", "--output-format", "JSON", "--output-file", str(DIST / SBOM),
    )  # fmt: skip
    told = json.loads((DIST / SBOM).read_text())
    # The project's version is no plain text in pyproject.toml, which is all that the tool reads.
    told["metadata"]["component"] |= {"name": "signpost-functions", "version": __version__}
    add_hashes(told["components"], json.loads(INSTALLED.read_text())["install"])
    text = json.dumps(told, indent=2, sort_keys=True) + "\n"
    if wrong := sbom_complaints(text):
        raise SystemExit("\n".join(["The SBOM is not what it has to be:", *wrong]))
    (DIST / SBOM).write_text(text)


def add_hashes(components: list[dict[str, Any]], installed: list[dict[str, Any]]) -> None:
    """Give each component the hash of the file that was installed, from pip's report."""
    hashes = {
        canonical(one["metadata"]["name"]): one["download_info"]["archive_info"]["hashes"]["sha256"]
        for one in installed
    }
    for component in components:
        found = hashes.get(canonical(component["name"]))
        if found:
            component["hashes"] = [{"alg": "SHA-256", "content": found}]


def sbom_complaints(text: str) -> list[str]:
    """What an SBOM lacks: CycloneDX's own schema, licences, hashes, packages of the lock."""
    from cyclonedx.schema import SchemaVersion
    from cyclonedx.validation.json import JsonStrictValidator

    told = json.loads(text)
    version = SchemaVersion.from_version(told["specVersion"])
    invalid = JsonStrictValidator(version).validate_str(text)
    said = [f"it is no CycloneDX {told['specVersion']}: {invalid}"] if invalid else []
    listed = {canonical(one["name"]): one for one in told["components"]}
    for name, (locked, _) in packages(LOCK.read_text()):
        one = listed.get(name, {})
        if one.get("version") != locked:
            said.append(f"{name} {locked} is not in it")
        said += [f"{name} has no {key}" for key in ("licenses", "hashes") if not one.get(key)]
    return said


def _write_sums() -> None:
    """For `sha256sum --check`."""
    sums = [
        f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n"
        for path in sorted(DIST.iterdir())
    ]
    (DIST / "SHA256SUMS").write_text("".join(sums))


if __name__ == "__main__":
    sys.exit(main())
