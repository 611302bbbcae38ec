"""The emulator's Route 53 with its corrections, and clients whose calls end in its code."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from io import BytesIO
from typing import Any
from urllib.parse import parse_qs, urlsplit

import boto3
import pytest
from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders
from ministack.services import route53, servicediscovery

from local_aws.emulated import records, routing, zone_calls

_CORRECTED = {
    route53: (
        "handle_request",
        "_change_resource_record_sets",
        "_create_hosted_zone",
        "_build_hosted_zone_el",
        "_parse_record_set",
        "_build_record_set_el",
    ),
    servicediscovery: ("_create_namespace_record",),
}


@contextmanager
def installed() -> Iterator[None]:
    """Corrected as in the emulator, and empty and uncorrected again at the end."""
    with pytest.MonkeyPatch.context() as kept:
        for module, names in _CORRECTED.items():
            for name in names:
                kept.setattr(module, name, getattr(module, name))
        records.install()
        routing.install()
        zone_calls.install()
        yield
        route53.reset()
        servicediscovery.reset()


def client() -> Any:
    """A boto3 client of Route 53."""
    made: Any = boto3.client("route53", region_name="us-east-1")
    made.meta.events.register_first("before-send.route53", _send)
    return made


def zone(name: str = "ecs.internal", **more: Any) -> str:
    """A new hosted zone's id: a private one of vpc-1, unless something else is said."""
    private = {"VPC": {"VPCRegion": "us-east-1", "VPCId": "vpc-1"}}
    made = client().create_hosted_zone(Name=name, CallerReference=name, **(more or private))
    return str(made["HostedZone"]["Id"]).rpartition("/")[2]


def send(zone_id: str, *changes: tuple[str, Mapping[str, Any]]) -> None:
    """A batch of (action, record set)."""
    batch = [{"Action": action, "ResourceRecordSet": dict(one)} for action, one in changes]
    client().change_resource_record_sets(HostedZoneId=zone_id, ChangeBatch={"Changes": batch})


def _send(request: Any, **_: Any) -> AWSResponse:
    url = urlsplit(request.url)
    headers = {
        name.lower(): value.decode() if isinstance(value, bytes) else value
        for name, value in request.headers.items()
    }
    body = request.body or b""
    status, answered, content = asyncio.run(
        route53.handle_request(request.method, url.path, headers, body, parse_qs(url.query))
    )
    told = HTTPHeaders()
    for name, value in answered.items():
        told[name] = value
    return AWSResponse(request.url, status, told, _Body(content))


class _Body(BytesIO):
    """An answer's body as botocore reads it from a connection."""

    def stream(self, *_: Any, **__: Any) -> Iterator[bytes]:
        """All of it in one piece."""
        yield self.read()
