"""Which names the certificates of a managed load balancer are for."""

from __future__ import annotations

from typing import Any

import pytest

from signpost.aws import certificates
from signpost.model.load_balancer import HostRule, LoadBalancer
from signpost.model.service import Service, ServiceState
from tests.support.api_model import StandIn
from tests.support.stub import Stub

ALB = "arn:aws:elasticloadbalancing:eu-west-1:123456789012"
RULE = f"{ALB}:listener-rule/app/ecs/1/2/3"
LISTENER = f"{ALB}:listener/app/ecs/1/2"
CERTIFICATE = "arn:aws:acm:eu-west-1:123456789012:certificate/12345678-1234-1234-1234-12345678901"


class Listeners(StandIn, services=("elbv2",)):
    """A listener with so many certificates, two on each page."""

    def __init__(self, count: int) -> None:
        self.count = count
        self.asked: list[str] = []

    def describe_listener_certificates(self, ListenerArn: str, Marker: str = "0") -> Any:  # noqa: N803
        self.asked.append(ListenerArn)
        begin = int(Marker)
        numbers = range(begin, min(begin + 2, self.count))
        more = {"NextMarker": str(begin + 2)} if begin + 2 < self.count else {}
        return {"Certificates": [{"CertificateArn": f"{CERTIFICATE}{n}"} for n in numbers], **more}


def acm(*names: list[str], **more: Any) -> Any:
    api = Stub("acm")
    listed = [
        {
            "CertificateArn": f"{CERTIFICATE}{number}",
            "DomainName": some[0],
            "SubjectAlternativeNameSummaries": some,
            **more,
        }
        for number, some in enumerate(names)
    ]
    api.answers("list_certificates", CertificateSummaryList=listed[:1], NextToken="next")
    api.answers("list_certificates", CertificateSummaryList=listed[1:])
    return api.client


def balancer(*rules: HostRule) -> LoadBalancer:
    return LoadBalancer("ecs", "application", "d", "Z", "internal", "vpc", "ipv4", "lb", (), rules)


OURS = HostRule("2", ("web-1a2b.ecs.eu-west-1.on.aws",), ours=True, arn=RULE)
OWN = HostRule("2", ("shop.example.com",), ours=True, arn=RULE)
MANAGED = Service("prod", "web", ServiceState.PRESENT, "", managed_by="Express Mode")
PLAIN = Service("prod", "web", ServiceState.PRESENT, "")


def test_all_pages_of_the_listener_and_of_the_region_are_read() -> None:
    listeners = Listeners(3)
    client = acm(["A.example.com"], ["b.example.com", "*.b.example.com"], ["c.example.com"])

    found = certificates.with_names(listeners, client, balancer(OURS), MANAGED)

    names = ("*.b.example.com", "a.example.com", "b.example.com", "c.example.com")
    assert found.certified == names
    assert set(listeners.asked) == {LISTENER}


@pytest.mark.parametrize(
    ("rule", "service", "asks"),
    [(OURS, PLAIN, True), (OWN, MANAGED, True), (OWN, PLAIN, False)],
)
def test_only_what_ecs_made_is_asked_about(rule: HostRule, service: Service, asks: bool) -> None:
    listeners = Listeners(1)
    certificates.with_names(listeners, acm(["a.example.com"]), balancer(rule), service)
    assert bool(listeners.asked) is asks


def test_a_load_balancer_without_a_rule_of_ours_is_as_it_was() -> None:
    bare = balancer(HostRule("2", ("x",), ours=False))
    assert certificates.with_names(Listeners(1), acm(["a"]), bare, MANAGED) is bare


@pytest.mark.parametrize(
    "client",
    [
        acm(["a.example.com"]),  # the listener's second is one of IAM
        acm(["a.example.com"], ["b.example.com"], HasAdditionalSubjectAlternativeNames=True),
        acm([f"{n}.example.com" for n in range(60)], [f"{n}.example.org" for n in range(60)]),
    ],
)
def test_what_can_not_be_told_is_not_guessed(client: Any) -> None:
    assert certificates.names(Listeners(2), client, [LISTENER]) is None


def test_a_call_that_fails_keeps_no_record_back() -> None:
    api = Stub("acm")
    api.fails("list_certificates", "AccessDeniedException")
    assert certificates.names(Listeners(1), api.client, [LISTENER]) is None


def test_a_listener_without_certificates_has_none() -> None:
    assert certificates.names(Listeners(0), acm(["a.example.com"]), [LISTENER]) == ()
