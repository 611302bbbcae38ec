"""AWS Certificate Manager: which names the certificates of a load balancer's listeners are for.

Needs `elasticloadbalancing:DescribeListenerCertificates` and `acm:ListCertificates`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from botocore.exceptions import ClientError

from signpost.aws.clients import calling
from signpost.errors import SignpostError
from signpost.model.load_balancer import LoadBalancer, listener_of
from signpost.model.service import Service

# Without them only RSA_1024 and RSA_2048 are listed (ACM API Reference, "Filters").
_KEY_TYPES = (
    *("RSA_1024", "RSA_2048", "RSA_3072", "RSA_4096"),
    *("EC_prime256v1", "EC_secp384r1", "EC_secp521r1"),
)
_GIVEN = ".on.aws"  # what the hosts end with that ECS gives (ECS Developer Guide, "Express Mode")
MOST = 100  # names that a listener's certificates may have, to travel with a load balancer


def with_names(elbv2: Any, acm: Any, balancer: LoadBalancer, service: Service) -> LoadBalancer:
    """A load balancer that ECS made, with the names that its certificates are for; whoever made one
    himself has thought of them. `elbv2` and `acm` are boto3 clients.
    """
    rules = balancer.rules or ()
    own = [rule.arn for rule in rules if rule.arn]
    given = any(host.endswith(_GIVEN) for rule in rules for host in rule.hosts)
    if not own or not (service.managed_by or given):
        return balancer
    listeners = dict.fromkeys(map(listener_of, own))
    return replace(balancer, certified=names(elbv2, acm, listeners))


def names(elbv2: Any, acm: Any, listeners: Iterable[str]) -> tuple[str, ...] | None:
    """The names that certificates of these listeners (ARNs) are for, in lower case, wildcards among
    them. None where they can't all be told: a listener has certificates of IAM, a certificate has
    over 100 names (ACM API Reference, "CertificateSummary"), or a call failed. That is no reason to
    keep a record back.
    """
    try:
        wanted = {arn for listener in listeners for arn in _of_listener(elbv2, listener)}
        found = {one["CertificateArn"]: one for one in _listed(acm)} if wanted else {}
    except (SignpostError, ClientError):
        return None
    if wanted - found.keys():
        return None
    certificates = [found[arn] for arn in wanted]
    if any(one.get("HasAdditionalSubjectAlternativeNames") for one in certificates):
        return None
    all_names = {
        name.lower()
        for one in certificates
        for name in (one.get("DomainName", ""), *one.get("SubjectAlternativeNameSummaries", []))
    }
    return tuple(sorted(all_names - {""})) if len(all_names) <= MOST else None


def _of_listener(elbv2: Any, listener: str) -> list[str]:
    """The default certificate and those beside it (ELBv2 API, "DescribeListenerCertificates")."""
    found: list[str] = []
    request: dict[str, Any] = {"ListenerArn": listener}
    while True:
        with calling("elasticloadbalancing:DescribeListenerCertificates", listener):
            page = elbv2.describe_listener_certificates(**request)
        found += [one["CertificateArn"] for one in page.get("Certificates", [])]
        if not page.get("NextMarker"):
            return found
        request["Marker"] = page["NextMarker"]


def _listed(acm: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    request: dict[str, Any] = {"Includes": {"keyTypes": list(_KEY_TYPES)}}
    while True:
        with calling("acm:ListCertificates", "this region"):
            page = acm.list_certificates(**request)
        found += page.get("CertificateSummaryList", [])
        if not page.get("NextToken"):
            return found
        request["NextToken"] = page["NextToken"]
