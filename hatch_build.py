"""What the wheel holds beside its packages: all that is deployed, as data of `signpost_stack`.

The handlers are single modules for the Lambdas; in a wheel they must not be modules of their own.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

DEPLOYED = ("template.yaml", "statemachine/*.json", "functions/*.py")


class StackFiles(BuildHookInterface[Any]):
    """hatchling's hook for the wheel."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Add the files, except where the package is installed from the checkout that has them."""
        if version == "editable":
            return
        root = Path(self.root)
        for pattern in DEPLOYED:
            for path in sorted(root.glob(pattern)):
                name = path.relative_to(root).as_posix()
                build_data["force_include"][str(path)] = f"signpost_stack/{name}"
