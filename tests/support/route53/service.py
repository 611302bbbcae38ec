"""Route 53 itself, as far as record sets go: zones, changes and their propagation."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, NamedTuple

from tests.support.route53 import batch, botocore_hook, http_requests, limits, names, wire
from tests.support.route53.calls import Call, CallLog
from tests.support.route53.clock import Clock, RequestRate
from tests.support.route53.dns_answers import Resolver
from tests.support.route53.errors import (
    Route53Error,
    no_such_change,
    no_such_hosted_zone,
    prior_request_not_complete,
    throttling,
)
from tests.support.route53.faults import Faults
from tests.support.route53.load_balancers import LoadBalancers
from tests.support.route53.record_sets import RecordSet, from_boto
from tests.support.route53.zones import HostedZone, Records, position

PAGE = 300  # record sets in one answer of ListResourceRecordSets, at most
Snapshot = Mapping[str, tuple[RecordSet, ...]]
Observer = Callable[[Call, Snapshot], None]

_tag: ContextVar[str] = ContextVar("route53_caller", default="")


class Answer(NamedTuple):
    """An HTTP answer."""

    status: int
    body: bytes
    request_id: str


@dataclass(frozen=True)
class _Change:
    submitted_at: float
    in_sync_at: float
    comment: str


class StrictRoute53:
    """Route 53 that refuses what the real one refuses. See the package's docstring for a tour."""

    def __init__(
        self,
        *,
        clock: Clock | None = None,
        propagation_seconds: float = 60.0,
        busy_seconds: float = 0.0,
        rate: RequestRate | None = None,
        page: int = PAGE,
        bare_refusals: bool = False,
    ) -> None:
        self.clock = clock if clock is not None else Clock()
        self.rate = rate if rate is not None else RequestRate()
        self.propagation_seconds = propagation_seconds
        self.busy_seconds = busy_seconds
        self.page = page
        self.bare_refusals = bare_refusals  # the form in which a batch is refused
        self.calls = CallLog()
        self.faults = Faults()
        self.observers: list[Observer] = []
        self.load_balancers = LoadBalancers()
        self._zones: dict[str, HostedZone] = {}
        self._changes: dict[str, _Change] = {}
        self._numbers = itertools.count(1)
        self._lock = threading.RLock()

    # --- set up and look at ----------------------------------------------------------------

    def create_zone(
        self,
        name: str,
        *,
        vpcs: tuple[str, ...] = (),
        id: str | None = None,
        linked_service: str = "",
        public_fallback: bool = False,
    ) -> str:
        """A new hosted zone, private to `vpcs` or public; its id. `linked_service` made it, or
        nobody; `public_fallback`: what a private zone lacks is asked for in public DNS.
        """
        number = next(self._numbers)
        zone_id = id or f"Z{number:08d}ABCDEFGHIJK"
        servers = tuple(
            f"ns-{number * 4 + one}.awsdns-{number:02d}.{domain}"
            for one, domain in enumerate(("com", "net", "org", "co.uk"))
        )
        self._zones[zone_id] = HostedZone(
            zone_id,
            names.canonical(name),
            tuple(("us-east-1", vpc) for vpc in vpcs),
            servers,
            linked_service=linked_service,
            public_fallback=public_fallback,
        )
        return zone_id

    def associate(self, zone_id: str, *vpcs: str) -> None:
        """Let a private zone be of just these VPCs (AssociateVPCWithHostedZone and its inverse)."""
        self._zone(zone_id).vpcs = tuple(("us-east-1", vpc) for vpc in vpcs)

    def delete_zone(self, zone_id: str) -> None:
        """Forget a zone and all that is in it."""
        del self._zones[self._zone(zone_id).id]

    def protect(self, zone_id: str, name: str, type_: str, comment: str = "") -> None:
        """Refuse all changes of a name and type (CreateResourceRecordSetProtections)."""
        self._zone(zone_id).protections[(names.canonical(name), type_)] = comment

    def guard(self, zone_id: str, *guardrails: str) -> None:
        """Turn on just these change guardrails (UpdateHostedZoneFeatures)."""
        self._zone(zone_id).guardrails = set(guardrails)

    def note_answer(self, zone: HostedZone, sets: Iterable[RecordSet]) -> None:
        """A name server of the zone has answered somebody from these record sets."""
        zone.asked |= {(one.name, one.type): self.clock.now() for one in sets}

    def edit(self, zone_id: str, *changes: tuple[str, dict[str, Any]]) -> None:
        """Change records by somebody else's hand: (action, record set as in boto3) pairs.

        The rules hold, beside protections and guardrails. It is no call that is logged, limited or
        observed, and it is served as soon as all changes before it are.
        """
        with self._lock:
            zone = self._zone(zone_id)
            wanted = [batch.Change(action, from_boto(wire_form)) for action, wire_form in changes]
            zone.store(
                batch.apply(zone, wanted, self.load_balancers.targets(self._zones)),
                self.clock.now(),
            )

    def records(self, zone_id: str, *, apex: bool = False) -> tuple[RecordSet, ...]:
        """The zone's record sets in order, without the zone's own NS and SOA unless asked for."""
        with self._lock:
            zone = self._zone(zone_id)
            own = () if apex else ((zone.name, "NS"), (zone.name, "SOA"))
            return tuple(one for one in zone.listing() if (one.name, one.type) not in own)

    def snapshot(self) -> Snapshot:
        """`records` of every zone, by zone id."""
        with self._lock:
            return {zone_id: self.records(zone_id) for zone_id in self._zones}

    def resolver(self, *, vpc: str | None = None, zone_id: str | None = None) -> Resolver:
        """DNS as seen from a VPC, from the internet (neither), or by one zone's name servers."""
        return Resolver(self, vpc=vpc, zone_id=zone_id)

    def served(self, zone: HostedZone) -> Records:
        """What the zone's name servers have now: the changes that are INSYNC."""
        with self._lock:
            return zone.served(self.clock.now())

    @property
    def zones(self) -> tuple[HostedZone, ...]:
        """All hosted zones."""
        return tuple(self._zones.values())

    # --- callers ---------------------------------------------------------------------------

    def client(self, *, tag: str = "", attempts: int = 1) -> Any:
        """A real boto3 client whose requests end here; botocore tries each call so often."""
        return botocore_hook.client(self, tag, attempts)

    def patched(self) -> AbstractContextManager[None]:
        """Meanwhile every boto3 route53 client of this process, old or new, ends here."""
        return botocore_hook.patched(self)

    @contextmanager
    def tagged(self, tag: str) -> Iterator[None]:
        """Calls made meanwhile in this thread carry the tag, unless their client has one."""
        token = _tag.set(tag)
        try:
            yield
        finally:
            _tag.reset(token)

    # --- the API ---------------------------------------------------------------------------

    def answer(self, method: str, url: str, body: bytes, tag: str = "") -> Answer:
        """One HTTP request. Raises botocore's transport errors where a fault says so."""
        request = http_requests.read(method, url, body)
        with self._lock:
            self.clock.tick()
            call = self.calls.start(
                request.operation, request.zone_id, self.clock.now(), tag or _tag.get()
            )
            request_id = f"00000000-0000-4000-8000-{call.number:012d}"
            try:
                answer = Answer(200, self._carry_out(request, call), request_id)
                call.outcome, call.accepted = "ok", True
            except Route53Error as problem:
                answer = Answer(
                    problem.status,
                    wire.error(problem, request_id, bare=self.bare_refusals),
                    request_id,
                )
                call.outcome = problem.code
            except Exception as error:
                call.outcome = type(error).__name__
                self._observe(call)
                raise
            try:
                self.faults.strike(call, after=True)
            except Exception as error:
                call.lost, call.outcome = True, type(error).__name__
                raise
            finally:
                self._observe(call)
            return answer

    def _observe(self, call: Call) -> None:
        for observer in self.observers:
            observer(call, self.snapshot())

    def _carry_out(self, request: http_requests.Request, call: Call) -> bytes:
        call.parameters = request.parameters()
        self.faults.strike(call)
        if not self.rate.take():
            raise throttling()
        if request.operation == "ChangeResourceRecordSets":
            return self._change(self._zone(request.id), **call.parameters)
        if request.operation == "ListResourceRecordSets":
            return self._list(self._zone(request.id), request.query)
        if request.operation == "GetHostedZone":
            return wire.hosted_zone(self._zone(request.id))
        if request.operation == "GetChange":
            return self._get_change(str(request.id))
        start = request.query.get("dnsname")
        first = "" if start is None else names.order(names.canonical(start))
        listed = sorted(self._zones.values(), key=lambda zone: (names.order(zone.name), zone.id))
        return wire.hosted_zones(
            f"{request.operation}Response",
            [zone for zone in listed if names.order(zone.name) >= first],
        )

    def _change(self, zone: HostedZone, comment: str, changes: list[batch.Change]) -> bytes:
        now = self.clock.now()
        limits.require_own_zone(zone)
        if now < zone.busy_until:
            raise prior_request_not_complete()
        records = batch.apply(zone, changes, self.load_balancers.targets(self._zones))
        limits.require_allowed(zone, changes, records, now)
        zone.busy_until = now + self.busy_seconds
        in_sync_at = zone.store(records, now + self.propagation_seconds)
        change_id = f"C{next(self._numbers):08d}ABCDEFGHIJK"
        self._changes[change_id] = _Change(now, in_sync_at, comment)
        return wire.change_info(
            "ChangeResourceRecordSetsResponse", change_id, "PENDING", now, comment
        )

    def _get_change(self, change_id: str) -> bytes:
        change = self._changes.get(change_id)
        if change is None:
            raise no_such_change(change_id)
        status = "INSYNC" if self.clock.now() >= change.in_sync_at else "PENDING"
        return wire.change_info(
            "GetChangeResponse", change_id, status, change.submitted_at, change.comment
        )

    def _list(self, zone: HostedZone, query: dict[str, str]) -> bytes:
        start = http_requests.start_of_list(query)
        most = http_requests.max_items(query, self.page)
        listed = [
            one for one in zone.listing() if start is None or position(one.key) >= position(start)
        ]
        following = listed[most] if len(listed) > most else None
        return wire.record_sets(listed[:most], following, most)

    def _zone(self, zone_id: str | None) -> HostedZone:
        if zone_id not in self._zones:
            raise no_such_hosted_zone(str(zone_id))
        return self._zones[zone_id]
