"""`signpost doctor` on a local AWS in which one thing after the other is broken."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.end_to_end.conftest import LocalAws, signpost, until

pytestmark = [pytest.mark.local_aws, pytest.mark.xdist_group("local")]

REFERENCE = (Path(__file__).parents[2] / "docs" / "doctor.md").read_text()
LONG = "s" * 70


def examined(local: LocalAws, **environment: str) -> tuple[int, list[dict[str, Any]]]:
    """The exit code and the findings."""
    done = signpost("doctor", "--json", **local.environment | environment)
    assert done.stderr == ""
    return done.returncode, json.loads(done.stdout)["findings"]


def outputs(local: LocalAws) -> dict[str, str]:
    (stack,) = local.client("cloudformation").describe_stacks(StackName="signpost")["Stacks"]
    return {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}


@contextmanager
def broken(local: LocalAws) -> Iterator[None]:
    """The rule off, the definition edited, a dead letter, services that can't have a name, and one
    whose name is protected.
    """
    given = outputs(local)
    events, sqs, queue = local.client("events"), local.client("sqs"), given["DeadLetterQueueUrl"]
    rule, machine = given["RuleArn"].rpartition("/")[2], given["StateMachineArn"]
    definition = local.sfn.describe_state_machine(stateMachineArn=machine)["definition"]
    edited = json.loads(definition)
    edited["States"]["CheckReadiness"]["TimeoutSeconds"] = 7
    balancer = local.balancer()
    events.disable_rule(Name=rule)
    local.sfn.update_state_machine(stateMachineArn=machine, definition=json.dumps(edited))
    sqs.send_message(QueueUrl=queue, MessageBody="{}")
    local.create(LONG, balancer)
    local.create("one", balancer, hostname="shared")
    local.create("two", balancer, hostname="shared")
    protected = {"RecordName": "shared.ecs.internal", "RecordType": "A"}
    local.route53.create_resource_record_set_protections(
        HostedZoneId=local.zone(), Protections=[protected | {"Comment": "ask Ada"}]
    )
    try:
        yield
    finally:
        local.route53.delete_resource_record_set_protections(
            HostedZoneId=local.zone(), Protections=[protected]
        )
        local.sfn.update_state_machine(stateMachineArn=machine, definition=definition)
        sqs.purge_queue(QueueUrl=queue)
        for service in (LONG, "one", "two"):
            local.delete(service)
        events.enable_rule(Name=rule)


def test_each_thing_that_is_broken_is_named_with_what_mends_it(local: LocalAws) -> None:
    with broken(local):
        exit_code, findings = examined(local)

    assert exit_code == 1
    told = {finding["code"]: finding for finding in findings}
    assert "aws events enable-rule" in told["rule-disabled"]["mend"]
    assert "changed state CheckReadiness" in told["machine-definition"]["what"]
    assert "1 event waits" in told["letters-waiting"]["what"]
    assert any(LONG in finding["what"] for finding in findings)
    assert "prod/one, prod/two" in told["name-wanted-twice"]["what"]
    if "SIGNPOST_COMMAND" in os.environ:  # from PyPI, with the botocore that MiniStack names
        notes = [finding["what"] for finding in findings if finding["severity"] == "note"]
        assert any("are protected was not read: botocore" in what for what in notes)
    else:
        assert "shared.ecs.internal A ('ask Ada')" in told["record-protected"]["what"]


@contextmanager
def nameless(local: LocalAws) -> Iterator[None]:
    """A service whose name is somebody else's, and one that waits for its targets."""
    foreign = {"Name": "taken.ecs.internal", "Type": "A", "TTL": 60,
               "ResourceRecords": [{"Value": "10.9.9.9"}]}  # fmt: skip
    edit(local, "CREATE", foreign)
    waiting = local.balancer(healthy=False)
    local.create("taken", local.balancer())
    local.create("slow", waiting)
    local.finished("taken", "CreateService")
    local.finished("taken", "SERVICE_DEPLOYMENT_COMPLETED")
    arn = local.started("slow", "CreateService")
    until(lambda: "TargetsNotHealthy" in str(local.sfn.get_execution_history(executionArn=arn)),
          "a look at the targets")  # fmt: skip
    try:
        yield
    finally:
        edit(local, "DELETE", foreign)
        local.make_healthy(waiting)
        for service in ("taken", "slow"):
            local.delete(service)


def edit(local: LocalAws, action: str, record: dict[str, Any]) -> None:
    change = {"Action": action, "ResourceRecordSet": record}
    local.route53.change_resource_record_sets(
        HostedZoneId=local.zone(), ChangeBatch={"Changes": [change]}
    )


@pytest.mark.deep
def test_a_service_without_its_name_is_told_with_what_keeps_it_from_it(local: LocalAws) -> None:
    with nameless(local):
        exit_code, findings = examined(local)

    assert exit_code == 1
    (taken,) = [one for one in findings if "prod/taken" in one["what"] and one["mend"]]
    assert taken["code"] == "service-unnamed"
    assert "HostnameTaken" in taken["what"]
    (slow,) = [one for one in findings if "prod/slow" in one["what"] and one["mend"]]
    assert slow["code"] == "service-waits"
    assert "TargetsNotHealthy: Healthy targets behind " in slow["what"]


def test_the_permissions_of_the_reference_are_enough(local: LocalAws) -> None:
    policy = re.findall(r"```json\n(.*?)```", REFERENCE, re.DOTALL)[-1]

    _, findings = examined(local, **user(local, "reader", policy))

    unread = [finding["why"] for finding in findings if finding["code"] == "not-checked"]
    # The emulator asks for the permission to write where a function's concurrency is read.
    assert [why for why in unread if "lambda:PutFunctionConcurrency" not in why] == []


def test_what_may_not_be_read_is_said_and_the_rest_goes_on(local: LocalAws) -> None:
    few = {"Effect": "Allow", "Action": ["cloudformation:*", "events:*"], "Resource": "*"}

    _, findings = examined(local, **user(local, "stranger", json.dumps({"Statement": [few]})))

    unread = {finding["check"]: finding["why"] for finding in findings
              if finding["code"] == "not-checked"}  # fmt: skip
    assert "sqs:GetQueueAttributes" in unread["dead letters"]
    assert "GetHostedZone" in unread["zones"]
    assert {"functions", "services", "names", "sweeps"} <= unread.keys()
    assert "states:ListExecutions" in unread["executions"]


def user(local: LocalAws, name: str, policy: str) -> dict[str, str]:
    """A user of its own, as environment variables."""
    iam = local.client("iam")
    iam.create_user(UserName=name)
    document = {"Version": "2012-10-17"} | json.loads(policy)
    iam.put_user_policy(UserName=name, PolicyName="p", PolicyDocument=json.dumps(document))
    key = iam.create_access_key(UserName=name)["AccessKey"]
    return {
        "AWS_ACCESS_KEY_ID": key["AccessKeyId"],
        "AWS_SECRET_ACCESS_KEY": key["SecretAccessKey"],
    }


def test_a_stack_that_does_not_exist_is_said_with_the_next_step(local: LocalAws) -> None:
    done = signpost("doctor", "--stack-name", "nowhere", **local.environment)

    assert done.returncode == 1
    assert "cloudformation:DescribeStacks on stack nowhere" in done.stderr
    assert "--stack-name" in done.stderr


def test_help_has_examples() -> None:
    assert "signpost doctor --json" in " ".join(signpost("doctor", "--help").stdout.split())
