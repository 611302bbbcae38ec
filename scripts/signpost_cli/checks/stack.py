"""The stack: whether it is whole, and of this command's version."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from signpost import __version__
from signpost_cli.checks.catalogue import STACK
from signpost_cli.checks.findings import Finding, found, sound
from signpost_cli.checks.installation import Installation
from signpost_cli.checks.reading import Unreadable, attempt

_WHOLE = {"CREATE_COMPLETE", "UPDATE_COMPLETE", "IMPORT_COMPLETE"}
_ROLLED_BACK = ("UPDATE_ROLLBACK_COMPLETE", "IMPORT_ROLLBACK_COMPLETE")


def check(installation: Installation) -> list[Finding]:
    """The stack's status, version, parameters and the settings they make."""
    findings = judge_status(
        installation.name, installation.stack.get("StackStatus", ""), installation.redeploy
    )
    findings += judge_version(
        installation.name, installation.outputs.get("Version"), installation.redeploy
    )
    given = {item["ParameterKey"] for item in installation.stack.get("Parameters", [])}

    def parameters() -> list[Finding]:
        declared = installation.template["Parameters"]
        return judge_parameters(installation.name, given, declared, installation.redeploy)

    findings += attempt(STACK, "its parameters against the repository's template", parameters)
    try:
        _ = installation.settings
    except Unreadable as wrong:
        findings.append(found("stack-settings", str(wrong), installation.redeploy))
    return findings or [sound(STACK, f"{installation.name} is {_status(installation)}.")]


def _status(installation: Installation) -> str:
    return str(installation.stack["StackStatus"])


def judge_status(name: str, status: str, redeploy: str) -> list[Finding]:
    """A stack that is neither whole nor changing needs a person."""
    if status in _WHOLE:
        return []
    what = f"Stack {name} is {status}."
    look = f"aws cloudformation describe-stack-events --stack-name {name} --max-items 20"
    if status.endswith("_IN_PROGRESS"):
        return [
            found(
                "stack-busy",
                what,
                f"aws cloudformation wait stack-update-complete --stack-name {name}",
            )
        ]
    if status in _ROLLED_BACK:
        return [
            found("stack-rolled-back", f"{what} Its last update failed.", f"{look}\n{redeploy}")
        ]
    if status == "UPDATE_ROLLBACK_FAILED":
        again = f"aws cloudformation continue-update-rollback --stack-name {name}"
        return [found("stack-broken", what, f"{look}\n{again}")]
    return [found("stack-broken", what, f"{look}\n{redeploy}")]


def judge_version(name: str, deployed: str | None, redeploy: str) -> list[Finding]:
    """The stack is of the command's own version; before 0.2.0 stacks told none."""
    if deployed == __version__:
        return []
    its = f"is of version {deployed}" if deployed else "tells no version"
    command = [f"pipx install --force signpost-ecs=={deployed}"] if deployed else []
    return [
        found(
            "stack-version",
            f"Stack {name} {its}, this command is of {__version__}.",
            "\n".join([redeploy, *command]),
        )
    ]


def judge_parameters(
    name: str, given: Iterable[str], declared: Mapping[str, Any], redeploy: str
) -> list[Finding]:
    """The stack has the parameters that the template declares, and no other."""
    lacking, unknown = sorted(set(declared) - set(given)), sorted(set(given) - set(declared))
    parts = [f"lacks {', '.join(lacking)}"] if lacking else []
    parts += [f"has {', '.join(unknown)}, which the template does not know"] if unknown else []
    if not parts:
        return []
    return [found("stack-parameters", f"Stack {name} {' and '.join(parts)}.", redeploy)]
