"""All that a plan is made from, except what Route 53 says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from signpost.ledger.seal import Seal
from signpost.model.load_balancer import LoadBalancer
from signpost.model.service import Service
from signpost.model.trigger import Trigger
from signpost.names.permitted import HostnameRules
from signpost.names.running_tasks import RunningTasks
from signpost.plan.rounds import EarlierRounds
from signpost.settings import Settings


@dataclass(frozen=True)
class Situation:
    """One execution in one round: who it is for, why it runs, and what was found out."""

    service: Service
    load_balancers: tuple[LoadBalancer, ...]
    tasks: RunningTasks
    trigger: Trigger
    round: int
    execution: str
    earlier: EarlierRounds
    now: datetime
    seal: Seal
    hostnames: HostnameRules
    unknown: Mapping[str, Exception] = field(default_factory=dict)  # zones, by id, and why
    attempt: int = 0  # of PlanChange: how often it was tried before

    def is_dry(self, settings: Settings) -> bool:
        """Whether it only shows what it would do."""
        return settings.policy == "dry-run" or self.trigger.dry_run
