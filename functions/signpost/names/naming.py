"""The names that a service's tags or `HostnameTemplate` give it, and the zones for them. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from signpost.errors import HostnameInvalid, InvalidConfiguration, ZoneNotFound
from signpost.model.refused import Refused
from signpost.model.service import Configuration, Service
from signpost.model.zone import PUBLIC, Zone
from signpost.names import hostnames
from signpost.settings import Settings

MAX_NAMES = 20  # of a service: a run by hand reads each of them, ten calls a second being allowed
_IN_TAG = "in the tag signpost:hostname"


def allowed_zones(configuration: Configuration, zones: Sequence[Zone]) -> list[Zone]:
    """The zones that the tag signpost:zone leaves; all without it. Raises ZoneNotFound."""
    wanted = configuration.zone
    if wanted is None:
        return list(zones)
    name = wanted.lower().removesuffix(".")
    allowed = [zone for zone in zones if wanted == zone.id or name == zone.name]
    if not allowed:
        raise ZoneNotFound(
            f"Tag signpost:zone names {wanted}, which is none of the zones that Signpost may "
            f"write: {', '.join(map(str, zones))}. Correct the tag, or list the zone."
        )
    return allowed


@dataclass(frozen=True)
class Names:
    """Finds the names of one service. Who asks sees the public zones, or those of a VPC, and of the
    zones seen the longest answers: so each such view is looked at by itself.
    """

    service: Service
    settings: Settings
    zones: tuple[Zone, ...]  # all that may be written
    taking: Mapping[str, Collection[str]]  # by id, those that can take something: in which views
    views: Collection[str]  # in which the service can have names: VPCs, or PUBLIC

    def of(self, zone: Zone, from_rules: Sequence[str] | None = None) -> list[str]:
        """The names for one zone; `from_rules` are those of listener rules, where these count.

        Raises HostnameInvalid for the default one.
        """
        names: dict[str, None] = {}
        for view in self.taking[zone.id]:
            below = self._taking_in(view)
            given = [*self._read(below)[0], *(from_rules or ())]
            if from_rules is None and not self.service.configuration.hostnames:
                given = [self.default(name) for name in below]
            names |= {name: None for name in given if self._home(name, view) == zone.name}
        return list(names)

    def asked(self) -> dict[str, str]:
        """The tag's names, absolute: each relative one once for each zone name that takes it. Each
        has its word in the tag. Raises InvalidConfiguration where there are too many.
        """
        return self._read(self._below())[0]

    def refused(self) -> list[Refused]:
        """The words of the tag that give no name, or one of no listed zone."""
        return self._read(self._below())[1]

    def _below(self) -> list[str]:
        return [zone.name for zone in self.zones if zone.id in self.taking]

    def _read(self, below: Iterable[str]) -> tuple[dict[str, str], list[Refused]]:
        names: dict[str, str] = {}
        refused: list[Refused] = []
        given_names = self.service.configuration.hostnames
        if len(given_names) > MAX_NAMES:
            raise InvalidConfiguration(
                f"Tag signpost:hostname has {len(given_names)} names; {MAX_NAMES} are the most. "
                f"Use a wildcard, such as {hostnames.WILDCARD}.shop.example.com."
            )
        for word in given_names:
            try:
                given = hostnames.from_tag(word)
                names |= {name: given for name in self._absolute(given, below) if name not in names}
            except (HostnameInvalid, ZoneNotFound) as wrong:
                refused.append(Refused.of(wrong, name=word))
        return names, refused

    def _absolute(self, given: str, below: Iterable[str]) -> list[str]:
        if given.endswith(".") or self._home(given.lower()):
            return [hostnames.check(given, _IN_TAG)]
        if "." in given:
            hostnames.check(given, _IN_TAG)
            raise ZoneNotFound(
                f"Tag signpost:hostname names {given}, which is in none of the zones that "
                f"Signpost may write: {', '.join(map(str, self.zones))}. Add its zone to "
                "HostedZoneIds, or write the name out in full."
            )
        return [hostnames.check(f"{given}.{name}", _IN_TAG) for name in dict.fromkeys(below)]

    def default(self, zone_name: str) -> str:
        """The name that `HostnameTemplate` gives in a zone. Raises HostnameInvalid."""
        return hostnames.default(
            self.settings.hostname_template,
            service=self.service.name,
            cluster=self.service.cluster,
            zone=zone_name,
        )

    def homeless(self, placed: Mapping[str, Collection[str]]) -> list[str]:
        """The tag's names that no zone has been given."""
        given = {name for names in placed.values() for name in names}
        return [name for name in self.asked() if name not in given]

    def unpublished(self, placed: Mapping[str, Collection[str]]) -> tuple[str, ...]:
        """Sentences about names that are in a zone, and not in another one that answers for them
        to those who see that; `placed` are the names by zone id.
        """
        said = {}
        for name in dict.fromkeys(name for names in placed.values() for name in names):
            for view in self.views:
                home = self._home(name, view)
                there = [zone for zone in self._seen(view) if zone.name == home]
                if there and not any(name in placed.get(zone.id, ()) for zone in there):
                    why = "does not get the name"
                    if there[0].id not in self.taking:
                        why = "is left out by the tag signpost:zone"
                    said[name, there[0].id] = (
                        f"{name} has no answer {_to_whom(view)}: zone {there[0]} answers there, "
                        f"and {why}."
                    )
        return tuple(said.values())

    def _seen(self, view: str | None) -> list[Zone]:
        """The zones that are seen in a view, or in any."""
        return [zone for zone in self.zones if view is None or zone.is_seen_in(view)]

    def _taking_in(self, view: str) -> list[str]:
        return [zone.name for zone in self.zones if view in self.taking.get(zone.id, ())]

    def _home(self, name: str, view: str | None = None) -> str | None:
        seen = (zone.name for zone in self._seen(view))
        return hostnames.zone_name_of(name.removesuffix("."), seen)


def _to_whom(view: str) -> str:
    return "in public DNS" if view == PUBLIC else f"in {view}"
