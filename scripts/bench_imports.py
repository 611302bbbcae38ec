"""How long each function's module takes to import: a cold start follows imports.

`make bench`: as this checkout's environment imports it, and what it loads.
`make bench-release`: as a release ships it, with all its libraries, compiled and from source, under
the Python that runs this.

Each figure is the median over fresh interpreters on this machine, in milliseconds, without the
interpreter's own start; compare figures of one machine only.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
FUNCTIONS, RELEASE = ROOT / "functions", ROOT / "build" / "release" / "functions"
RUNS = 9
HEAVY = ("aws_lambda_powertools", "boto3", "botocore", "dns", "pydantic")
# Nothing is imported but what the folder has; nothing is compiled, or nothing compiled is found.
_ALONE = ("-I", "-S", "-B")
_FROM_SOURCE = (*_ALONE, "-X", "pycache_prefix=/nonexistent")

_PROGRAM = """
import json, sys, time
sys.path.insert(0, sys.argv[1])
began = time.perf_counter()
__import__(sys.argv[2])
took = (time.perf_counter() - began) * 1000
packages = {name.partition(".")[0] for name in sys.modules}
print(json.dumps({"ms": took, "modules": len(sys.modules), "packages": sorted(packages)}))
"""


def main() -> None:
    """Print a line for each function."""
    modules = sorted(path.stem for path in FUNCTIONS.glob("*.py"))
    width = max(map(len, modules))
    if sys.argv[1:] == ["--release"]:
        print(f"{'module':{width}}  {'compiled':>8}  {'source':>6}  ms")
        for module in modules:
            compiled, source = (_median(RELEASE, module, how) for how in (_ALONE, _FROM_SOURCE))
            print(f"{module:{width}}  {compiled:8.0f}  {source:6.0f}")
        return
    print(f"{'module':{width}}  {'ms':>6}  {'modules':>7}  loads")
    for module in modules:
        median, told = _median(FUNCTIONS, module), _import(FUNCTIONS, module)
        loads = [name for name in HEAVY if name in told["packages"]]
        print(f"{module:{width}}  {median:6.0f}  {told['modules']:7}  {', '.join(loads)}")


def _median(folder: Path, module: str, options: tuple[str, ...] = ()) -> float:
    # The first one reads from the disk, and may compile.
    runs = [_import(folder, module, options)["ms"] for _ in range(RUNS + 1)][1:]
    return float(statistics.median(runs))


def _import(folder: Path, module: str, options: tuple[str, ...] = ()) -> dict[str, Any]:
    command = [sys.executable, *options, "-c", _PROGRAM, str(folder), module]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return dict(json.loads(done.stdout))


if __name__ == "__main__":
    main()
