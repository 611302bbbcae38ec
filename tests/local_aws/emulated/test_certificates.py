"""The certificates of a listener beside its default one."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from ministack.services import acm, alb

from local_aws.emulated import certificates
from tests.support.emulated_elb import call


@pytest.fixture(autouse=True)
def kept_certificates(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(alb, "_ACTION_MAP", dict(alb._ACTION_MAP))
    certificates.install()
    yield
    alb.reset()
    acm.reset()


def certificate() -> str:
    made = acm._request_certificate({"DomainName": "web.example.com"})
    return str(json.loads(made[2])["CertificateArn"])


@pytest.fixture
def default() -> str:
    return certificate()


@pytest.fixture
def listener(default: str) -> str:
    balancer = call("elbv2", "CreateLoadBalancer", Name="web")["LoadBalancers"][0]
    made = call(
        "elbv2",
        "CreateListener",
        LoadBalancerArn=balancer["LoadBalancerArn"],
        Protocol="HTTPS",
        Port=443,
        Certificates=[{"CertificateArn": default}],
        DefaultActions=[{"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "404"}}],
    )
    return str(made["Listeners"][0]["ListenerArn"])


def change(name: str, listener: str, *arns: str) -> dict[str, Any]:
    named = [{"CertificateArn": arn} for arn in arns]
    return call("elbv2", f"{name}ListenerCertificates", ListenerArn=listener, Certificates=named)


def described(listener: str) -> list[tuple[str, bool]]:
    found = call("elbv2", "DescribeListenerCertificates", ListenerArn=listener)["Certificates"]
    return [(one["CertificateArn"], one["IsDefault"]) for one in found]


def test_added_ones_are_described_beside_the_default_one(listener: str, default: str) -> None:
    other = certificate()

    added = change("Add", listener, other)
    change("Add", listener, other)

    assert added["Certificates"] == [{"CertificateArn": other, "IsDefault": False}]
    assert described(listener) == [(default, True), (other, False)]


def test_a_removed_one_is_gone_and_the_others_stay(listener: str, default: str) -> None:
    one, other = certificate(), certificate()
    change("Add", listener, one, other)

    change("Remove", listener, one)

    assert described(listener) == [(default, True), (other, False)]


def test_the_default_one_stays(listener: str, default: str) -> None:
    refused = change("Remove", listener, default)

    assert refused["Error"]["Code"] == "OperationNotPermitted"
    assert described(listener) == [(default, True)]


def test_what_is_not_there_and_what_is_too_much_is_refused(listener: str) -> None:
    of_none = change("Add", listener, "arn:aws:acm:us-east-1:000000000000:certificate/none")
    too_many = change("Add", listener, *(certificate() for _ in range(26)))
    to_none = call("elbv2", "DescribeListenerCertificates", ListenerArn=f"{listener}0")

    assert of_none["Error"]["Code"] == "CertificateNotFound"
    assert too_many["Error"]["Code"] == "TooManyCertificates"
    assert to_none["Error"]["Code"] == "ListenerNotFound"
    assert len(described(listener)) == 1
