"""A Route 53 for tests that is as strict as the real one.

    route53 = StrictRoute53()
    zone = route53.create_zone("ecs.internal", vpcs=("vpc-1",))
    route53.client().change_resource_record_sets(HostedZoneId=zone, ChangeBatch=...)
    route53.clock.advance(60)  # INSYNC: DNS has it
    route53.resolver(vpc="vpc-1").query("web.ecs.internal", "A")

`patched()` catches clients that other code makes. `faults` lets calls fail, before or after they
were carried out. `calls` is the log, `observers` see every call with the complete state.
"""

from tests.support.route53.batch import Change
from tests.support.route53.boto_forms import (
    alias,
    both_refusals,
    change_batch,
    refusal,
    send,
    simple,
)
from tests.support.route53.calls import Call, CallLog
from tests.support.route53.clock import Clock, RequestRate, RunningClock
from tests.support.route53.dns_answers import CachingResolver, NoAnswer, NxDomain, Resolver
from tests.support.route53.dns_server import PATIENCE_SECONDS, DnsOverWire
from tests.support.route53.errors import UnsupportedByStandIn
from tests.support.route53.faults import connect_timeout, no_connection, read_timeout
from tests.support.route53.record_sets import AliasTarget, Key, RecordSet
from tests.support.route53.service import Snapshot, StrictRoute53

__all__ = [
    "PATIENCE_SECONDS",
    "AliasTarget",
    "CachingResolver",
    "Call",
    "CallLog",
    "Change",
    "Clock",
    "DnsOverWire",
    "Key",
    "NoAnswer",
    "NxDomain",
    "RecordSet",
    "RequestRate",
    "Resolver",
    "RunningClock",
    "Snapshot",
    "StrictRoute53",
    "UnsupportedByStandIn",
    "alias",
    "both_refusals",
    "change_batch",
    "connect_timeout",
    "no_connection",
    "read_timeout",
    "refusal",
    "send",
    "simple",
]
