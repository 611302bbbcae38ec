"""Whether what is said of an execution is so: its outcome, its sentences, its announcement.

What it has written is what Route 53 has accepted of it; where an answer of ChangeRecord was lost,
an execution may not know, and nothing is asked of its words.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from tests.search import receipts
from tests.search.histories import World
from tests.search.receipts import CHANGED, Written
from tests.support.asl import Walk

WROTE = (*CHANGED, "PartlyChanged")
NOTHING = "Nothing was changed."


def untrue(world: World) -> list[str]:
    """What is said and is not so."""
    written = receipts.writes(world.attempts, world.zone_names)
    lost = {
        one.execution
        for one in world.attempts
        if one.function == "ChangeRecord" and not one.answered
    }
    found = []
    for walk in world.ended:
        wrote = written.by.get(walk.name, Written())
        knows = walk.name not in lost
        if wrote.to_tell and walk.outcome not in WROTE and walk.status == "SUCCEEDED":
            found.append(f"{walk.name} ended {walk.outcome} and wrote in {wrote.to_tell}")
        if knows and not wrote.zones and walk.outcome in WROTE:
            found.append(f"{walk.name} ended {walk.outcome} and wrote nothing")
        if wrote.known and any(NOTHING in text for text in _said(walk)):
            found.append(f"{walk.name} wrote in {wrote.known} and says {NOTHING}: {_said(walk)}")
        seconds = (walk.output or {}).get("seconds")
        if seconds is not None and seconds < 0:
            found.append(f"{walk.name} took {seconds} seconds")
    return found


def _said(walk: Walk) -> list[str]:
    output: dict[str, Any] = walk.output or {}
    return [walk.cause or "", output.get("reason") or "", *output.get("warnings", ())]


def announced_wrongly(world: World) -> list[str]:
    """Changes that were not announced once, by the execution that made them."""
    written = receipts.writes(world.attempts, world.zone_names)
    times = Counter(one["execution"]["name"] for one in world.estate.announced)
    found = []
    for walk in world.ended:
        wrote = written.by.get(walk.name, Written())
        proved = walk.status == "SUCCEEDED" and (walk.output.get("verification") or {}).get("zones")
        expected = 1 if wrote.to_tell and proved else 0
        told = times[walk.name]
        if told != expected and (proved or not wrote.zones):
            said = f"was announced {told} times and wrote in {wrote.zones}"
            found.append(f"{walk.name} ({walk.outcome}) {said}")
    return found
