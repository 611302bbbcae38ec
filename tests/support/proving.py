"""A change in a private zone that is to be proved: what is sent, and servers that see it."""

from __future__ import annotations

from signpost.aws import route53
from signpost.errors import ResolverUnreachable
from signpost.ledger import ledger
from signpost.model.record_set import Alias, RecordSet
from signpost.model.zone import Zone
from signpost.plan.batch import ZonePlan
from signpost.proof.lookup import Server
from signpost.proof.verification import Proof, verify_zone
from signpost.settings import Settings
from tests.support.parameters import EXAMPLE
from tests.support.route53 import Clock, NxDomain, StrictRoute53

PROPAGATION_SECONDS = 30
LEDGER = "web.prod.signpost._signpost.ecs.internal"
BALANCER = "web-alb-1.eu-west-1.elb.amazonaws.com"
WEB = RecordSet("web.ecs.internal", "A", alias=Alias("Z32O12XQLNTSW2", BALANCER))
RENAMED = RecordSet("web.ecs.internal", "CNAME", 60, (BALANCER,))


class Scene:
    """A private zone, what is sent to it, and servers that see it."""

    def __init__(self) -> None:
        self.clock = Clock()
        self.aws = StrictRoute53(propagation_seconds=PROPAGATION_SECONDS, clock=self.clock)
        self.client = self.aws.client()
        self.zone_id = self.aws.create_zone("ecs.internal", vpcs=("vpc-1",))
        self.zone = Zone(self.zone_id, "ecs.internal", private=True, vpcs=("vpc-1",))
        self.settings = Settings.from_env(EXAMPLE | {"DNS_SERVERS": "192.0.2.53"})
        self.answers: dict[tuple[str, str, str], tuple[str, ...]] = {}
        self.below: dict[tuple[str, str, str], tuple[str, ...]] = {}  # for all that is below a name
        self.silent: set[str] = set()
        self.refusing: set[str] = set()
        self.vpcs: dict[str, str] = {}  # which another server than the zone's sees
        self.asked: list[str] = []  # names

    def ask(self, server: Server, name: str, type_: str) -> tuple[str, ...]:
        """Ask the zone's own DNS, or what a test has put in its place."""
        self.asked.append(name)
        if server.address in self.silent:
            raise ResolverUnreachable(f"{server.name} is silent")
        if server.address in self.refusing:
            raise ResolverUnreachable(f"{server.name} refuses", "refused")
        if (server.address, name, type_) in self.answers:
            return self.answers[(server.address, name, type_)]
        if found := self.below.get((server.address, name.partition(".")[2], type_)):
            return found
        vpc = self.vpcs.get(server.address, "vpc-1")
        try:
            values = self.aws.resolver(vpc=vpc).query(name, type_)
        except NxDomain:
            return ()
        if type_ == "TXT":
            return tuple(values)
        return tuple(sorted(value.lower().removesuffix(".") for value in values))

    def plan(
        self, *after: RecordSet, before: tuple[RecordSet, ...] = (), text: str | None = "new"
    ) -> ZonePlan:
        """The part of a plan that ends with these record sets and this ledger."""
        changes = [("DELETE", record) for record in before]
        changes += [("CREATE", record) for record in after]
        if text is not None:
            changes.append(("CREATE", ledger.record_set(LEDGER, text)))
        return ZonePlan(self.zone, LEDGER, text, before, after, tuple(changes))

    def send(self, plan: ZonePlan) -> str:
        """Make the change; its id."""
        return route53.change(self.client, self.zone_id, plan.changes, "test").id

    def verify(
        self, plan: ZonePlan, change_id: str | None, age: float = 0.0, attempt: int = 0
    ) -> Proof:
        """What is tested."""
        return verify_zone(self.client, plan, change_id, self.settings, self.ask, age, attempt)
