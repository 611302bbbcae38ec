"""Record sets and change batches in boto3's form, written and sent in short."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from tests.support.route53.service import StrictRoute53

# A test of a whole execution that meets a refused batch is tried with both forms of the answer.
both_refusals = pytest.mark.parametrize(
    "bare_refusals", [False, True], ids=["ErrorResponse", "bare"]
)
LOAD_BALANCER_ZONE = "Z35SXDOTRQ7X7K"  # of Application Load Balancers in us-east-1


def simple(name: str, type_: str, *values: str, ttl: int = 60, **elements: Any) -> dict[str, Any]:
    """A record set with values; `elements` are further ones, such as SetIdentifier and Weight."""
    records = [{"Value": value} for value in values]
    return {"Name": name, "Type": type_, "TTL": ttl, "ResourceRecords": records, **elements}


def alias(
    name: str,
    type_: str,
    target: str,
    *,
    zone_id: str = LOAD_BALANCER_ZONE,
    evaluate: bool = False,
    **elements: Any,
) -> dict[str, Any]:
    """An alias record set."""
    alias_target = {"HostedZoneId": zone_id, "DNSName": target, "EvaluateTargetHealth": evaluate}
    return {"Name": name, "Type": type_, "AliasTarget": alias_target, **elements}


def change_batch(*changes: tuple[str, dict[str, Any]], comment: str = "") -> dict[str, Any]:
    """A batch of (action, record set) pairs."""
    batch: dict[str, Any] = {
        "Changes": [{"Action": action, "ResourceRecordSet": one} for action, one in changes]
    }
    return {"Comment": comment, **batch} if comment else batch


def send(client: Any, zone_id: str, *changes: tuple[str, dict[str, Any]], comment: str = "") -> Any:
    """Send one batch of (action, record set) pairs; the ChangeInfo."""
    return client.change_resource_record_sets(
        HostedZoneId=zone_id, ChangeBatch=change_batch(*changes, comment=comment)
    )["ChangeInfo"]


def refusal(
    route53: StrictRoute53,
    zone_id: str,
    *changes: tuple[str, dict[str, Any]],
    code: str = "InvalidChangeBatch",
) -> str:
    """The message that a batch is refused with; asserts the code, and that nothing was done."""
    before = route53.records(zone_id, apex=True)
    with pytest.raises(ClientError) as caught:
        send(route53.client(), zone_id, *changes)
    error = caught.value.response["Error"]
    assert error["Code"] == code, error
    assert route53.records(zone_id, apex=True) == before
    return error["Message"]
