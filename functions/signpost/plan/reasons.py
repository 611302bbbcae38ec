"""What a plan comes to, and the sentence that says why. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from signpost.errors import ServiceNotFound
from signpost.model.service import ServiceState
from signpost.names.placement import Desired
from signpost.plan.part import Part
from signpost.plan.rounds import Written
from signpost.plan.situation import Situation
from signpost.settings import Settings


def decide(
    parts: Sequence[Part],
    proves: bool,
    overtaken: Mapping[str, Written],
    desired: Desired,
    situation: Situation,
    settings: Settings,
) -> tuple[str, str]:
    """The plan's action, and the sentence that says why."""
    placements, why = desired.placements, desired.reason
    owned = any(part.ledger for part in parts)
    if proves or any(part.needs_batch for part in parts):
        if placements:
            reasons = [place.reason + "." for place in placements]
            reasons += [part.changes.adoption for part in parts if part.changes.adoption]
            return "change", " ".join(dict.fromkeys(reasons))
        if any(part.changes.after for part in parts):
            keeps = "keeps its names" if settings.policy == "upsert-only" else "keeps what can't go"
            return "change", f"{why} Policy {settings.policy} {keeps}."
        if any(part.needs_batch for part in parts):
            return "remove", why
        return "remove", (
            f"{why} Its names are gone: an earlier attempt of this execution, or another execution "
            "at the same time, removed them."
        )
    if overtaken:
        return "overtaken", _by_whom(parts, overtaken)
    if placements:
        return "none", "Its names are as they should be."
    if owned and situation.service.left_alone:
        return "none", f"{why} Its names are left as they are."
    if owned:
        return "none", f"{why} Policy {settings.policy} removes nothing."
    if situation.service.is_gone:
        return "none", f"{why} Signpost has no names for it."
    return "skip", f"{why} Signpost has no names for it."


def is_unknown(parts: Sequence[Part], situation: Situation) -> bool:
    """Whether somebody asks for a service of which neither ECS nor a ledger knows. Of an event that
    comes late that is nothing to tell.
    """
    is_first = situation.earlier.action is None
    asked, state = is_first and situation.trigger.kind == "manual", situation.service.state
    return asked and state is ServiceState.MISSING and not any(part.ledger for part in parts)


def misspelt(situation: Situation) -> str:
    """What is said then."""
    service = situation.service
    return (
        f"{ServiceNotFound.__name__}: {service.reason} Signpost has no names for {service.name} of "
        f"cluster {service.cluster} either: cluster or service is misspelt, or the service was "
        "removed long ago, and its names with it."
    )


def _by_whom(parts: Sequence[Part], overtaken: Mapping[str, Written]) -> str:
    others = [part.ledger.execution for part in parts if part.ledger and part.zone.id in overtaken]
    if others:
        return f"It was made, and execution {', '.join(dict.fromkeys(others))} replaced it since."
    return "It was made, and another execution removed the names since."
