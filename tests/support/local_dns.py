"""Zones and load balancers for the local DNS server to answer from."""

from __future__ import annotations

from dataclasses import replace

from local_aws.dns_answers import RecordSet, View, World, Zone

LB = "web-1.us-east-1.elb.amazonaws.com"
DUAL = "dual-1.us-east-1.elb.amazonaws.com"
DEV = Zone("ZDEV", "ecs.internal", frozenset({"vpc-dev"}))
PROD = Zone("ZPROD", "ecs.internal", frozenset({"vpc-prod"}))
LATER = Zone("ZLATER", "later.internal", frozenset({"vpc-later"}))
INNER = Zone("ZINNER", "inner.ecs.internal", frozenset({"vpc-dev"}))
PUBLIC = Zone("ZPUB", "example.com")
SOA = RecordSet("ecs.internal", "SOA", 900, ("ns. host. 1 7200 900 1209600 86400",))
DELEGATION = RecordSet("team.ecs.internal", "NS", 300, ("ns-1.example.", "ns-2.example."))
LONG = " ".join(f'"{"x" * 250}"' for _ in range(4))

RECORDS = {
    "ZDEV": [
        SOA,
        RecordSet("ecs.internal", "NS", 300, ("ns.example.",)),
        DELEGATION,
        RecordSet("hidden.team.ecs.internal", "A", 30, ("10.0.0.3",)),
        RecordSet("web.ecs.internal", "A", alias=LB),
        RecordSet("both.ecs.internal", "A", alias=f"dualstack.{DUAL}"),
        RecordSet("both.ecs.internal", "AAAA", alias=f"dualstack.{DUAL}"),
        RecordSet("www.ecs.internal", "A", alias="web.ecs.internal"),
        RecordSet("gone.ecs.internal", "A", alias="gone-1.us-east-1.elb.amazonaws.com"),
        RecordSet("cname.ecs.internal", "CNAME", 60, (LB,)),
        RecordSet("loop.ecs.internal", "CNAME", 60, ("loop.ecs.internal",)),
        RecordSet("plain.ecs.internal", "A", 30, ("10.0.0.1", "10.0.0.2")),
        RecordSet("a.b.ecs.internal", "TXT", 60, ('"one \\"1\\"" "two\\052"',)),
        RecordSet("long.ecs.internal", "TXT", 60, (LONG,)),
        *(
            RecordSet("many.ecs.internal", "A", 30, (f"10.9.0.{number}",), is_multivalue=True)
            for number in range(20)
        ),
        RecordSet("few.ecs.internal", "A", 30, ("10.9.1.1",), is_multivalue=True),
        RecordSet("few.ecs.internal", "A", 30, ("10.9.1.2",), is_multivalue=True),
        RecordSet(
            "all.ecs.internal",
            "A",
            30,
            tuple(f"10.8.1.{n}" for n in range(200)) + tuple(f"10.8.2.{n}" for n in range(200)),
        ),
        RecordSet("*.wild.ecs.internal", "A", 30, ("10.0.0.9",)),
    ],
    "ZPROD": [SOA, RecordSet("web.ecs.internal", "A", 30, ("10.1.0.1",))],
    "ZPUB": [
        RecordSet("example.com", "A", 30, ("203.0.113.1",)),
        RecordSet("example.com", "NS", 300, ("ns.example.",)),
        replace(DELEGATION, name="team.example.com"),
        RecordSet("hidden.team.example.com", "A", 30, ("203.0.113.3",)),
        RecordSet("steam.example.com", "A", 30, ("203.0.113.4",)),
    ],
}
WORLD = World(
    zones=[DEV, PROD, PUBLIC],
    records=lambda zone: RECORDS[zone.id],
    load_balancers=lambda: {LB: False, DUAL: True},
)
VIEW = View("vpc-dev")
