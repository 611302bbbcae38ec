"""The names that a service's tags or `HostnameTemplate` give it, and the zones for them. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from signpost.errors import InvalidConfiguration, ZoneNotFound
from signpost.model.service import Configuration, Service
from signpost.model.zone import Zone
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
    """Finds the names of one service. `taking` are the zones that can take something of it, among
    all the `zones` that may be written.
    """

    service: Service
    settings: Settings
    taking: tuple[Zone, ...]
    zones: tuple[Zone, ...]

    def of(self, zone: Zone, from_rules: Sequence[str] | None = None) -> list[str]:
        """The names for one zone; `from_rules` are those of listener rules, where these count.

        Raises HostnameInvalid or ZoneNotFound.
        """
        names = self.explicit()
        if from_rules is not None:
            names += from_rules
        elif not self.service.configuration.hostnames:
            names = [self.default(name) for name in self._zone_names()]
        return [name for name in dict.fromkeys(names) if self._home(name) == zone.name]

    def explicit(self) -> list[str]:
        """The names of `asked`; raises what it raises."""
        return list(self.asked())

    def asked(self) -> dict[str, str]:
        """The tag's names, absolute: each relative one once for each zone name that takes it. Each
        has its word in the tag.

        Raises HostnameInvalid, or ZoneNotFound for one of no listed zone.
        """
        names: dict[str, str] = {}
        given_names = self.service.configuration.hostnames
        if len(given_names) > MAX_NAMES:
            raise InvalidConfiguration(
                f"Tag signpost:hostname has {len(given_names)} names; {MAX_NAMES} are the most. "
                f"Use a wildcard, such as {hostnames.WILDCARD}.shop.example.com."
            )
        for given in map(hostnames.from_tag, given_names):
            if given.endswith(".") or self._home(given.lower()):
                names.setdefault(hostnames.check(given, _IN_TAG), given)
            elif "." in given:
                hostnames.check(given, _IN_TAG)
                raise ZoneNotFound(
                    f"Tag signpost:hostname names {given}, which is in none of the zones that "
                    f"Signpost may write: {', '.join(map(str, self.zones))}. Add its zone to "
                    "HostedZoneIds, or write the name out in full."
                )
            else:
                for name in self._zone_names():
                    names.setdefault(hostnames.check(f"{given}.{name}", _IN_TAG), given)
        return names

    def default(self, zone_name: str) -> str:
        """The name that `HostnameTemplate` gives in a zone. Raises HostnameInvalid."""
        return hostnames.default(
            self.settings.hostname_template,
            service=self.service.name,
            cluster=self.service.cluster,
            zone=zone_name,
        )

    def homeless(self, placed: Sequence[Sequence[str]]) -> str | None:
        """The first of the tag's names that no zone has been given; None where each has a home."""
        return next(
            (name for name in self.explicit() if not any(name in names for names in placed)), None
        )

    def _zone_names(self) -> list[str]:
        return list(dict.fromkeys(zone.name for zone in self.taking))

    def _home(self, name: str) -> str | None:
        return hostnames.zone_name_of(name.removesuffix("."), (zone.name for zone in self.zones))
