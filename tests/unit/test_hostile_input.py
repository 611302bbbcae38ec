"""Whatever comes from outside becomes a valid value or a named error: nothing else, and bounded."""

from __future__ import annotations

import copy
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signpost import metrics, observability
from signpost.errors import (
    HostnameTaken,
    InvalidConfiguration,
    InvalidEvent,
    LedgerCorrupt,
    SignpostError,
    Throttled,
)
from signpost.ledger import ledger, words
from signpost.model import packing
from signpost.model.record_set import Alias, RecordSet
from signpost.model.service import Configuration
from signpost.model.trigger import Trigger
from signpost.model.zone import Zone
from signpost.names import configuration
from signpost.plan.whole_plan import Plan
from signpost.proof.verification import Proof
from signpost.sweep import report
from signpost.sweep.findings import Problem
from signpost.triggers import cloud_events
from signpost.triggers.ecs_names import Home
from signpost.triggers.finished import Finished
from tests.support.estate import ACCOUNT, REGION, cloudtrail, deployment_completed
from tests.support.hostile import SAMPLES, harm_in, hostile, texts
from tests.support.lines import written_lines
from tests.support.parameters import SEAL
from tests.support.status_change import status_change

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
HOME = Home(ACCOUNT, REGION)
SERVICE_ARN = f"arn:aws:ecs:{REGION}:{ACCOUNT}:service/prod/web"
LONGEST_TRIGGER = 12_000  # characters of JSON: far below the 256 KB of a state's input

scalars = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=300)
)
anything = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=30), inner, max_size=4)
    ),
    max_leaves=15,
)
tempting = st.sampled_from(
    [
        SERVICE_ARN,
        "arn:aws:ecs:eu-west-1:123456789012:cluster/prod",
        "arn:aws-cn:ecs:cn-north-1:123456789012:service/web",
        "arn:aws:ecs:eu-west-1:123456789012:service/a/b/c",
        "arn:",
        "",
        "default",
        "a" * 100_000,
        "İ\u0000\ud800",
        10**400,
        "9999-12-31T23:59:59-12:00",
        "0001-01-01T00:00:00+12:00",
    ]
)

SHAPES: list[Any] = [
    cloudtrail("CreateService", {"cluster": "prod", "serviceName": "web"}),
    cloudtrail(
        "UpdateService",
        {"cluster": "prod", "service": SERVICE_ARN},
        service={"serviceArn": SERVICE_ARN},
    ),
    cloudtrail("DeleteService", {"service": "web"}),
    cloudtrail("TagResource", {"resourceArn": SERVICE_ARN, "tags": [{"key": "a", "value": "b"}]}),
    deployment_completed("web"),
    {"cluster": "prod", "service": "web", "reason": "by hand", "dry_run": True},
]


def paths(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Where something can be replaced in a JSON value."""
    found = [path]
    items = value.items() if isinstance(value, dict) else ()
    if isinstance(value, list):
        items = enumerate(value)  # type: ignore[assignment]
    for key, inner in items:
        found += paths(inner, (*path, key))
    return found


@st.composite
def almost_events(draw: st.DrawFn) -> Any:
    """A real shape with one or two things replaced or taken away."""
    event = copy.deepcopy(draw(st.sampled_from(SHAPES)))
    for _ in range(draw(st.integers(1, 2))):
        path = draw(st.sampled_from(paths(event)))
        if not path:
            return draw(anything)
        parent = event
        for key in path[:-1]:
            parent = parent[key]
        if isinstance(parent, dict) and draw(st.booleans()) and draw(st.booleans()):
            del parent[path[-1]]
        else:
            parent[path[-1]] = draw(anything | tempting)
    return event


@given(almost_events() | anything)
def test_an_event_becomes_a_trigger_or_invalid_event(event: Any) -> None:
    try:
        trigger = cloud_events.parse(event, HOME, NOW)
    except InvalidEvent as error:
        assert len(str(error)) < 2000
        return
    assert isinstance(trigger, Trigger)
    assert len(json.dumps(trigger.to_json())) < LONGEST_TRIGGER
    assert trigger.skip or (trigger.cluster and trigger.service)
    assert datetime.fromisoformat(trigger.time).tzinfo


@given(almost_events())
def test_parsing_twice_gives_the_same(event: Any) -> None:
    def outcome() -> object:
        try:
            return cloud_events.parse(event, HOME, NOW)
        except InvalidEvent as error:
            return str(error)

    assert outcome() == outcome()


tag_keys = st.sampled_from(
    [f"signpost:{name}" for name in ("hostname", "zone", "record", "ttl", "load-balancer",
                                     "enabled", "min-healthy", "target", "", "colour")]
) | st.text(max_size=40)  # fmt: skip
tag_values = st.text(max_size=256) | st.sampled_from(
    [
        "tasks",
        "tasks-all",
        "from:listener-rules",
        "from:x",
        "true",
        "FALSE",
        "60",
        "٣",
        "-1",
        "1e3",
        "9" * 250,
        "alias",
        "CNAME",
        " ",
        "a b  a",
    ]
)


@given(st.dictionaries(tag_keys, tag_values, max_size=8))
def test_tags_become_a_configuration_or_a_named_error(tags: dict[str, str]) -> None:
    try:
        found = configuration.from_tags(tags)
    except InvalidConfiguration as error:
        assert "signpost:" in str(error)
        return
    assert Configuration.from_json(json.loads(json.dumps(vars(found)))) == found


# --- the ledger ----------------------------------------------------------------------------

ZONE = "ecs.internal"
labels = st.from_regex(r"[a-z0-9]([a-z0-9-]{0,20}[a-z0-9])?", fullmatch=True)
names = st.lists(labels, min_size=1, max_size=3).map(lambda parts: ".".join([*parts, ZONE])) | (
    st.just(ZONE)
)
aliases = st.builds(
    RecordSet,
    name=names,
    type=st.sampled_from(["A", "AAAA"]),
    alias=st.builds(
        Alias,
        hosted_zone_id=st.from_regex(r"Z[A-Z0-9]{5,20}", fullmatch=True),
        dns_name=labels.map(lambda label: f"{label}.elb.amazonaws.com"),
        evaluate_target_health=st.booleans(),
    ),
)
plain_sets = st.builds(
    RecordSet,
    name=names,
    type=st.just("CNAME"),
    ttl=st.integers(0, 604_800),
    values=labels.map(lambda label: (f"{label}.example",)),
)
ipv4 = st.ip_addresses(v=4).map(str)
ipv6 = st.ip_addresses(v=6).map(str)


def with_addresses(multivalue: bool) -> st.SearchStrategy[list[RecordSet]]:
    """One record set with several addresses, or a multivalue one for each."""
    return st.builds(
        lambda name, ttl, version, four, six: packing.unpack(
            [
                RecordSet(
                    name,
                    "A" if version == 4 else "AAAA",
                    ttl,
                    tuple(sorted(four if version == 4 else six)),
                    multivalue=multivalue,
                )
            ]
        ),
        names,
        st.integers(0, 604_800),
        st.sampled_from([4, 6]),
        st.sets(ipv4, min_size=1, max_size=5),
        st.sets(ipv6, min_size=1, max_size=5),
    ).map(list)


listed = st.lists(
    (aliases | plain_sets).map(lambda record: [record])
    | with_addresses(multivalue=True)
    | with_addresses(multivalue=False),
    min_size=1,
    max_size=6,
    unique_by=lambda some: (some[0].name, some[0].type),
).map(lambda lists: tuple(sorted((r for some in lists for r in some), key=words.order)))
service_names = st.from_regex(r"[A-Za-z0-9_-]{1,255}", fullmatch=True)
ledgers = st.builds(
    ledger.Ledger,
    installation=st.from_regex(r"[0-9a-f]{16}", fullmatch=True),
    region=st.just(REGION),
    cluster=service_names,
    service=service_names,
    execution=st.text(min_size=1, max_size=80),
    previous=st.none() | st.text(min_size=1, max_size=80),
    at=st.just("2026-11-24T12:00:00Z"),
    record_sets=listed,
    notes=st.lists(
        st.from_regex(r"(hold|wish|x-new)=[A-Za-z0-9%@,/-]{1,40}", fullmatch=True), max_size=3
    ).map(tuple),
)
PLACE = "web.prod.signpost._signpost.ecs.internal"
THE_ZONE = Zone("Z1", ZONE, private=True)


def rendered(written: ledger.Ledger) -> str:
    return ledger.render(written, zone=THE_ZONE, name=PLACE, seal=SEAL)


@given(listed)
def test_record_sets_come_through_the_payload_as_they_are(records: tuple[RecordSet, ...]) -> None:
    through = packing.from_json(json.loads(json.dumps(packing.to_json(records))))
    assert sorted(through, key=words.order) == list(records)


@given(ledgers)
def test_a_ledger_is_read_as_it_was_written(written: ledger.Ledger) -> None:
    text = rendered(written)

    assert ledger.parse(ledger.from_txt(ledger.to_txt(text)), ZONE) == written
    assert all(len(part) <= 255 for part in ledger.to_txt(text).strip('"').split('" "'))


@given(ledgers, st.data())
def test_an_edited_ledger_is_never_believed(written: ledger.Ledger, data: st.DataObject) -> None:
    text = rendered(written)
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start, len(text)))
    edited = text[:start] + data.draw(st.text(max_size=20)) + text[end:]
    if edited == text:
        return

    found = RecordSet(PLACE, "TXT", 60, (ledger.to_txt(edited),))

    assert not ledger.is_signed(found, THE_ZONE, SEAL)
    with pytest.raises(LedgerCorrupt):
        read(found, written)


def read(found: RecordSet, written: ledger.Ledger) -> ledger.Ledger:
    return ledger.read(
        found,
        installation=written.installation,
        cluster=written.cluster,
        service=written.service,
        zone=THE_ZONE,
        seal=SEAL,
    )


@given(st.lists(st.text(max_size=300), max_size=3), ledgers)
def test_any_txt_record_becomes_a_ledger_or_ledger_corrupt(
    values: list[str], written: ledger.Ledger
) -> None:
    for candidate in (
        tuple(values),
        tuple(ledger.to_txt(value) for value in values),
        (ledger.to_txt(rendered(written)), *values),
    ):
        found = RecordSet(PLACE, "TXT", 60, candidate)
        try:
            result = read(found, written)
        except LedgerCorrupt as error:
            assert len(str(error)) < 2000
        else:
            assert result == written


zone_names = st.lists(labels, min_size=1, max_size=6).map(".".join)


@given(service_names, service_names, labels, zone_names)
def test_a_ledgers_name_is_legal_and_in_its_subtree(
    service: str, cluster: str, owner: str, zone: str
) -> None:
    name = ledger.ledger_name(service=service, cluster=cluster, label=owner, zone_name=zone)

    assert len(name) <= 253
    assert all(1 <= len(label) <= 63 for label in name.split("."))
    assert name.endswith(f".{owner}._signpost.{zone}")


@given(st.tuples(service_names, service_names), st.tuples(service_names, service_names))
def test_two_services_have_two_ledgers(one: tuple[str, str], other: tuple[str, str]) -> None:
    if one == other:
        return
    assert len({
        ledger.ledger_name(service=service, cluster=cluster, label="signpost", zone_name=ZONE)
        for service, cluster in (one, other)
    }) == 2  # fmt: skip


# --- text that acts on who reads it ---------------------------------------------------------


@given(hostile(SHAPES[0]) | hostile(SHAPES[4]) | hostile(SHAPES[5]), texts)
def test_a_trigger_tells_nothing_harmful(event: Any, told: str) -> None:
    event = {**event, "id": told} if "detail" in event else event
    for document in (
        event,
        {**SHAPES[5], "reason": told},
        {**SHAPES[5], "cause": {"kind": "tasks", "name": told, "actor": told}},
    ):
        try:
            trigger = cloud_events.parse(document, HOME, NOW).to_json()
        except InvalidEvent as error:
            trigger = {"error": str(error)}
        assert harm_in(str(list(trigger.values())), allowed="") == set()
        assert not any(harm_in(value, "") for value in trigger.values() if isinstance(value, str))


def test_a_reason_by_hand_is_kept_as_a_reader_recognises_it() -> None:
    document = {"cluster": "prod", "service": "web", "reason": "Grüße \x1b[2J\nx"}
    assert cloud_events.parse(document, HOME, NOW).reason == "Grüße \\x1b[2J\\nx"


@given(texts)
def test_a_sweeps_reason_is_harmless(text: str) -> None:
    assert harm_in(report.Request.from_input({"reason": text}).reason or "", "") == set()


@given(st.sampled_from([InvalidEvent, LedgerCorrupt, Throttled]), texts)
def test_an_errors_sentence_is_one_line_without_harm(error: type[SignpostError], text: str) -> None:
    assert harm_in(str(error(f"The value is {text}.")), allowed="") == set()


@given(texts, texts)
def test_what_a_plan_a_proof_and_a_sweep_say_is_harmless(text: str, value: str) -> None:
    record = RecordSet("web.ecs.internal", "CNAME", 60, (value,))
    plan = Plan("change", text, None, False, False, (), (), {"Z1": [record]}, {}, None,
                     (text,), (), "sync").to_json()  # fmt: skip
    said = [
        plan["reason"],
        *plan["warnings"],
        *plan["summary"],
        Proof("Z1", "dns", text).to_json()["detail"],
    ]
    found = report.to_json(Problem(text, text, "ZoneNotFound", text))

    assert not any(harm_in(sentence, allowed="") for sentence in [*said, *found.values()])
    # What is compared with Route 53's own stays as it is there, to the letter.
    assert plan["before"][0]["values"] == (value,)


@pytest.mark.parametrize("text", SAMPLES)
@pytest.mark.parametrize("error", [None, HostnameTaken, ValueError, KeyError])
def test_a_log_line_is_harmless_as_it_stands_and_read(
    text: str, error: type[Exception] | None
) -> None:
    @observability.step
    def handler(event: Any, context: Any) -> dict[str, Any]:
        if error:
            raise error(text)
        return {"reason": text, "odd": {text: text}, "list": [text]}

    event = {
        "execution": text,
        "trigger": {"id": text, "name": text, "cluster": text},
        "attempt": 1,
    }
    with written_lines() as lines:
        raised: Exception | None = None
        try:
            handler(event, None)
        except Exception as caught:
            raised = caught
        metrics.emit({"Failures": 1}, {"execution": text}, text)
        told = texts_of(lines())

    assert not harm_in(str(raised), "")
    assert not any(harm_in(one) for one in told)


def texts_of(value: Any) -> list[str]:
    """All texts of a JSON value, and its keys."""
    if isinstance(value, dict):
        return [text for pair in value.items() for one in pair for text in texts_of(one)]
    if isinstance(value, list):
        return [text for one in value for text in texts_of(one)]
    return [value] if isinstance(value, str) else []


ANNOUNCED: dict[str, Any] = {
    "outcome": "RecordChanged",
    "reason": "So it is.",
    "service": {"cluster": "prod", "name": "web"},
    "trigger": cloud_events.parse(SHAPES[0], HOME, NOW).to_json() | {"reason": "by hand"},
    "before": [{"name": "web.ecs.internal", "values": ["a.example"]}],
    "after": [],
    "warnings": ["No listener rule leads there."],
    "refused": [{"zone": "Z1", "name": "shop", "error": "HostnameTaken", "reason": "So it is."}],
    "told": False,
    "zones": [{"id": "Z1", "name": "ecs.internal", "change_id": "C1"}],
    "attempts": {"rounds": 2, "readiness": 4, "verification": 3},
    "verification": {"method": "dns", "verified_at": "2026-11-24T13:20:05.200Z"},
    "previous_execution": "run-0",
    "seconds": 6.2,
}


@given(hostile(ANNOUNCED, but=("outcome",)))
def test_an_announcement_is_harmless_to_whom_it_is_forwarded(receipt: dict[str, Any]) -> None:
    detail = Finished.from_event(status_change("SUCCEEDED", output=receipt)).announcement()
    assert detail is not None
    assert not any(harm_in(text, "") for text in texts_of(detail))
