"""Clients of the strict Route 53, and the faults that they can meet.

The rules of botocore are those of its own code; only the HTTP answers are made here.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import boto3
import pytest
from botocore.exceptions import (
    ClientError,
    ConnectTimeoutError,
    EndpointConnectionError,
    ReadTimeoutError,
)
from moto import mock_aws

from tests.support.route53 import (
    StrictRoute53,
    connect_timeout,
    no_connection,
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


class TestFaults:
    @pytest.mark.parametrize(
        ("add", "code"),
        [
            (lambda faults: faults.throttle(WRITE), ("Throttling", 400)),
            (lambda faults: faults.fail(WRITE), ("ServiceUnavailable", 503)),
            (lambda faults: faults.fail(WRITE, 500), ("InternalFailure", 500)),
            (
                lambda faults: faults.prior_request_not_complete(),
                ("PriorRequestNotComplete", 400),
            ),
            (
                lambda faults: faults.refuse(WRITE, "AccessDenied", "not authorized", 403),
                ("AccessDenied", 403),
            ),
        ],
    )
    def test_a_refused_call_did_nothing(
        self,
        route53: StrictRoute53,
        zone: str,
        add: Callable[[Any], Any],
        code: tuple[str, int],
    ) -> None:
        add(route53.faults)
        assert code_of(lambda: write(route53.client(), zone)) == code
        assert route53.records(zone) == ()
        write(route53.client(), zone)
        assert route53.faults.pending == []

    @pytest.mark.parametrize(
        ("error", "raised"),
        [(no_connection, EndpointConnectionError), (connect_timeout, ConnectTimeoutError)],
    )
    def test_a_call_cut_off_did_nothing(
        self,
        route53: StrictRoute53,
        zone: str,
        error: Callable[[], Exception],
        raised: type[Exception],
    ) -> None:
        route53.faults.cut(WRITE, error)
        with pytest.raises(raised):
            write(route53.client(), zone)
        assert (route53.records(zone), route53.calls[0].lost) == ((), False)

    def test_a_lost_answer_leaves_the_change_done(self, route53: StrictRoute53, zone: str) -> None:
        route53.faults.lose_answer(WRITE)
        with pytest.raises(ReadTimeoutError):
            write(route53.client(), zone)
        assert [one.name for one in route53.records(zone)] == ["web.ecs.internal."]
        assert (route53.calls[0].outcome, route53.calls[0].lost) == ("ReadTimeoutError", True)

    def test_a_fault_can_wait_for_a_call(self, route53: StrictRoute53, zone: str) -> None:
        route53.faults.throttle("GetHostedZone", call=2, times=2)
        for _ in range(4):
            try:
                route53.client().get_hosted_zone(Id=zone)
            except ClientError:
                continue
        assert [call.outcome for call in route53.calls] == ["ok", "Throttling", "Throttling", "ok"]

    def test_a_fault_can_choose_its_caller(self, route53: StrictRoute53, zone: str) -> None:
        route53.faults.throttle(where=lambda call: call.tag == "run-2")
        route53.client(tag="run-1").get_hosted_zone(Id=zone)
        call = route53.client(tag="run-2").get_hosted_zone
        assert code_of(lambda: call(Id=zone))[0] == "Throttling"

    def test_somebody_edits_right_before_a_call(self, route53: StrictRoute53, zone: str) -> None:
        route53.faults.run(WRITE, lambda _call: route53.edit(zone, ("CREATE", WEB)))
        assert code_of(lambda: write(route53.client(), zone))[0] == "InvalidChangeBatch"

    def test_another_client_gets_in_between(self, route53: StrictRoute53, zone: str) -> None:
        faster = route53.client(tag="faster")
        route53.faults.run(WRITE, lambda _call: write(faster, zone) and None)
        slower = route53.client(tag="slower")
        assert code_of(lambda: write(slower, zone))[0] == "InvalidChangeBatch"
        assert [(call.tag, call.outcome) for call in route53.calls] == [
            ("slower", "InvalidChangeBatch"),
            ("faster", "ok"),
        ]

    def test_somebody_edits_right_after_a_call(self, route53: StrictRoute53, zone: str) -> None:
        route53.faults.run(WRITE, lambda _call: route53.edit(zone, ("DELETE", WEB)), after=True)
        write(route53.client(), zone)
        assert route53.records(zone) == ()

    def test_faults_can_be_called_off(self, route53: StrictRoute53, zone: str) -> None:
        route53.faults.throttle(times=10)
        route53.faults.clear()
        route53.client().get_hosted_zone(Id=zone)
        assert route53.faults.pending == []


class TestClients:
    def test_botocore_retries_what_it_always_retries(
        self, route53: StrictRoute53, zone: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("time.sleep", lambda _seconds: None)
        route53.faults.throttle("GetHostedZone", times=2)
        answer = route53.client(attempts=3).get_hosted_zone(Id=zone)
        assert answer["ResponseMetadata"]["RetryAttempts"] == 2
        assert route53.calls.count("GetHostedZone") == 3

    def test_errors_have_their_modelled_class(self, route53: StrictRoute53, zone: str) -> None:
        client = route53.client()
        with pytest.raises(client.exceptions.InvalidChangeBatch):
            write(client, zone, action="DELETE")

    def test_a_batch_can_be_refused_in_the_form_that_botocore_does_not_read(self) -> None:
        route53 = StrictRoute53(bare_refusals=True)
        zone = route53.create_zone("ecs.internal", vpcs=("vpc-1",))
        with pytest.raises(ClientError) as caught:
            write(route53.client(), zone, action="DELETE")
        response: Any = caught.value.response
        assert response["Error"] == {"Code": "", "Message": ""}
        assert "but it was not found" in response["Messages"]["Message"]

    def test_every_client_of_the_process_is_caught(
        self, route53: StrictRoute53, zone: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.delenv("AWS_ACCESS_KEY_ID", raising=False)
        old = boto3.Session("AKIA", "secret", region_name="us-east-1").client("route53")
        with route53.patched(), route53.tagged("run-1"):
            write(old, zone)
            write(boto3.Session().client("route53"), zone, API)
        with route53.patched():
            old.get_hosted_zone(Id=zone)
        assert [(call.operation, call.tag) for call in route53.calls] == [
            *[(WRITE, "run-1")] * 2,
            ("GetHostedZone", ""),
        ]

    def test_a_services_own_client_keeps_to_it(self, route53: StrictRoute53, zone: str) -> None:
        with StrictRoute53().patched():
            write(route53.client(tag="own"), zone)
        assert [call.tag for call in route53.calls] == ["own"]

    def test_after_the_patch_moto_answers_again(self, route53: StrictRoute53, zone: str) -> None:
        with mock_aws():
            client = boto3.client("route53")
            with route53.patched():
                client.get_hosted_zone(Id=zone)
                topics = boto3.client("sns", "us-east-1").list_topics()["Topics"]
            assert code_of(lambda: client.get_hosted_zone(Id=zone))[0] == "NoSuchHostedZone"
        assert (topics, route53.calls.count()) == ([], 1)

    def test_threads_sharing_a_client_are_each_answered_once(
        self, route53: StrictRoute53, zone: str
    ) -> None:
        shared = boto3.Session("AKIA", "secret", region_name="us-east-1").client("route53")
        sets = [simple(f"n{one}.ecs.internal", "A", "10.0.0.1") for one in range(8)]
        with route53.patched():
            threads = [threading.Thread(target=write, args=(shared, zone, one)) for one in sets]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        assert [call.outcome for call in route53.calls] == ["ok"] * 8
        assert len(route53.records(zone)) == 8
