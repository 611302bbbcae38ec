"""An estate for FindDrift alone: services as plain objects, a strict Route 53, both counted."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

import find_drift
from signpost.aws import route53
from signpost.model.record_set import Alias, RecordSet
from signpost.settings import Settings
from tests.support.estate import ENVIRONMENT
from tests.support.fast_estate import FastBalancer, FastEstate, handlers_in
from tests.support.ledgers import ledger_of
from tests.support.route53 import StrictRoute53


class Surveyed:
    """One private zone `ecs.internal`, and what a test puts into it and into ECS."""

    def __init__(self, *balancers: FastBalancer) -> None:
        self.route53 = StrictRoute53()
        self.zone = self.route53.create_zone("ecs.internal", vpcs=("vpc-1",))
        self.settings = Settings.from_env(ENVIRONMENT)
        self.estate = FastEstate(balancers, "vpc-1")
        self.estate.may_write(self.zone)

    def publish(self, cluster: str, service: str, balancer: FastBalancer) -> None:
        """A ledger and its record, as an execution writes them."""
        record = RecordSet(
            f"{service}.ecs.internal", "A", alias=Alias("Z32O12XQLNTSW2", balancer.dns_name)
        )
        ledger = ledger_of(service, cluster=cluster, zone_id=self.zone, records=(record,))
        self.route53.edit(
            self.zone, *(("CREATE", route53.to_wire(one)) for one in (record, ledger))
        )

    def look(self, **request: Any) -> dict[str, Any]:
        """What the sweep's first step finds; the calls are counted from here."""
        self.route53.calls.clear()
        self.estate.calls.clear()
        return find_drift.handler({"execution": "sweep-1", "input": request}, None)

    @contextmanager
    def asked(self, **parameters: str) -> Iterator[None]:
        """Let the handler ask it, with these parameters of the stack."""
        environment = ENVIRONMENT | parameters
        with (
            pytest.MonkeyPatch.context() as patch,
            self.route53.patched(),
            handlers_in(self.estate),
        ):
            for name, value in environment.items():
                patch.setenv(name, value)
            yield
