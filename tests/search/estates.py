"""What a history's estate can be: its zones, load balancers, names, and the records of others.

FEATURES says what the search draws beyond the two zones that it began with, and which promises it
holds the code to. What is not in HELD found breaches (docs/decisions.md, "What a wider search
found"), and has not been searched for long enough since these were mended. SIGNPOST_FEATURES has
the names of more.

Drawn:

- tasks: services whose names lead to tasks from the beginning;
- views: zones of one name, or within each other, in both views of DNS;
- nested: zones within each other in one view;
- vpcs: zones and load balancers of another VPC;
- absolute: names with their zone, and the tag signpost:zone;
- association: a zone is associated with a VPC, or dissociated from it;
- trouble: a zone is deleted, or denied;
- neighbours: records of others in every zone, of every type and routing;
- wildcards, apex: such names;
- delegations: names below which a public zone delegates;
- address types: a load balancer becomes dual-stack, or is no longer;
- rules: names that come from listener rules;
- parameters: HostedZoneIds, HostnameTemplate, RecordKind, AllowedHostnames are changed;
- adoption: records that say the same already, and AdoptIdentical;
- dry-run: Policy becomes dry-run while executions run, and what it was again;
- sweeps: a sweep begins;
- between calls: another execution makes a step between two calls of a step;
- ahead: an event's time is ahead of the functions' clock;
- dns: changes are proved by DNS where it can be asked;
- deleted shared: a name that several services want is deleted by hand.

Held to:

- one owner: a record set is in one ledger, and a name is one service's;
- independent: what is taken, refused or in trouble holds back nothing else;
- repaired: a sweep says Repaired only where it repaired;
- true sentences: what a receipt, a cause or an outcome says of writes is so;
- announced: each change is announced once;
- written once: a second run by hand writes nothing;
- at rest: a sweep at the end finds nothing that it could mend.
"""

from __future__ import annotations

import os
from dataclasses import dataclass

from hypothesis import strategies as st

from tests.support.fast_estate import FastBalancer, FastService, FastTask

DRAWN = (
    *(
        "tasks",
        "views",
        "nested",
        "vpcs",
        "absolute",
        "association",
        "trouble",
        "neighbours",
        "wildcards",
    ),
    *("apex", "delegations", "address types", "rules", "parameters", "adoption", "dry-run"),
    *("sweeps", "between calls", "ahead", "dns", "deleted shared"),
)
PROMISED = (
    *("one owner", "independent", "repaired", "true sentences", "announced"),
    *("written once", "at rest"),
)
HELD = frozenset(
    {
        *("nested", "address types", "wildcards", "delegations", "neighbours", "parameters"),
        *("sweeps", "dns", "written once"),
    }
)
FEATURES = HELD | {
    name.strip() for name in os.environ.get("SIGNPOST_FEATURES", "").split(",") if name.strip()
}
assert {*DRAWN, *PROMISED} >= FEATURES, FEATURES - {*DRAWN, *PROMISED}

VPC, OTHER = "vpc-1", "vpc-2"
SERVICES = (("prod", "web"), ("prod", "api"), ("dev", "web"))
TEMPLATE = "{service}-{cluster}.{zone}"
TEMPLATES = (TEMPLATE, "{service}.{zone}")


def draws(*names: str) -> bool:
    """Whether all of these features are on."""
    return set(names) <= FEATURES


@dataclass(frozen=True)
class DrawnZone:
    """A hosted zone: public, or private to VPCs."""

    name: str
    vpcs: tuple[str, ...] = ()
    private: bool = False


def _private(name: str, *vpcs: str) -> DrawnZone:
    return DrawnZone(name, vpcs, private=True)


FIRST = (_private("ecs.internal", VPC), DrawnZone("example.com"))
_MORE = {
    "views": (
        _private("dev.example.com", VPC),
        DrawnZone("dev.example.com"),
        _private("example.com", VPC),
    ),
    "nested": (DrawnZone("dev.example.com"), _private("prod.ecs.internal", VPC)),
    "vpcs": (
        _private("ecs.internal", OTHER),
        _private("prod.ecs.internal", OTHER),
        _private("dev.example.com", OTHER),
    ),
}
_BALANCERS = (
    FastBalancer("inside", "internal", vpc=VPC),
    FastBalancer("dual", "internal", dual_stack=True, vpc=VPC),
    FastBalancer("outside", "internet-facing", vpc=VPC),
)
BALANCERS = (*_BALANCERS, *([FastBalancer("away", "internal", vpc=OTHER)] * draws("vpcs")))
CHOICES: tuple[tuple[str, ...], ...] = (
    *(("inside",), ("dual",), ("outside",), ("inside", "outside"), ()),
    *([("away",), ("inside", "away"), ("outside", "away")] * draws("vpcs")),
    *([("inside", "outside")] * 4 * draws("association")),  # which is not at a loss without one
)
# The texts of the tag signpost:hostname; None is none.
HOSTNAMES: tuple[str | None, ...] = (
    *(None, "shop", "shop www", "www"),
    *(["shop.dev.example.com", "shop.dev.example.com www.ecs.internal"] * draws("absolute")),
    *(["shop.example.com"] * draws("absolute")),
    *(["_any.shop"] * draws("wildcards")),
    *(["dev", "example.com"] * draws("apex")),
)
ZONES = ("example.com", "dev.example.com", "ecs.internal")  # of the tag signpost:zone
HOSTS = ("shop.ecs.internal", "www.example.com", "api.dev.example.com")  # of listener rules
TAGS: tuple[tuple[str, str], ...] = (
    *(("hostname", "shop"), ("hostname", "www shop"), ("record", "cname"), ("record", "alias")),
    *(("enabled", "false"), ("enabled", "true"), ("min-healthy", "1"), ("target", "tasks")),
    *(("target", "tasks-all"), ("target", "load-balancer")),
    *([("zone", name) for name in ZONES] * draws("absolute")),
    *([("hostname", text) for text in HOSTNAMES[4:] if text]),
    *([("hostname", "from:listener-rules")] * draws("rules")),
)
AHEAD = (0.0, *([300.0, 30_000_000.0] * draws("ahead")))  # seconds of an event's time
# Parameters of the stack, and what they may become.
PARAMETERS: tuple[tuple[str, str], ...] = (
    *[("HOSTNAME_TEMPLATE", template) for template in TEMPLATES],
    *(("RECORD_KIND", "ALIAS"), ("RECORD_KIND", "CNAME")),
    *(("AllowedHostnames", "**.{zone}"), ("AllowedHostnames", "{service}*.{zone}")),
    *(("HostedZoneIds", "all"), ("HostedZoneIds", "first"), ("HostedZoneIds", "but the first")),
)


@dataclass(frozen=True)
class Design:
    """A service as somebody creates it."""

    balancers: tuple[str, ...]
    hostname: str | None = None
    target: str | None = None
    zone: str | None = None
    task: int = 0

    def service(self) -> FastService:
        """It, with a task of its own."""
        tags = {"hostname": self.hostname, "target": self.target, "zone": self.zone}
        given = {f"signpost:{key}": value for key, value in tags.items() if value}
        return FastService(self.balancers, given, tasks=[FastTask(self.task)])


designs = st.builds(
    Design,
    st.sampled_from(CHOICES),
    st.sampled_from(HOSTNAMES),
    st.sampled_from([None, None, "tasks"]) if draws("tasks") else st.none(),
    st.sampled_from([None, None, *ZONES]) if draws("absolute") else st.none(),
    st.integers(0, 5),
)


def _may_stand(zones: list[DrawnZone]) -> bool:
    """No VPC has two private zones of one name (Route 53: ConflictingDomainExists)."""
    places = [(zone.name, vpc) for zone in zones for vpc in zone.vpcs]
    return len(places) == len(set(places))


def zones() -> st.SearchStrategy[list[DrawnZone]]:
    """Two zones, and up to four more."""
    pool = list(dict.fromkeys(one for name, some in _MORE.items() if draws(name) for one in some))
    if not pool:
        return st.just(list(FIRST))
    more = st.lists(st.sampled_from(pool), min_size=1, max_size=4, unique=True)
    return more.map(lambda some: [*FIRST, *some]).filter(_may_stand)


# Records of others: (type, routing).
_KINDS: tuple[tuple[str, str], ...] = (
    *(("A", ""), ("TXT", ""), ("CNAME", "")),
    *([("AAAA", ""), ("A", "multivalue"), ("A", "weighted")] * draws("neighbours")),
    *([("A", "same")] * draws("adoption")),
    *([("NS", "")] * draws("delegations")),
)
_LABELS: tuple[str, ...] = (
    *("shop", "web-prod", "other"),
    *(["", "*", "www"] * draws("neighbours")),
    *(["*.shop"] * draws("wildcards")),
)
_VALUES = {
    "A": "192.0.2.66",
    "AAAA": "2001:db8::66",
    "TXT": '"not yours"',
    "CNAME": "elsewhere.example",
    "NS": "ns.elsewhere.example",
}
foreign = st.tuples(
    st.integers(0, 5 if draws("neighbours") else 0),
    st.sampled_from(_LABELS),
    st.sampled_from(_KINDS),
)


def record(name: str, kind: tuple[str, str], same: FastBalancer) -> dict[str, object]:
    """A record set of somebody else's, as boto3 has it; `same` is what an alias of it leads to."""
    type_, routing = kind
    made: dict[str, object] = {"Name": name, "Type": type_}
    if routing == "same":
        target = {"HostedZoneId": "Z32O12XQLNTSW2", "DNSName": same.dns_name}
        return made | {"AliasTarget": target | {"EvaluateTargetHealth": False}}
    made |= {"TTL": 60, "ResourceRecords": [{"Value": _VALUES[type_]}]}
    if routing == "multivalue":
        made |= {"SetIdentifier": "theirs", "MultiValueAnswer": True}
    if routing == "weighted":
        made |= {"SetIdentifier": "theirs", "Weight": 10}
    return made
