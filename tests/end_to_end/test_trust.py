"""What this stack has not signed or does not allow, on the local AWS with its KMS and its roles."""

from __future__ import annotations

import json

import pytest

from tests.end_to_end.conftest import LocalAws, signpost

pytestmark = [pytest.mark.local_aws, pytest.mark.xdist_group("events")]


@pytest.mark.deep
def test_a_ledger_that_another_hand_wrote_is_not_acted_on_until_it_is_signed_anew(
    local: LocalAws, service: str
) -> None:
    local.create(service, local.balancer())
    local.finished(service, "CreateService")
    name = local.ledger_name(service)
    genuine = local.records()[name, "TXT"]
    value = genuine["ResourceRecords"][0]["Value"]
    forged = genuine | {"ResourceRecords": [{"Value": f'{value[:-7]}forged"'}]}
    changes = [("DELETE", genuine), ("CREATE", forged)]
    local.route53.change_resource_record_sets(
        HostedZoneId=local.zone(),
        ChangeBatch={
            "Changes": [{"Action": action, "ResourceRecordSet": one} for action, one in changes]
        },
    )

    refused = signpost("rerun", "prod", service, **local.environment)
    looked = signpost("resign", "--dry-run", **local.environment)
    before = local.records()
    signed = signpost("resign", "--json", **local.environment)
    listed = json.loads(signpost("services", "--json", **local.environment).stdout)

    assert (refused.returncode, "LedgerCorrupt" in refused.stdout) == (1, True), refused.stdout
    assert f"Signs {service}.ecs.internal anew." in looked.stdout
    assert before[name, "TXT"]["ResourceRecords"] == forged["ResourceRecords"]
    assert signed.returncode == 0, signed.stdout
    (execution,) = json.loads(signed.stdout)["executions"]
    assert execution["outcome"] == "RecordChanged"
    assert listed["signatures_not_checked"] is None
    (mine,) = [one for one in listed["ledgers"] if one["service"] == service]
    assert mine["state"] == "ours"
    assert signpost("rerun", "prod", service, **local.environment).returncode == 0


def test_a_name_that_is_not_allowed_is_refused_and_the_others_go_on(
    local: LocalAws, service: str
) -> None:
    local.create(service, local.balancer(), hostname=f"{service} wpad")

    run = local.finished(service, "CreateService")
    shown = signpost("show", run["arn"], **local.environment)
    again = signpost("rerun", "prod", service, **local.environment)

    assert run["states"][-1] == "PartlyChanged"
    assert (f"{service}.ecs.internal", "A") in local.records()
    assert ("wpad.ecs.internal", "A") not in local.records()
    assert "refused   wpad.ecs.internal (zone " in shown.stdout, shown.stdout
    assert (again.returncode, "HostnameNotAllowed" in again.stdout) == (1, True), again.stdout
