"""All that a sweep compares: the services of the clusters, and the ledgers of the zones.

What a service should have is asked of the same functions that an execution asks, for all at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from signpost.aws import ecs, elb, elb_bulk, inventory, route53
from signpost.aws.delegations import cuts_above
from signpost.aws.tasks import running_tasks
from signpost.errors import (
    AccessDenied,
    InvalidConfiguration,
    LoadBalancerNotReady,
    PermanentError,
    SignpostError,
    ZoneNotFound,
)
from signpost.ledger import ownership
from signpost.ledger.ledger import SUBTREE
from signpost.ledger.ownership import Owned, ServiceKey
from signpost.ledger.seal import Seal
from signpost.model.record_set import RecordSet
from signpost.model.refused import Refused
from signpost.model.service import Service, ServiceState
from signpost.model.zone import Zone
from signpost.names import placement, task_choice, task_placement
from signpost.names.permitted import HostnameRules, limit
from signpost.names.placement import Desired
from signpost.settings import Settings
from signpost.sweep import zone_survey
from signpost.sweep.findings import Wish
from signpost.sweep.zone_survey import ZoneSurvey

_CLAIMED = 50  # names of a zone that are asked for one by one, ten calls a second being allowed


@dataclass(frozen=True)
class Clients:
    """boto3 clients of the services that are asked."""

    ecs: Any
    ec2: Any
    elbv2: Any
    elb: Any
    route53: Any


@dataclass(frozen=True)
class Estate:
    """What was asked: services with what they should have, and zones with what they have."""

    clusters: tuple[str, ...]
    listed: frozenset[ServiceKey]  # that ECS lists
    wishes: tuple[Wish, ...]  # of these, and of those that only a ledger names
    zones: tuple[ZoneSurvey, ...]
    owned: Owned
    unread: Mapping[str, SignpostError]  # zones that can't be, by id


def look(
    clients: Clients,
    zones: Sequence[Zone],
    settings: Settings,
    seal: Seal,
    hostnames: HostnameRules,
    *,
    deep: bool,
) -> Estate:
    """Ask ECS, Elastic Load Balancing and Route 53; with `deep`, for every record of the zones.

    A zone that can't be read holds back no other. Raises Throttled, AwsUnavailable, AccessDenied,
    or ZoneNotFound where no zone can be read: any other answer that is not complete is none.
    """
    surveys: list[ZoneSurvey] = []
    unread: dict[str, SignpostError] = {}
    for zone in zones:
        try:
            surveys.append(zone_survey.survey(clients.route53, zone, seal, deep=deep))
        except (ZoneNotFound, AccessDenied) as error:
            unread[zone.id] = error
    if unread and not surveys:
        raise next(iter(unread.values()))
    owned = ownership.sort_ledgers((one for zone in surveys for one in zone.ledgers), settings)
    clusters = inventory.clusters(clients.ecs, settings)
    judged = list(_services(clients.ecs, clusters, owned, settings))
    listed = frozenset((wish.service.cluster, wish.service.name) for wish in judged)
    judged += _asked_for(clients.ecs, sorted(owned.ledgers.keys() - listed), settings)
    wishes = tuple(
        replace(wish, refused=(*wish.refused, *_refused_in(unread, wish)))
        for wish in _wishes(clients, judged, zones, owned, settings, hostnames)
    )
    if not deep:
        surveys = [with_cuts(clients.route53, one, wishes, owned, settings) for one in surveys]
        surveys = [_with_claimed(clients.route53, one, wishes, settings) for one in surveys]
    return Estate(
        clusters=tuple(clusters),
        listed=listed,
        wishes=wishes,
        zones=tuple(surveys),
        owned=owned,
        unread=unread,
    )


def _refused_in(unread: Mapping[str, SignpostError], wish: Wish) -> list[Refused]:
    return [Refused.of(why, zone=one) for one, why in unread.items() if wish.wanted.get(one)]


def with_cuts(
    client: Any, survey: ZoneSurvey, wishes: Iterable[Wish], owned: Owned, settings: Settings
) -> ZoneSurvey:
    """With the delegations above names that services have not yet, and above this installation's
    ledgers: of a zone that is too large to be listed, some calls for each such name. Raises what
    `cuts_above` raises.
    """
    zone_id = survey.zone.id
    new = {
        record.name
        for wish in wishes
        for record in wish.wanted.get(zone_id, ())
        if record.name
        not in owned.names((wish.service.cluster, wish.service.name)).get(zone_id, ())
    }
    if new:
        new.add(f"{settings.label}.{SUBTREE}.{survey.zone.name}")
    return replace(survey, cuts={**survey.cuts, **cuts_above(client, survey.zone, new)})


def _with_claimed(
    client: Any, survey: ZoneSurvey, wishes: Iterable[Wish], settings: Settings
) -> ZoneSurvey:
    """With the records at names that the listing did not show, that services want, and that a
    ledger lists of somebody else, or from before OwnerId was changed: else each sweep would start
    executions that can only fail. A call for each name. Raises what `at_name` raises.
    """
    theirs = {
        record.name
        for listed in survey.ledgers
        if listed.ledger and listed.label != settings.label
        for record in listed.ledger.record_sets
    }
    wanted = {record.name for one in wishes for record in one.wanted.get(survey.zone.id, ())}
    names = sorted(name for name in wanted & theirs if not survey.lists(name))[:_CLAIMED]
    found = {name: route53.at_name(client, survey.zone.id, name) for name in names}
    return replace(survey, records={**survey.records, **found}, asked=frozenset(names))


def _services(
    client: Any, clusters: Iterable[str], owned: Owned, settings: Settings
) -> Iterator[Wish]:
    for cluster in clusters:
        with_names = {name for of, name in owned.ledgers if of == cluster}
        names = inventory.service_names(client, cluster)
        descriptions = list(inventory.described(client, cluster, names))
        routings = ecs.routings(client, cluster, descriptions, settings, with_names.__contains__)
        for found in descriptions:
            try:
                routing = routings.get(found.get("serviceArn", ""))
                yield Wish(ecs.from_description(cluster, found, settings, routing))
            except InvalidConfiguration as error:
                yield _unusable(cluster, found["serviceName"], error)


def _asked_for(client: Any, keys: Iterable[ServiceKey], settings: Settings) -> Iterator[Wish]:
    """Services that ledgers name and ECS did not list, each asked for by name.

    A list may be incomplete (it is eventually consistent); only ECS's word about the very service
    counts as its absence.
    """
    for cluster, name in keys:
        try:
            yield Wish(ecs.describe(client, cluster, name, settings, by_revision=True))
        except InvalidConfiguration as error:
            yield _unusable(cluster, name, error)


def _unusable(cluster: str, name: str, error: InvalidConfiguration) -> Wish:
    return Wish(Service(cluster, name, ServiceState.PRESENT, str(error)), problem=error)


def _wishes(
    clients: Clients,
    judged: Sequence[Wish],
    zones: Sequence[Zone],
    owned: Owned,
    settings: Settings,
    hostnames: HostnameRules,
) -> Iterator[Wish]:
    publishing = [wish.service for wish in judged if wish.service.publishes and not wish.problem]
    bulk = replace(
        clients,
        elbv2=elb_bulk.Elbv2(clients.elbv2, publishing),
        elb=elb_bulk.Classic(clients.elb, publishing),
    )
    for wish in judged:
        if wish.problem or not wish.service.publishes:
            yield wish
            continue
        key = (wish.service.cluster, wish.service.name)
        try:
            service, asked = _wished(wish.service, clients, bulk, owned, zones, settings)
            desired = limit(asked, owned.names(key), service, hostnames)
        except (PermanentError, LoadBalancerNotReady) as error:
            yield Wish(wish.service, problem=error)
        else:
            wanted = {place.zone.id: place.record_sets for place in desired.placements}
            yield Wish(
                service,
                wanted,
                desired.reason,
                asked=desired.asked,
                unfit=desired.unfit,
                refused=desired.refused,
            )


def _wished(
    service: Service,
    clients: Clients,
    bulk: Clients,
    owned: Owned,
    zones: Sequence[Zone],
    settings: Settings,
) -> tuple[Service, Desired]:
    """What a service should have. Where it has names that its load balancers can't serve, it is
    looked for other ways to it first, as an execution does.
    """
    key = (service.cluster, service.name)
    held, records = owned.names(key), owned.records(key)
    try:
        asked = _desired(service, bulk, zones, settings, records)
        if not (service.may_have_other_ways and would_lose(held, asked)):
            return service, asked
    except ZoneNotFound:
        if not (service.may_have_other_ways and held):
            raise
    service = ecs.describe(clients.ecs, service.cluster, service.name, settings, by_revision=True)
    if not service.publishes:
        return service, Desired((), (), service.reason)
    return service, _desired(service, clients, zones, settings, records)


def would_lose(held: Mapping[str, set[str]], asked: Desired) -> bool:
    """Whether a service has names in a zone that can take none of its load balancers."""
    return bool(held.keys() & asked.unfit)


def _desired(
    service: Service,
    clients: Clients,
    zones: Sequence[Zone],
    settings: Settings,
    held: Sequence[RecordSet],
) -> Desired:
    """What a service should have, as an execution would resolve and place it.

    Tasks are asked for service by service: nothing tells of those of several at once.
    """
    if service.names_its_tasks:
        running = running_tasks(clients.ecs, clients.ec2, service)
        tasks = task_choice.choose(service, running)
        return task_placement.place_tasks(service, tasks, zones, settings, held)
    balancers = elb.resolve(clients.elbv2, clients.elb, service, settings)
    return placement.place(service, balancers, zones, settings, held)
