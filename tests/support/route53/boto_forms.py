"""Record sets and change batches in boto3's form, written short."""

from __future__ import annotations

from typing import Any

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
