"""The story of the demo, step by step, against `signpost local up`: the unmodified template with
IAM enforced, plain boto3 calls, real events, real Lambdas, DNS over the wire."""

from __future__ import annotations

import json
import threading
from typing import Any

import pytest

from tests.end_to_end.conftest import LocalAws, entries, signpost, until

pytestmark = [pytest.mark.local_aws, pytest.mark.xdist_group("events")]


def test_a_created_service_waits_for_its_targets_and_is_then_served(
    local: LocalAws, service: str
) -> None:
    balancer = local.balancer(healthy=False)
    local.create(service, balancer)
    arn = local.started(service, "CreateService")
    until(lambda: "TargetsNotHealthy" in str(local.sfn.get_execution_history(executionArn=arn)),
          "a vain attempt")  # fmt: skip
    early = local.dig(f"{service}.ecs.internal")
    local.make_healthy(balancer)

    run = local.end_of(arn)

    assert early == []
    assert run["receipt"]["outcome"] == "RecordChanged"
    assert "TargetsNotHealthy" in run["errors"]
    assert run["receipt"]["verification"]["method"] == "dns"
    assert local.dig(f"{service}.ecs.internal") == local.dig(balancer["dns_name"]) != []


def test_the_ledger_is_served_and_owns_the_name(local: LocalAws, service: str) -> None:
    local.create(service, local.balancer())
    run = local.finished(service, "CreateService")

    (ledger,) = local.dig(local.ledger_name(service), "TXT")

    assert f"service={service} " in ledger
    assert run["receipt"]["verification"]["verified_at"]


def test_a_new_count_starts_nothing(local: LocalAws, service: str) -> None:
    local.create(service, local.balancer())
    local.finished(service, "CreateService")
    arn = local.ecs.describe_services(cluster="prod", services=[service])["services"][0][
        "serviceArn"
    ]

    local.ecs.update_service(cluster="prod", service=service, desiredCount=3)
    local.ecs.tag_resource(resourceArn=arn, tags=[{"key": "team", "value": "shop"}])
    later = local.finished(service, "TagResource")

    assert later["receipt"]["outcome"] == "Unchanged"
    assert local.executions(service, "UpdateService") == []


def test_a_finished_deployment_ends_unchanged_without_a_wait(local: LocalAws, service: str) -> None:
    local.create(service, local.balancer())

    run = local.finished(service, "SERVICE_DEPLOYMENT_COMPLETED")

    assert run["receipt"]["outcome"] == "Unchanged"
    assert not {"CheckReadiness", "ChangeRecord"} & set(run["states"])


def test_a_move_leaves_no_moment_without_an_answer(local: LocalAws, service: str) -> None:
    name = f"{service}.ecs.internal"
    local.create(service, local.balancer())
    local.finished(service, "CreateService")
    other = local.balancer("network")
    answers = [local.dig(name)]
    stop = threading.Event()

    def probe() -> None:
        while not stop.wait(0.02):
            answers.append(local.dig(name))

    prober = threading.Thread(target=probe)
    prober.start()
    try:
        local.ecs.update_service(cluster="prod", service=service, loadBalancers=entries(other))
        run = local.finished(service, "UpdateService")
    finally:
        stop.set()
        prober.join()
    answers.append(local.dig(name))

    assert run["receipt"]["outcome"] == "RecordChanged"
    assert [] not in answers
    assert answers[-1] == local.dig(other["dns_name"])
    assert answers[0] != answers[-1]


def send_again(local: LocalAws, arn: str) -> None:
    event = json.loads(local.sfn.describe_execution(executionArn=arn)["input"])
    entry: dict[str, Any] = {
        "Source": event["source"],
        "DetailType": event["detail-type"],
        "Detail": json.dumps(event["detail"]),
    }
    local.client("events").put_events(Entries=[entry])


def test_a_repeated_event_changes_nothing(local: LocalAws, service: str) -> None:
    local.create(service, local.balancer())
    local.finished(service, "CreateService")
    before = local.records()

    send_again(local, local.started(service, "CreateService"))
    repeated = local.finished(service, "CreateService", number=2)

    assert repeated["receipt"]["outcome"] == "Unchanged"
    assert own(local.records(), service) == own(before, service)


def own(records: dict[tuple[str, str], Any], service: str) -> dict[tuple[str, str], Any]:
    return {key: value for key, value in records.items() if service in key[0]}


def test_a_late_event_of_a_deleted_service_changes_nothing(local: LocalAws, service: str) -> None:
    local.create(service, local.balancer())
    local.finished(service, "CreateService")
    local.delete(service)
    local.finished(service, "DeleteService")

    send_again(local, local.started(service, "CreateService"))
    late = local.finished(service, "CreateService", number=2)

    assert late["receipt"]["outcome"] == "Unchanged"
    assert own(local.records(), service) == {}


@pytest.mark.parametrize(("kind", "value"), [("A", "203.0.113.9"), ("CNAME", "other.example.com")])
def test_a_foreign_record_of_the_name_is_refused_and_reported(
    local: LocalAws, service: str, kind: str, value: str
) -> None:
    foreign = {
        "Name": f"{service}.ecs.internal.",
        "Type": kind,
        "TTL": 300,
        "ResourceRecords": [{"Value": value}],
    }
    local.route53.change_resource_record_sets(
        HostedZoneId=local.zone(),
        ChangeBatch={"Changes": [{"Action": "CREATE", "ResourceRecordSet": foreign}]},
    )

    local.create(service, local.balancer())
    run = local.finished(service, "CreateService")

    assert run["error"] == "HostnameTaken"
    assert value in run["cause"]
    assert own(local.records(), service) == {(f"{service}.ecs.internal", kind): foreign}


def test_a_failed_call_starts_nothing(local: LocalAws, service: str) -> None:
    balancer = local.balancer()
    local.create(service, balancer)
    local.finished(service, "CreateService")
    for fails in (
        lambda: local.create(service, balancer),
        lambda: local.ecs.delete_service(cluster="prod", service=service),
    ):
        with pytest.raises(local.ecs.exceptions.ClientError):
            fails()
    local.delete(service)
    local.finished(service, "DeleteService")

    assert len(local.executions(service, "CreateService")) == 1
    assert len(local.executions(service, "DeleteService")) == 1


def test_a_service_whose_load_balancers_are_taken_away_loses_its_name(
    local: LocalAws, service: str
) -> None:
    local.create(service, local.balancer())
    local.finished(service, "SERVICE_DEPLOYMENT_COMPLETED")
    before = local.dig(f"{service}.ecs.internal")

    local.ecs.update_service(cluster="prod", service=service, loadBalancers=[])
    until(lambda: own(local.records(), service) == {}, "the end of the name")

    assert before != []
    assert len(local.executions(service, "SERVICE_DEPLOYMENT_COMPLETED")) == 2


def test_a_service_that_goes_with_its_cluster_loses_its_name(local: LocalAws, service: str) -> None:
    cluster = f"short-{service}"
    local.ecs.create_cluster(clusterName=cluster)
    local.ecs.create_service(
        cluster=cluster,
        serviceName=service,
        taskDefinition="app",
        desiredCount=1,
        loadBalancers=entries(local.balancer()),
    )
    local.finished(service, "CreateService")

    local.ecs.delete_service(cluster=cluster, service=service, force=True)
    local.ecs.delete_cluster(cluster=cluster)
    run = local.finished(service, "DeleteService")

    assert run["receipt"]["outcome"] == "RecordRemoved"


def test_a_deleted_service_loses_its_name(local: LocalAws, service: str) -> None:
    local.create(service, local.balancer())
    local.finished(service, "CreateService")

    local.delete(service)
    run = local.finished(service, "DeleteService")

    assert run["receipt"]["outcome"] == "RecordRemoved"
    assert local.dig(f"{service}.ecs.internal") == []
    assert own(local.records(), service) == {}


def test_a_dual_stack_load_balancer_is_served_over_ipv6_too(local: LocalAws, service: str) -> None:
    local.create(service, local.balancer(dual_stack=True))
    local.finished(service, "CreateService")

    assert {(f"{service}.ecs.internal", "A"), (f"{service}.ecs.internal", "AAAA")} <= set(
        local.records()
    )


def test_rerun_restores_what_was_deleted_by_hand(local: LocalAws, service: str) -> None:
    local.create(service, local.balancer())
    local.finished(service, "CreateService")
    ours = local.records()[(f"{service}.ecs.internal", "A")]
    local.route53.change_resource_record_sets(
        HostedZoneId=local.zone(),
        ChangeBatch={"Changes": [{"Action": "DELETE", "ResourceRecordSet": ours}]},
    )

    done = signpost("rerun", "prod", service, "--reason", "by hand", "--json", **local.environment)

    receipt = json.loads(done.stdout)["receipt"]
    assert done.returncode == 0
    assert (receipt["outcome"], receipt["trigger"]["reason"]) == ("RecordChanged", "by hand")
    assert local.dig(f"{service}.ecs.internal") != []


def test_rerun_prints_the_timeline_and_the_receipt(local: LocalAws, service: str) -> None:
    local.create(service, local.balancer())
    local.finished(service, "CreateService")

    done = signpost("rerun", "prod", service, **local.environment)

    assert done.returncode == 0
    assert "PlanChange" in done.stdout
    assert "Unchanged" in done.stdout
    assert "\x1b[" not in done.stdout


def test_a_rerun_that_fails_says_why_and_exits_1(local: LocalAws, service: str) -> None:
    local.create(service, local.balancer(), hostname="-bad-")
    local.finished(service, "CreateService")

    done = signpost("rerun", "prod", service, **local.environment)

    assert done.returncode == 1
    assert " ".join(done.stdout.split()).count("can't be a hostname") == 1
    assert "HostnameInvalid" in done.stdout


def test_an_unknown_cluster_is_skipped_by_name_and_exits_1(local: LocalAws) -> None:
    done = signpost("rerun", "nowhere", "web", "--json", **local.environment)

    told = json.loads(done.stdout)
    assert (told["outcome"], told["error"]) == ("Skipped", "ServiceNotFound")
    assert done.returncode == 1


def test_a_dry_run_that_meets_an_error_ends_as_one(local: LocalAws, service: str) -> None:
    local.create(service, local.balancer(), hostname="-bad-")
    local.finished(service, "CreateService")

    done = signpost("plan", "prod", service, "--json", **local.environment)

    told = json.loads(done.stdout)
    assert (told["status"], told["outcome"]) == ("SUCCEEDED", "DryRun")
    assert told["error"] == told["receipt"]["error"] == "HostnameInvalid"
    assert done.returncode == 1


def test_a_service_without_load_balancer_is_skipped(local: LocalAws, service: str) -> None:
    local.create(service)
    run = local.finished(service, "CreateService")

    assert run["receipt"]["outcome"] == "Skipped"
    assert "no load balancer" in run["receipt"]["reason"]


def test_a_malformed_input_is_refused_by_name(local: LocalAws) -> None:
    arn = local.sfn.start_execution(
        stateMachineArn=local.facts["state_machine_arn"], input=json.dumps({"cluster": "prod"})
    )["executionArn"]

    run = local.end_of(arn)

    assert (run["status"], run["error"]) == ("FAILED", "InvalidEvent")
    assert "service" in run["cause"]
