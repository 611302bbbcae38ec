"""Every service that is looked after: what is true of it, and the names it should have.

The same modules decide as in the workflow: `ecs`, `elb`, `placement` and `task_placement`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from botocore.exceptions import ClientError

from signpost.aws import ecs, elb, inventory
from signpost.aws.clients import in_pages
from signpost.aws.revisions import Routing
from signpost.aws.tasks import running_tasks
from signpost.errors import AccessDenied, AwsUnavailable, SignpostError, Throttled
from signpost.ledger.ownership import Owned, ServiceKey
from signpost.model.record_set import RecordSet
from signpost.model.service import Service, ServiceState
from signpost.model.zone import Zone
from signpost.names import placement, task_choice
from signpost.names.permitted import HostnameRules, limit
from signpost.names.placement import Desired, Placement
from signpost.names.task_placement import place_tasks
from signpost.settings import Settings
from signpost_cli.checks.installation import Installation
from signpost_cli.checks.reading import Unreadable, reading, reason_of
from signpost_cli.checks.remembered import RememberedBalancers

MOST = 5000  # services that are looked at; 500 describe calls
_CLUSTERS_AT_ONCE = 100  # the most a DescribeClusters call takes (ECS API Reference)


@dataclass(frozen=True)
class Surveyed:
    """One service as the workflow would see it now."""

    cluster: str
    name: str
    arn: str
    subnets: tuple[str, ...] = ()  # of its tasks, with the network mode awsvpc
    service: Service | None = None  # None where its tags are wrong
    vpcs: tuple[str, ...] = ()  # of its load balancers, or of its tasks where names lead to these
    desired: Desired | None = None  # None where it should have no names, or they can't be found
    error: SignpostError | None = None  # what its executions end with
    # What it should have once it is known what it has.
    place: Callable[[Sequence[RecordSet]], Desired] | None = field(default=None, compare=False)

    @property
    def key(self) -> ServiceKey:
        """Cluster and name."""
        return (self.cluster, self.name)

    @property
    def placements(self) -> tuple[Placement, ...]:
        """What it should have, zone by zone, without the names that are refused."""
        found: list[Placement] = []
        desired = self.desired or Desired(())
        for place in desired.placements:
            out = {one.name for one in desired.refused if one.concerns(place.zone.id)}
            left = tuple(record for record in place.record_sets if record.name not in out)
            found += [replace(place, record_sets=left)] if left else []
        return tuple(found)

    @property
    def label(self) -> str:
        """For messages: `prod/web`."""
        return f"{self.cluster}/{self.name}"


@dataclass(frozen=True)
class Survey:
    """All services, and what could not be looked at."""

    services: tuple[Surveyed, ...] = ()
    missing_clusters: tuple[str, ...] = ()
    unread: tuple[tuple[str, str], ...] = ()  # what, reason
    zones_known: bool = True  # without all zones, placements are not worked out

    @property
    def complete(self) -> bool:
        """Whether every service was looked at, and placed where it wants names."""
        return self.zones_known and not self.unread


def take(installation: Installation, zones: Sequence[Zone], *, zones_known: bool) -> Survey:
    """List and describe all services (ten a call), and place each. Raises Unreadable where not
    even the clusters can be listed.
    """
    settings = installation.settings
    client = installation.client("ecs")
    survey = _Surveyor(installation, zones if zones_known else None, settings)
    unread: list[tuple[str, str]] = []
    services: list[Surveyed] = []
    with reading("ecs:ListClusters", installation.region):
        clusters = inventory.clusters(client, settings)
    missing, reason = _missing(client, settings.cluster_names)
    if reason:
        unread.append(("whether the clusters of ClusterNames exist", reason))
    for cluster in clusters:
        if cluster in missing:
            continue
        try:
            with reading("ecs:ListServices", f"cluster {cluster}"):
                names = inventory.service_names(client, cluster)
            room = MOST - len(services)
            if len(names) > room:
                why = f"only {MOST} services are looked at"
                unread.append((f"{len(names) - room} services of cluster {cluster}", why))
            services += survey.of(client, cluster, names[:room])
        except Unreadable as error:
            unread.append((f"services of cluster {cluster}", str(error)))
    unread += survey.unread
    return Survey(tuple(services), missing, tuple(unread), zones_known)


def limited(survey: Survey, owned: Owned, hostnames: HostnameRules) -> Survey:
    """The same without the names that services may not take, and do not have yet."""

    def limit_one(seen: Surveyed) -> Surveyed:
        if seen.service is None or seen.desired is None or seen.place is None:
            return seen
        try:
            desired = seen.place(owned.records(seen.key))
            held = owned.names(seen.key)
            return replace(seen, desired=limit(desired, held, seen.service, hostnames))
        except SignpostError as error:
            return replace(seen, desired=None, error=error)

    return replace(survey, services=tuple(map(limit_one, survey.services)))


def _missing(client: Any, named: Sequence[str]) -> tuple[tuple[str, ...], str]:
    """Clusters of ClusterNames that do not exist, and why that could not be found out."""
    missing: list[str] = []
    try:
        for some in in_pages(named, _CLUSTERS_AT_ONCE):
            with reading("ecs:DescribeClusters", ", ".join(some)):
                found = client.describe_clusters(clusters=some)["clusters"]
            there = {one["clusterName"] for one in found if one.get("status") != "INACTIVE"}
            missing += [name for name in some if name not in there]
    except Unreadable as error:
        return (), str(error)
    return tuple(missing), ""


class _Surveyor:
    """Looks at services; what it may not ask of load balancers it says once."""

    def __init__(
        self, installation: Installation, zones: Sequence[Zone] | None, settings: Settings
    ) -> None:
        self._installation = installation
        self._zones = zones
        self._settings = settings
        self._elbv2 = RememberedBalancers(installation.client("elbv2"))
        self._elb = installation.client("elb")
        self._ecs = installation.client("ecs")
        self._ec2 = installation.client("ec2")
        self._refused: dict[str, int] = {}

    @property
    def unread(self) -> list[tuple[str, str]]:
        """Services whose load balancers could not be asked for, by reason."""
        return [
            (f"the names of {count} {'service' if count == 1 else 'services'}", reason)
            for reason, count in self._refused.items()
        ]

    def of(self, client: Any, cluster: str, names: Sequence[str]) -> list[Surveyed]:
        """The services of one cluster."""
        found: list[Surveyed] = []
        with reading("ecs:DescribeServices", f"cluster {cluster}"):
            descriptions = list(inventory.described(client, cluster, names))
        routings, reason = self._routings(client, cluster, descriptions)
        for description in descriptions:
            seen = self._look(cluster, description, routings)
            if seen.service and seen.service.state is ServiceState.UNROUTED:
                seen = replace(seen, service=None)  # it may be served all the same
                self._refused[reason] = self._refused.get(reason, 0) + 1
            found.append(seen)
            self._installation.progress(f"services of {cluster}: {len(found)}/{len(names)}")
        return found

    def _routings(
        self, client: Any, cluster: str, descriptions: Sequence[Mapping[str, Any]]
    ) -> tuple[Mapping[str, Routing], str]:
        """What leads to the services that show no load balancer; or why that can't be read."""
        call = "ecs:DescribeServiceRevisions"
        try:
            with reading(call, f"services of cluster {cluster}"):
                read = ecs.routings(client, cluster, descriptions, self._settings, lambda _: True)
                return read, ""
        except Unreadable as error:
            return {}, str(error)

    def _look(
        self, cluster: str, description: Mapping[str, Any], routings: Mapping[str, Routing]
    ) -> Surveyed:
        network = description.get("networkConfiguration", {}).get("awsvpcConfiguration", {})
        seen = Surveyed(
            cluster,
            description["serviceName"],
            description["serviceArn"],
            tuple(network.get("subnets", [])),
        )
        try:
            routing = routings.get(description["serviceArn"])
            service = ecs.from_description(cluster, description, self._settings, routing)
            seen = replace(seen, service=service)
            if service.publishes:
                seen = (
                    self._place_tasks(seen, service)
                    if service.names_its_tasks
                    else (self._place(seen, service))
                )
        except (AccessDenied, AwsUnavailable, Throttled, ClientError) as error:
            reason = reason_of(error)
            self._refused[reason] = self._refused.get(reason, 0) + 1
        except SignpostError as error:
            seen = replace(seen, error=error)
        return seen

    def _place(self, seen: Surveyed, service: Service) -> Surveyed:
        balancers = elb.resolve(self._elbv2, self._elb, service, self._settings)
        seen = replace(seen, vpcs=tuple({balancer.vpc_id for balancer in balancers} - {""}))
        return self._placed(
            seen,
            lambda zones, held: placement.place(service, balancers, zones, self._settings, held),
        )

    def _place_tasks(self, seen: Surveyed, service: Service) -> Surveyed:
        running = running_tasks(self._ecs, self._ec2, service)
        chosen = task_choice.choose(service, running)
        seen = replace(seen, vpcs=tuple({task.vpc_id for task in running}))
        return self._placed(
            seen, lambda zones, held: place_tasks(service, chosen, zones, self._settings, held)
        )

    def _placed(
        self, seen: Surveyed, place: Callable[[Sequence[Zone], Sequence[RecordSet]], Desired]
    ) -> Surveyed:
        """A service whose names have no home still has its VPCs."""
        if self._zones is None:
            return seen
        try:
            return replace(seen, desired=place(self._zones, ()), place=partial(place, self._zones))
        except SignpostError as error:
            return replace(seen, error=error)
