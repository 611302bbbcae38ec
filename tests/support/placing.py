"""What is placed where: a service's record sets, zone by zone."""

from __future__ import annotations

from typing import Any

from signpost.model.load_balancer import LoadBalancer
from signpost.model.service import Configuration, Service, ServiceState
from signpost.model.zone import Zone
from signpost.names.placement import place
from signpost.settings import Settings
from tests.support.parameters import EXAMPLE


def service(name: str = "web", **tags: Any) -> Service:
    """A service behind a load balancer; `tags` are the fields of its configuration."""
    return Service("prod", name, ServiceState.PRESENT, "It runs.", Configuration(**tags))


def placed(
    what: Service, balancers: list[LoadBalancer], zones: list[Zone], **parameters: str
) -> dict[str, list[tuple[str, str, str]]]:
    """Zone id → its record sets as (name, type, target)."""
    settings = Settings.from_env(
        EXAMPLE | {key.upper(): value for key, value in parameters.items()}
    )
    return {
        found.zone.id: [(record.name, record.type, record.target) for record in found.record_sets]
        for found in place(what, balancers, zones, settings).placements
    }
