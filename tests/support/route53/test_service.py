"""Zones, changes, limits of rate and the call log of the strict Route 53.

GUIDE = Route 53 Developer Guide, API = Route 53 API Reference.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import (
    ClientError,
    ReadTimeoutError,
)

from tests.support.route53 import (
    Call,
    Clock,
    RequestRate,
    RunningClock,
    Snapshot,
    StrictRoute53,
    UnsupportedByStandIn,
    send,
    simple,
)

WEB = simple("web.ecs.internal", "A", "10.0.0.1")
API = simple("api.ecs.internal", "A", "10.0.0.2")
WRITE = "ChangeResourceRecordSets"


@pytest.fixture
def route53() -> StrictRoute53:
    return StrictRoute53()


@pytest.fixture
def zone(route53: StrictRoute53) -> str:
    return route53.create_zone("ecs.internal", vpcs=("vpc-1", "vpc-2"))


def write(client: Any, zone: str, record: dict[str, Any] = WEB, action: str = "CREATE") -> Any:
    return send(client, zone, (action, record), comment="why")


def code_of(call: Callable[[], Any]) -> tuple[str, int]:
    with pytest.raises(ClientError) as caught:
        call()
    response = caught.value.response
    return response["Error"]["Code"], response["ResponseMetadata"]["HTTPStatusCode"]


class TestZones:
    """API: GetHostedZone, ListHostedZones, ListHostedZonesByName."""

    def test_a_private_zone_lists_its_vpcs(self, route53: StrictRoute53, zone: str) -> None:
        answer = route53.client().get_hosted_zone(Id=zone)
        assert answer["HostedZone"]["Name"] == "ecs.internal."
        assert answer["HostedZone"]["Id"] == f"/hostedzone/{zone}"
        assert answer["HostedZone"]["Config"]["PrivateZone"] is True
        assert [vpc["VPCId"] for vpc in answer["VPCs"]] == ["vpc-1", "vpc-2"]
        assert "DelegationSet" not in answer

    def test_a_public_zone_lists_its_name_servers(self, route53: StrictRoute53) -> None:
        answer = route53.client().get_hosted_zone(Id=route53.create_zone("example.com"))
        assert answer["HostedZone"]["Config"]["PrivateZone"] is False
        assert len(answer["DelegationSet"]["NameServers"]) == 4
        assert "VPCs" not in answer

    @pytest.mark.parametrize(
        "call",
        [
            lambda client: client.get_hosted_zone(Id="Z0"),
            lambda client: client.list_resource_record_sets(HostedZoneId="Z0"),
            lambda client: write(client, "Z0"),
        ],
    )
    def test_a_zone_that_is_not_there(
        self, route53: StrictRoute53, call: Callable[[Any], Any]
    ) -> None:
        with pytest.raises(ClientError, match="No hosted zone found with ID: Z0") as caught:
            call(route53.client())
        assert caught.value.response["Error"]["Code"] == "NoSuchHostedZone"

    def test_zones_are_listed_by_reversed_name(self, route53: StrictRoute53, zone: str) -> None:
        for name in ("b.example.com", "example.com", "example.org"):
            route53.create_zone(name)
        listed = route53.client().list_hosted_zones()["HostedZones"]
        by_name = route53.client().list_hosted_zones_by_name(DNSName="b.example.com")
        names = ["example.com.", "b.example.com.", "ecs.internal.", "example.org."]
        assert [one["Name"] for one in listed] == names
        assert [one["Name"] for one in by_name["HostedZones"]] == names[1:]

    def test_other_operations_are_not_made_up(self, route53: StrictRoute53) -> None:
        with pytest.raises(UnsupportedByStandIn):
            route53.client().list_health_checks()


class TestChanges:
    """API: GetChange; GUIDE: How quickly do changes propagate."""

    def test_a_change_is_pending_then_in_sync(self, route53: StrictRoute53, zone: str) -> None:
        client = route53.client()
        made = write(client, zone)
        route53.clock.advance(59.9)
        before = client.get_change(Id=made["Id"])["ChangeInfo"]
        route53.clock.advance(0.1)
        after = client.get_change(Id=made["Id"])["ChangeInfo"]
        assert (made["Status"], before["Status"], after["Status"]) == (
            *("PENDING", "PENDING"),
            "INSYNC",
        )
        assert made["Id"].startswith("/change/C")
        assert (after["SubmittedAt"], after["Comment"]) == (made["SubmittedAt"], "why")

    def test_listings_show_pending_records(self, route53: StrictRoute53, zone: str) -> None:
        """API: ListResourceRecordSets, "Resource record sets that are PENDING"."""
        write(route53.client(), zone)
        listed = route53.client().list_resource_record_sets(HostedZoneId=zone)
        assert listed["ResourceRecordSets"][-1]["Name"] == "web.ecs.internal."

    def test_an_unknown_change(self, route53: StrictRoute53) -> None:
        assert code_of(lambda: route53.client().get_change(Id="C0")) == ("NoSuchChange", 404)

    def test_no_change_is_in_sync_before_an_earlier_one(
        self, route53: StrictRoute53, zone: str
    ) -> None:
        write(route53.client(), zone)
        route53.propagation_seconds = 0
        later = write(route53.client(), zone, API)["Id"]
        assert route53.client().get_change(Id=later)["ChangeInfo"]["Status"] == "PENDING"

    def test_a_clock_can_move_with_each_call(self) -> None:
        route53 = StrictRoute53(clock=Clock(seconds_per_call=30))
        zone = route53.create_zone("ecs.internal")
        made = write(route53.client(), zone)["Id"]
        seen = [route53.client().get_change(Id=made)["ChangeInfo"]["Status"] for _ in range(3)]
        assert seen == ["PENDING", "INSYNC", "INSYNC"]

    def test_a_real_clock_will_do(self) -> None:
        route53 = StrictRoute53(clock=RunningClock(), propagation_seconds=0)
        made = write(route53.client(), route53.create_zone("ecs.internal"))["Id"]
        assert route53.client().get_change(Id=made)["ChangeInfo"]["Status"] == "INSYNC"

    def test_a_busy_zone(self, route53: StrictRoute53, zone: str) -> None:
        """GUIDE: Quotas on API requests, "PriorRequestNotComplete"."""
        route53.busy_seconds = 2
        other = route53.create_zone("other.internal")
        client = route53.client()
        write(client, zone)
        write(client, other, simple("web.other.internal", "A", "10.0.0.1"))
        assert code_of(lambda: write(client, zone, API)) == ("PriorRequestNotComplete", 400)
        route53.clock.advance(2)
        write(client, zone, API)
        assert len(route53.records(zone)) == 2


class TestRate:
    """GUIDE: Quotas, "Route 53 API requests": 10 a second for an account, burst 50."""

    def test_the_51st_call_at_once_is_throttled(self, route53: StrictRoute53, zone: str) -> None:
        route53.rate = RequestRate(Clock())
        client = route53.client()
        for _ in range(50):
            client.get_hosted_zone(Id=zone)
        with pytest.raises(ClientError, match="Rate exceeded"):
            client.get_hosted_zone(Id=zone)
        assert code_of(lambda: write(client, zone)) == ("Throttling", 400)
        assert route53.records(zone) == ()

    def test_a_second_earns_ten_calls(self, route53: StrictRoute53, zone: str) -> None:
        route53.rate = RequestRate(Clock())
        for _ in range(50):
            route53.client().get_hosted_zone(Id=zone)
        route53.rate.clock.advance(1)
        outcomes = []
        for _ in range(11):
            try:
                route53.client().get_hosted_zone(Id=zone)
                outcomes.append("ok")
            except ClientError as error:
                outcomes.append(error.response["Error"]["Code"])
        assert outcomes == ["ok"] * 10 + ["Throttling"]

    def test_a_steady_caller_is_never_throttled(self, route53: StrictRoute53, zone: str) -> None:
        client = route53.client()
        for _ in range(120):
            client.get_hosted_zone(Id=zone)
        assert route53.calls.count("GetHostedZone") == 120


class TestCallLog:
    def test_it_says_who_asked_what_when(self, route53: StrictRoute53, zone: str) -> None:
        write(route53.client(tag="run-1"), zone)
        route53.clock.advance(5)
        code_of(lambda: write(route53.client(tag="run-2"), zone))
        first, second = route53.calls.of(WRITE, zone_id=zone)
        assert (first.tag, first.outcome, second.tag, second.outcome) == (
            *("run-1", "ok"),
            *("run-2", "InvalidChangeBatch"),
        )
        assert second.at - first.at == 5
        assert first.parameters["comment"] == "why"
        assert [(one.action, one.record_set.name) for one in first.parameters["changes"]] == [
            ("CREATE", "web.ecs.internal")
        ]
        assert (route53.calls.count(tag="run-1"), len(route53.calls)) == (1, 2)

    def test_observers_see_the_state_after_every_call(
        self, route53: StrictRoute53, zone: str
    ) -> None:
        seen: list[tuple[str, int]] = []

        def observe(call: Call, state: Snapshot) -> None:
            seen.append((call.outcome, len(state[zone])))

        route53.observers.append(observe)
        route53.faults.lose_answer(WRITE, call=3)
        client = route53.client()
        write(client, zone)
        code_of(lambda: write(client, zone))
        with pytest.raises(ReadTimeoutError):
            write(client, zone, API)
        assert seen == [("ok", 1), ("InvalidChangeBatch", 1), ("ReadTimeoutError", 2)]

    def test_a_broken_invariant_reaches_the_caller(self, route53: StrictRoute53, zone: str) -> None:
        def observe(_call: Call, state: Snapshot) -> None:
            assert not state[zone], "nothing may be written"

        route53.observers.append(observe)
        with pytest.raises(AssertionError, match="nothing may be written"):
            write(route53.client(), zone)

    def test_edits_by_hand_are_no_calls(self, route53: StrictRoute53, zone: str) -> None:
        route53.edit(zone, ("CREATE", WEB))
        assert len(route53.calls) == 0
        assert [one.as_boto() for one in route53.records(zone)] == [
            {**WEB, "Name": "web.ecs.internal."}
        ]
        assert route53.snapshot() == {zone: route53.records(zone)}
