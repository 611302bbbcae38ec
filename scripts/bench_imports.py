"""`make bench`: how long each function's module takes to import, and what it loads.

A cold start follows imports. Each figure is the median over fresh interpreters on this machine,
in milliseconds, without the interpreter's own start; compare figures of one machine only.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
from pathlib import Path
from typing import Any

FUNCTIONS = Path(__file__).parents[1] / "functions"
RUNS = 9
HEAVY = ("aws_lambda_powertools", "boto3", "botocore", "dns", "pydantic")

_PROGRAM = """
import json, sys, time
began = time.perf_counter()
__import__(sys.argv[1])
took = (time.perf_counter() - began) * 1000
packages = {name.partition(".")[0] for name in sys.modules}
print(json.dumps({"ms": took, "modules": len(sys.modules), "packages": sorted(packages)}))
"""


def main() -> None:
    """Print a line for each function."""
    modules = sorted(path.stem for path in FUNCTIONS.glob("*.py"))
    width = max(map(len, modules))
    print(f"{'module':{width}}  {'ms':>6}  {'modules':>7}  loads")
    for module in modules:
        runs = [_import(module) for _ in range(RUNS + 1)][1:]  # the first one compiles
        milliseconds = statistics.median(run["ms"] for run in runs)
        loads = [name for name in HEAVY if name in runs[0]["packages"]]
        print(f"{module:{width}}  {milliseconds:6.0f}  {runs[0]['modules']:7}  {', '.join(loads)}")


def _import(module: str) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-c", _PROGRAM, module],
        cwd=FUNCTIONS,
        capture_output=True,
        text=True,
        check=True,
    )
    return dict(json.loads(done.stdout))


if __name__ == "__main__":
    main()
