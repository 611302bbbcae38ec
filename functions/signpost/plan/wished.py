"""What a service should have, and whether its service revision has to be read before any of its
names may go.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from signpost.errors import RoutingUnread
from signpost.model.record_set import RecordSet
from signpost.model.service import ServiceState
from signpost.model.zone import Zone
from signpost.names import placement
from signpost.names.placement import Desired
from signpost.names.task_placement import place_tasks
from signpost.plan.situation import Situation
from signpost.plan.zone_reading import Found
from signpost.settings import Settings


def desired(
    situation: Situation,
    zones: Sequence[Zone],
    settings: Settings,
    held: Iterable[RecordSet] = (),
) -> Desired:
    """What there should be in all zones; `held` is what the service's ledgers list. Raises what
    `placement.place` and `place_tasks` raise.
    """
    service = situation.service
    if service.state is ServiceState.UNCLEAR:
        return Desired((), (service.left_alone,), service.reason)
    if not service.publishes:
        every = frozenset(zone.id for zone in zones)
        return Desired((), (), service.reason, unfit=every)
    if service.names_its_tasks:
        return place_tasks(service, situation.tasks, zones, settings, held)
    return placement.place(service, situation.load_balancers, zones, settings, held)


def in_doubt(found: Sequence[Found], wanted: Desired, situation: Situation) -> list[Found]:
    """The zones with names of the service that can take none of its load balancers: something else
    may lead to it there. Raises RoutingUnread where its service revision, not read yet, may tell.
    """
    here = [one for one in found if one.state.ledger and one.state.zone.id in wanted.unfit]
    if here:
        require_read(situation, f"would lose names of zone {here[0].state.zone}")
    return here


def require_read(situation: Situation, why: str) -> None:
    """Raises RoutingUnread where the service revision, not read yet, may tell of other ways."""
    if situation.service.may_have_other_ways:
        raise RoutingUnread(
            f"Service {situation.service.name} {why}. Its service revision is read before anything "
            "is changed."
        )
