"""What is deployed: the template, the state machines and the functions' code, wherever they lie.

A checkout has them where everybody looks for them, a wheel inside this package.
"""

from __future__ import annotations

from pathlib import Path

import signpost

_HERE = Path(__file__).parent
# The folder of template.yaml, from which the template names all other files.
ROOT = _HERE if (_HERE / "template.yaml").exists() else _HERE.parents[1]
TEMPLATE = ROOT / "template.yaml"


def functions() -> dict[str, Path]:
    """The code that all functions share: each file by its path in the functions' folder, sorted.

    The libraries of functions/requirements.txt are not among them.
    """
    domain = Path(signpost.__file__).parent
    files = {path.name: path for path in (ROOT / "functions").glob("*.py")}
    files |= {path.relative_to(domain.parent).as_posix(): path for path in domain.rglob("*.py")}
    return dict(sorted(files.items()))
