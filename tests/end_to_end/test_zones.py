"""Several zones, VPCs and load balancers, on a local AWS of their own: dev and prod with the same
names, and a public zone beside the private one; all of them read through one role and written
through another, as where the zones are in another account."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from tests.end_to_end.conftest import LocalAws, brought_up, entries, signpost

pytestmark = [pytest.mark.local_aws, pytest.mark.xdist_group("zones")]

# A zone's key is its name; a further zone of that name has its whole option as key.
DEV, PROD, PUBLIC = "ecs.internal", "ecs.internal@vpc-0bbbbbbb", "example.com"


ACCOUNT, EXTERNAL_ID = "000000000000", "some-secret"
READER, WRITER = (f"arn:aws:iam::{ACCOUNT}:role/dns-{what}" for what in ("reader", "writer"))
READS = ("PlanChange", "VerifyRecord", "FindDrift")
# What docs/recipes.md has for the two roles.
MAY = {
    READER: ["route53:GetHostedZone", "route53:ListResourceRecordSets", "route53:GetChange"],
    WRITER: ["route53:ChangeResourceRecordSets"],
}


@pytest.fixture(scope="module")
def estate() -> Iterator[LocalAws]:
    zones = ("ecs.internal@vpc-0aaaaaaa", PROD, "example.com@public")
    words = [word for zone in zones for word in ("--zone", zone)]
    words += ["--parameter", f"ZoneReadRoleArn={READER}"]
    words += ["--parameter", f"ZoneWriteRoleArn={WRITER}"]
    words += ["--parameter", f"ZoneRoleExternalId={EXTERNAL_ID}"]
    for local in brought_up(*words):
        iam = local.client("iam")
        for role, actions in MAY.items():
            name = role.rpartition("/")[2]
            iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust(role, EXTERNAL_ID))
            may = {"Effect": "Allow", "Action": actions, "Resource": "*"}
            policy = json.dumps({"Version": "2012-10-17", "Statement": [may]})
            iam.put_role_policy(RoleName=name, PolicyName="zones", PolicyDocument=policy)
        yield local


def trust(role: str, external_id: str) -> str:
    """A role's trust policy: the steps' own roles in the account, and whoever runs the command to
    read; with an external id."""
    steps = READS if role == READER else ("ChangeRecord",)
    who = [f"arn:aws:iam::{ACCOUNT}:role/*-{step}FunctionRole-*" for step in steps]
    who += [f"arn:aws:iam::{ACCOUNT}:root"] if role == READER else []
    statement = {
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"},
        "Action": "sts:AssumeRole",
        "Condition": {
            "StringEquals": {"sts:ExternalId": external_id},
            "ArnLike": {"aws:PrincipalArn": who},
        },
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def test_the_services_vpc_decides_between_zones_of_one_name(estate: LocalAws, service: str) -> None:
    name = (f"{service}.ecs.internal", "A")
    estate.create(service, estate.balancer(vpc="vpc-0bbbbbbb"))

    run = estate.finished(service, "CreateService")

    assert run["receipt"]["outcome"] == "RecordChanged"
    assert run["receipt"]["verification"]["method"] == "dns"
    assert name in estate.records(PROD)
    assert name not in estate.records(DEV)


def test_a_service_in_a_vpc_without_zone_is_told_which_were_tried(
    estate: LocalAws, service: str
) -> None:
    estate.create(service, estate.balancer(vpc="vpc-0ccccccc"))

    run = estate.finished(service, "CreateService")

    assert run["error"] == "ZoneNotFound"
    assert "vpc-0ccccccc" in run["cause"]
    assert estate.zone(DEV) in run["cause"]
    assert estate.zone(PROD) in run["cause"]


def test_split_horizon(estate: LocalAws, service: str) -> None:
    inside = estate.balancer(vpc="vpc-0aaaaaaa")
    outside = estate.balancer(vpc="vpc-0aaaaaaa", scheme="internet-facing")
    estate.create(service, inside, outside)

    run = estate.finished(service, "CreateService")

    private = estate.records(DEV)[(f"{service}.ecs.internal", "A")]
    public = estate.records(PUBLIC)[(f"{service}.example.com", "A")]
    assert run["receipt"]["outcome"] == "RecordChanged"
    assert private["AliasTarget"]["DNSName"].rstrip(".") == inside["dns_name"]
    assert public["AliasTarget"]["DNSName"].rstrip(".") == outside["dns_name"]


@pytest.mark.deep
def test_history_follows_the_chain_of_each_zone(estate: LocalAws, service: str) -> None:
    """The second change is in the public zone only; the private ledger still names the first."""
    inside = estate.balancer(vpc="vpc-0aaaaaaa")
    outside, later = (
        estate.balancer(vpc="vpc-0aaaaaaa", scheme="internet-facing") for _ in range(2)
    )
    estate.create(service, inside, outside)
    estate.finished(service, "CreateService")
    estate.finished(service, "SERVICE_DEPLOYMENT_COMPLETED")
    estate.ecs.update_service(cluster="prod", service=service, loadBalancers=entries(inside, later))
    estate.finished(service, "UpdateService")

    told = signpost("history", "prod", service, "--json", **estate.environment)

    ended = [one for one in json.loads(told.stdout)["executions"] if one["ended"]]
    second, first = ended  # the deployment that follows may be looked after still
    zones = {record["zone"] for record in first["after"]}
    assert second["trigger"]["name"] == "UpdateService"
    assert zones == {estate.zone(DEV), estate.zone(PUBLIC)}


def test_a_deleted_service_leaves_every_zone(estate: LocalAws, service: str) -> None:
    estate.create(service, estate.balancer(vpc="vpc-0aaaaaaa", scheme="internet-facing"))
    estate.finished(service, "CreateService")

    estate.delete(service)
    run = estate.finished(service, "DeleteService")

    left = [*estate.records(DEV), *estate.records(PUBLIC)]
    assert run["receipt"]["outcome"] == "RecordRemoved"
    assert [name for name, _ in left if service in name] == []


def test_two_candidates_are_ambiguous_until_a_tag_settles_it(
    estate: LocalAws, service: str
) -> None:
    one, two = estate.balancer(vpc="vpc-0aaaaaaa"), estate.balancer(vpc="vpc-0aaaaaaa")
    estate.create(service, one, two)
    run = estate.finished(service, "CreateService")
    assert run["error"] == "AmbiguousLoadBalancer"
    assert one["name"] in run["cause"]
    assert two["name"] in run["cause"]

    tag(estate, service, "load-balancer", two["name"])
    run = estate.finished(service, "TagResource")

    assert run["receipt"]["outcome"] == "RecordChanged"
    record = estate.records(DEV)[(f"{service}.ecs.internal", "A")]
    assert record["AliasTarget"]["DNSName"].rstrip(".") == two["dns_name"]


def test_a_changed_hostname_moves_the_name_in_one_batch(estate: LocalAws, service: str) -> None:
    estate.create(service, estate.balancer(vpc="vpc-0aaaaaaa"))
    estate.finished(service, "CreateService")

    tag(estate, service, "hostname", f"new-{service}")
    run = estate.finished(service, "TagResource")

    receipt = run["receipt"]
    assert [record["name"] for record in receipt["before"]] == [f"{service}.ecs.internal"]
    assert [record["name"] for record in receipt["after"]] == [f"new-{service}.ecs.internal"]
    assert len(receipt["zones"]) == 1
    assert (f"{service}.ecs.internal", "A") not in estate.records(DEV)


def test_a_disabled_service_gives_its_name_back(estate: LocalAws, service: str) -> None:
    estate.create(service, estate.balancer(vpc="vpc-0aaaaaaa"))
    estate.finished(service, "CreateService")

    tag(estate, service, "enabled", "false")

    assert estate.finished(service, "TagResource")["receipt"]["outcome"] == "RecordRemoved"


@pytest.mark.deep
@pytest.mark.parametrize("role", [READER, WRITER])
def test_a_role_that_can_not_be_assumed_is_named(estate: LocalAws, service: str, role: str) -> None:
    iam, name = estate.client("iam"), role.rpartition("/")[2]
    iam.update_assume_role_policy(RoleName=name, PolicyDocument=trust(role, "another"))
    try:
        estate.create(service, estate.balancer(vpc="vpc-0aaaaaaa"))
        run = estate.finished(service, "CreateService")
    finally:
        iam.update_assume_role_policy(RoleName=name, PolicyDocument=trust(role, EXTERNAL_ID))

    assert run["error"] == "AccessDenied"
    assert role in run["cause"]


def tag(estate: LocalAws, service: str, key: str, value: str) -> None:
    arn = f"arn:aws:ecs:{estate.facts['region']}:{estate.facts['account']}:service/prod/{service}"
    estate.ecs.tag_resource(resourceArn=arn, tags=[{"key": f"signpost:{key}", "value": value}])
