"""The whole workflow in one process: an estate on moto, a strict Route 53, the real machine."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from moto import mock_aws

from signpost.aws import zones
from signpost.proof import lookup
from tests.support.collecting import MACHINE, starts
from tests.support.estate import ENVIRONMENT, Balancer, Estate
from tests.support.machine import MOTO, Machine, Run, running_machine
from tests.support.managed import Revisions
from tests.support.parameters import SETTINGS
from tests.support.route53 import (
    PATIENCE_SECONDS,
    Clock,
    DnsOverWire,
    Resolver,
    StrictRoute53,
)

PROPAGATION_SECONDS = 5
LABEL = SETTINGS.label


class World:
    """One estate with one private zone, and the machine that looks after it."""

    def __init__(self, estate: Estate, machine: Machine, route53: StrictRoute53, zone: str) -> None:
        self.estate, self.machine, self.route53, self.zone = estate, machine, route53, zone

    def run(self, event: Any) -> Run:
        """One execution from start to end; `calls` then counts its Route 53 calls."""
        self.route53.calls.clear()
        return self.machine.run(event)

    def calls(self, operation: str) -> int:
        """How many Route 53 calls of an operation the last execution made."""
        return self.route53.calls.count(operation)

    @property
    def writes(self) -> int:
        return self.calls("ChangeResourceRecordSets")

    @property
    def reads(self) -> int:
        return self.calls("ListResourceRecordSets")

    def records(self) -> dict[tuple[str, str], str]:
        """What stands in the zone beside NS and SOA: (name, type) → where it points."""
        return {
            (record.name.rstrip("."), record.type): (
                record.alias.dns_name.rstrip(".") if record.alias else " ".join(record.values)
            )
            for record in self.route53.records(self.zone)
        }

    def names(self) -> dict[tuple[str, str], str]:
        """The records without the ledgers."""
        return {key: value for key, value in self.records().items() if "_signpost" not in key[0]}

    def ledger(self, service: str = "web", cluster: str = "prod") -> str | None:
        """A service's ledger, or None."""
        return self.records().get((f"{service}.{cluster}.{LABEL}._signpost.ecs.internal", "TXT"))

    def write(self, action: str, **record_set: Any) -> None:
        """Change the zone by hand, behind Signpost's back."""
        self.route53.edit(self.zone, (action, record_set))

    def ours(self) -> dict[str, Any]:
        """The one address record in the zone, as boto3 has it."""
        (found,) = [record for record in self.route53.records(self.zone) if record.type == "A"]
        return dict(found.as_boto())


@pytest.fixture
def parameters() -> dict[str, str]:
    """Parameters of the stack that a test wants to be other than the defaults."""
    return {}


class _Dns:
    """What the one DNS server of all tests answers from: the Route 53 of the running test."""

    def __init__(self) -> None:
        self.resolver: Resolver | None = None

    def resolve(self, name: str, type: str) -> Any:
        assert self.resolver is not None
        return self.resolver.resolve(name, type)


@pytest.fixture(scope="session")
def dns() -> Iterator[tuple[_Dns, str]]:
    """A DNS server and its address: starting and stopping one takes longer than a test."""
    answers = _Dns()
    with DnsOverWire(answers) as server:
        yield answers, server.address


@pytest.fixture
def bare_refusals() -> bool:
    """In which form Route 53 refuses a batch; a test of a conflict is parametrized with both."""
    return False


@pytest.fixture
def world(
    parameters: dict[str, str], dns: tuple[_Dns, str], bare_refusals: bool
) -> Iterator[World]:
    """An estate, an empty private zone `ecs.internal` of its VPC, its DNS, and the machine."""
    clock = Clock()
    route53 = StrictRoute53(
        propagation_seconds=PROPAGATION_SECONDS, clock=clock, bare_refusals=bare_refusals
    )
    with pytest.MonkeyPatch.context() as patch, mock_aws(config=MOTO), route53.patched():
        for name, value in ENVIRONMENT.items():
            patch.setenv(name, value)
        patch.setattr(lookup, "WAITS", (PATIENCE_SECONDS,))
        zones.forget_zones()
        estate = Estate()
        zone = route53.create_zone("ecs.internal", vpcs=(estate.vpc,))
        answers, address = dns
        answers.resolver = route53.resolver(vpc=estate.vpc)
        environment = {"DNS_SERVERS": address, "LEDGER_KEY_ARN": estate.ledger_key()}
        estate.may_write(zone)
        with running_machine(
            ENVIRONMENT | environment | parameters, sleep=clock.advance
        ) as machine:
            yield World(estate, machine, route53, zone)
        zones.forget_zones()


@pytest.fixture
def refused() -> dict[str, str]:
    """For which services Step Functions starts no execution, with which code it says so."""
    return {}


@pytest.fixture
def started(
    monkeypatch: pytest.MonkeyPatch, refused: dict[str, str]
) -> Iterator[list[dict[str, Any]]]:
    """The inputs of all executions that CollectEvents starts."""
    monkeypatch.setenv("STATE_MACHINE_ARN", MACHINE)
    with starts(refused) as inputs:
        yield inputs


@pytest.fixture
def balancer(world: World) -> Balancer:
    return world.estate.balancer("web-alb")


@pytest.fixture
def revisions(world: World) -> Iterator[Revisions]:
    """The service revisions of the world."""
    with Revisions().answered() as found:
        yield found


@pytest.fixture
def managed(world: World) -> Balancer:
    """A load balancer that ECS has made."""
    return world.estate.balancer("ecs-managed", listening=False)
