"""Load balancers to choose among."""

from __future__ import annotations

from dataclasses import replace

from signpost.model.load_balancer import LoadBalancer

INSIDE = LoadBalancer(
    name="inside",
    kind="application",
    dns_name="internal-inside.elb.example",
    hosted_zone_id="ZLB",
    scheme="internal",
    vpc_id="vpc-prod",
    ip_address_type="ipv4",
    arn="arn:inside",
)
OUTSIDE = replace(
    INSIDE,
    name="outside",
    dns_name="outside.elb.example",
    scheme="internet-facing",
    arn="arn:outside",
)
SECOND = replace(INSIDE, name="second", dns_name="second.elb.example", arn="arn:second")
GATEWAY = replace(INSIDE, name="gateway", kind="gateway", arn="arn:gateway")
