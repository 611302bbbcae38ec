"""Hosted zones to choose among."""

from __future__ import annotations

from signpost.model.zone import Zone

DEV = Zone("ZDEV", "ecs.internal", private=True, vpcs=("vpc-dev",))
PROD = Zone("ZPROD", "ecs.internal", private=True, vpcs=("vpc-prod", "vpc-ops"))
PUBLIC = Zone("ZPUBLIC", "example.com", private=False, name_servers=("ns.test",))
SPLIT = Zone("ZSPLIT", "example.com", private=True, vpcs=("vpc-prod",))
SHOP = Zone("ZSHOP", "shop.example.com", private=False, name_servers=("ns.test",))
