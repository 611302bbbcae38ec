"""Which names services may take: the parameters `AllowedHostnames` and `DeniedHostnames`. Pure.

A pattern is a hostname in which `{zone}`, `{cluster}` and `{service}` stand for those of the
service, `*` for letters, digits and hyphens within one label (as a whole label at least one),
`**` for one or more labels, and the label `_any`, as in the tag, for the asterisk of a wildcard
name. So no pattern means a wildcard name, or a zone's apex, unless it says so.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, replace
from functools import lru_cache

from signpost.errors import HostnameNotAllowed, InvalidConfiguration
from signpost.model.refused import Refused
from signpost.model.service import Service
from signpost.model.zone import Zone
from signpost.names import hostnames
from signpost.names.placement import Desired, Placement


def patterns(given: Sequence[str]) -> tuple[str, ...]:
    """Patterns without a final dot. Raises InvalidConfiguration for one that could match nothing: a
    denied name would be taken, and nobody told.
    """
    read = tuple(one.removesuffix(".") for one in given)
    for one, bare in zip(given, read, strict=True):
        filled = hostnames.fill(bare, service="s", cluster="c", zone="z")
        if not all(filled.split(".")) or {"{", "}"} & set(filled):
            raise InvalidConfiguration(
                f"{one!r} in AllowedHostnames or DeniedHostnames is no pattern: its labels may not "
                "be empty, and braces can hold zone, cluster or service. Nothing was changed."
            )
    return read


@dataclass(frozen=True)
class HostnameRules:
    """A name has to match one of `allowed`, and none of `denied`."""

    allowed: tuple[str, ...]
    denied: tuple[str, ...]

    def forbids(self, name: str, zone: Zone, service: Service) -> str | None:
        """Why a service may not take a name of a zone, in a sentence; None where it may."""
        filled = {"zone": zone.name, "cluster": service.cluster, "service": service.name}
        for pattern in self.denied:
            if _matches(hostnames.fill(pattern, **filled), name):
                return f"DeniedHostnames has {pattern}, which is {name}."
        if any(_matches(hostnames.fill(pattern, **filled), name) for pattern in self.allowed):
            return None
        return f"{name} is none of AllowedHostnames: {', '.join(self.allowed)}."


@lru_cache(maxsize=512)
def _matches(pattern: str, name: str) -> bool:
    return re.fullmatch(r"\.".join(map(_label, pattern.split("."))), name) is not None


def _label(label: str) -> str:
    if label == "**":
        return r"[^.*]+(?:\.[^.*]+)*"
    if label == "*":
        return r"[^.*]+"
    if label == hostnames.WILDCARD:
        return r"\*"
    return r"[^.*]*".join(map(re.escape, label.split("*")))


def limit(
    desired: Desired, held: Mapping[str, Set[str]], service: Service, rules: HostnameRules
) -> Desired:
    """What there should be, without the names that the service may not take.

    `held` are the names that its ledgers list, by zone id: they stay, and are warned of, since a
    limit refuses what is new and never takes away what is served. One that the tag
    signpost:hostname asks for is refused; those that nobody has asked for are left out.
    """
    warnings: list[str] = []
    placements: list[Placement] = []
    left_out: list[str] = []
    refused: list[Refused] = []
    for place in desired.placements:
        without: set[str] = set()
        for name, why in forbidden(place, service, rules).items():
            if name in held.get(place.zone.id, ()):
                warnings.append(f"{why} It has that name already, and keeps it.")
            elif name in desired.asked:
                error = HostnameNotAllowed(
                    f"Tag signpost:hostname asks for {name} in zone {place.zone}. {why} "
                    "Give the service another name, or allow this one in the stack's parameters."
                )
                refused.append(Refused.of(error, zone=place.zone.id, name=name))
            else:
                without.add(name)
                left_out.append(why)
        if without:
            kept = tuple(record for record in place.record_sets if record.name not in without)
            place = replace(place, record_sets=kept)
        if place.record_sets:
            placements.append(place)
    said = [f"{why} It is left out." for why in left_out]
    reason = desired.reason
    if left_out and not placements:
        reason = " ".join(dict.fromkeys(left_out))
    return replace(
        desired,
        placements=tuple(placements),
        warnings=tuple(dict.fromkeys([*desired.warnings, *warnings, *said])),
        reason=reason,
        refused=(*desired.refused, *refused),
    )


def forbidden(place: Placement, service: Service, rules: HostnameRules) -> dict[str, str]:
    """The names of a placement that a service may not take, each with the reason."""
    names = dict.fromkeys(record.name for record in place.record_sets)
    judged = {name: rules.forbids(name, place.zone, service) for name in names}
    return {name: why for name, why in judged.items() if why}
