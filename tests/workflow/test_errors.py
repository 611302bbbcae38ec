"""Each error of `signpost.errors`, through the real state machine: what the console shows."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from signpost import errors
from tests.support.machine import ASL_FILE, MODULES, Hook
from tests.support.route53 import both_refusals
from tests.workflow.conftest import World

WEB = ("web.ecs.internal", "A")
STATE = {module: state for state, module in MODULES.items()}


def fails(module: str, error: Exception, times: int = 1000) -> Hook:
    """A hook that makes a module raise an error for the first `times` times."""
    left = [times]

    def raise_it(called: str, _: Any) -> None:
        if called == module and left[0] > 0:
            left[0] -= 1
            raise error

    return raise_it


def created(world: World, **tags: str) -> Any:
    return world.estate.create(
        "web",
        world.estate.balancer("web-alb"),
        tags={f"signpost:{key.replace('_', '-')}": value for key, value in tags.items()},
    )


@pytest.mark.parametrize(
    ("tags", "error"),
    [
        ({"hostname": "-web"}, "HostnameInvalid"),
        ({"hostname": "web.example.org"}, "ZoneNotFound"),
        ({"zone": "other.internal"}, "ZoneNotFound"),
        ({"ttl": "soon"}, "InvalidConfiguration"),
        ({"colour": "red"}, "InvalidConfiguration"),
        ({"load_balancer": "nobody"}, "LoadBalancerNotFound"),
        ({"hostname": "ecs.internal", "record": "cname"}, "InvalidConfiguration"),
    ],
)
def test_a_bad_tag_is_named_and_changes_nothing(
    world: World, tags: dict[str, str], error: str
) -> None:
    run = world.run(created(world, **tags))

    assert (run.status, run.error) == ("FAILED", error)
    assert run.cause is not None
    assert "{" not in run.cause  # the sentence, not the function's JSON
    assert world.records() == {}


@both_refusals
def test_a_foreign_record_of_the_name_is_refused_and_left_alone(world: World) -> None:
    foreign = {"Type": "A", "TTL": 300, "ResourceRecords": [{"Value": "192.0.2.7"}]}
    world.write("CREATE", Name="web.ecs.internal", **foreign)

    run = world.run(created(world))

    assert run.error == "HostnameTaken"
    assert "192.0.2.7" in str(run.cause)
    assert world.records() == {WEB: "192.0.2.7"}


def test_two_candidates_for_one_zone_need_a_tag(world: World) -> None:
    first, second = world.estate.balancer("one"), world.estate.balancer("two")

    ambiguous = world.run(world.estate.create("web", first, second))
    settled = world.run(world.estate.tag("web", load_balancer="two"))

    assert ambiguous.error == "AmbiguousLoadBalancer"
    assert "one" in str(ambiguous.cause)
    assert settled.outcome == "RecordChanged"
    assert world.names() == {WEB: second.dns_name}


def test_a_zone_of_another_vpc_is_not_taken(world: World) -> None:
    vpc, subnets = world.estate.add_vpc(7)
    balancer = world.estate.balancer("web-alb", vpc=vpc, subnets=subnets)

    run = world.run(world.estate.create("web", balancer))

    assert run.error == "ZoneNotFound"
    assert vpc in str(run.cause)


def test_a_missing_target_group_is_named(world: World) -> None:
    balancer = world.estate.balancer("web-alb")
    event = world.estate.create("web", balancer)
    world.estate.elbv2.delete_load_balancer(LoadBalancerArn=balancer.arn)
    world.estate.elbv2.delete_target_group(TargetGroupArn=balancer.target_group)

    run = world.run(event)

    assert run.error == "LoadBalancerNotFound"


def test_a_target_group_that_nothing_forwards_to_is_waited_for(world: World) -> None:
    balancer = world.estate.balancer("web-alb", listening=False)

    run = world.run(world.estate.create("web", balancer))

    assert run.error == "LoadBalancerNotReady"
    assert run.attempts("ResolveLoadBalancer") == 61


def test_waiting_for_healthy_targets_ends_after_about_half_an_hour(world: World) -> None:
    run = world.run(world.estate.create("web", world.estate.balancer("web-alb", healthy=0)))

    assert run.error == "TargetsNotHealthy"
    assert run.attempts("CheckReadiness") == 61
    assert 15 * 60 < sum(world.machine.slept) < 45 * 60
    assert world.records() == {}


def test_an_old_record_stays_while_the_new_target_never_gets_healthy(world: World) -> None:
    old = world.estate.balancer("web-alb")
    world.run(world.estate.create("web", old))

    run = world.run(
        world.estate.move("web", world.estate.balancer("web-nlb", "network", healthy=0))
    )

    assert run.error == "TargetsNotHealthy"
    assert world.names() == {WEB: old.dns_name}


def test_a_desired_count_of_zero_needs_no_healthy_target(world: World) -> None:
    balancer = world.estate.balancer("web-alb", healthy=0)

    assert world.run(world.estate.create("web", balancer, count=0)).outcome == "RecordChanged"


@pytest.mark.parametrize(
    ("module", "error"),
    [
        ("describe_service", errors.Throttled),
        ("describe_service", errors.AwsUnavailable),
        ("resolve_load_balancer", errors.Throttled),
        ("plan_change", errors.AwsUnavailable),
        ("check_readiness", errors.LoadBalancerNotReady),
        ("check_readiness", errors.TargetsNotHealthy),
        ("change_record", errors.ZoneBusy),
        ("change_record", errors.Throttled),
        ("verify_record", errors.NotPropagated),
        ("verify_record", errors.ResolverUnreachable),
    ],
)
def test_a_passing_fault_is_retried(
    world: World, module: str, error: type[errors.RetryableError]
) -> None:
    world.machine.before.append(fails(module, error("not yet"), times=3))

    run = world.run(created(world))

    assert run.outcome == "RecordChanged"
    assert run.attempts(STATE[module]) >= 4


@pytest.mark.parametrize(
    ("module", "error"),
    [
        ("describe_service", errors.AccessDenied),
        ("plan_change", errors.LedgerCorrupt),
        ("plan_change", errors.ZoneNotFound),
        ("change_record", errors.ChangeRefused),
        ("change_record", errors.ZoneBusy),
        ("change_record", errors.AwsUnavailable),
        ("verify_record", errors.WrongAnswer),
        ("verify_record", errors.NotPropagated),
        ("verify_record", errors.ResolverUnreachable),
        ("resolve_load_balancer", errors.Throttled),
    ],
)
def test_a_lasting_fault_fails_under_its_own_name_and_sentence(
    world: World, module: str, error: type[errors.SignpostError]
) -> None:
    world.machine.before.append(fails(module, error("what was wrong and what to do")))

    run = world.run(created(world))

    assert (run.error, run.cause) == (error.__name__, "what was wrong and what to do")


def test_an_unexpected_exception_fails_with_its_sentence(world: World) -> None:
    world.machine.before.append(fails("plan_change", KeyError("surprise")))

    run = world.run(created(world))

    assert (run.error, run.cause) == ("KeyError", "'surprise'")


@pytest.mark.parametrize("module", ["change_record", "verify_record"])
def test_a_lost_race_plans_again(world: World, module: str) -> None:
    world.machine.before.append(fails(module, errors.RecordConflict("lost"), times=1))

    run = world.run(created(world))

    assert run.output is not None
    assert run.outcome == "RecordChanged"
    assert run.output["attempts"]["rounds"] == 2


def test_a_service_that_changes_every_time_is_given_up(world: World) -> None:
    world.machine.before.append(fails("change_record", errors.RecordConflict("lost again")))

    run = world.run(created(world))

    assert run.error == "ServiceKeepsChanging"
    assert "lost again" in str(run.cause)
    assert run.attempts("ChangeRecord") == 5


@pytest.mark.parametrize(
    ("error", "cause"),
    [
        ({"Error": "Lambda.Unknown"}, "No cause was given"),
        ({"Error": "States.Timeout"}, "Step Functions ended the step with States.Timeout"),
        ({"Error": "States.Timeout", "Cause": ""}, "Step Functions ended the step"),
        ({"Error": "Lambda.Unknown", "Cause": "it is gone"}, "it is gone"),
        ({"Error": "KeyError", "Cause": '{"errorMessage": "a sentence"}'}, "a sentence"),
    ],
)
def test_an_error_is_explained_with_and_without_a_cause(
    world: World, error: dict[str, str], cause: str
) -> None:
    definition = json.loads(ASL_FILE.read_text()) | {"StartAt": "HasErrorSentence"}
    world.machine.use(json.dumps(definition))

    run = world.run({"error": error})

    assert run.error == error["Error"].replace("States.", "StepFunctions.")
    assert str(run.cause).startswith(cause)


def at_step(module: str, act: Callable[[], object]) -> Hook:
    """A hook that does something once, right before a module runs."""
    done: list[bool] = []

    def do(called: str, _: Any) -> None:
        if called == module and not done:
            done.append(True)
            act()

    return do


@pytest.mark.parametrize("module", ["check_readiness", "change_record", "verify_record"])
def test_a_service_that_moves_meanwhile_is_followed(world: World, module: str) -> None:
    event = created(world)
    other = world.estate.balancer("web-nlb", "network")
    world.machine.before.append(at_step(module, lambda: world.estate.move("web", other)))

    run = world.run(event)

    assert run.output is not None
    assert run.outcome == "RecordChanged"
    assert run.output["attempts"]["rounds"] == 2
    assert run.output["before"] == []
    assert world.names() == {WEB: other.dns_name}


def test_a_service_deleted_while_its_name_was_published_loses_it_again(world: World) -> None:
    event = created(world)
    world.machine.before.append(at_step("verify_record", lambda: world.estate.delete("web")))

    run = world.run(event)

    assert run.outcome == "RecordRemoved"
    assert world.records() == {}


@both_refusals
def test_an_answer_that_was_lost_after_the_write_is_found_again(world: World) -> None:
    lost: list[bool] = []

    def lose(module: str, _: Any) -> None:
        if module == "change_record" and not lost:
            lost.append(True)
            raise errors.AwsUnavailable("the answer was lost")

    world.machine.after.append(lose)

    run = world.run(created(world))

    assert run.output is not None
    assert run.outcome == "RecordChanged"
    assert run.output["attempts"]["rounds"] == 2
    assert run.output["zones"][0]["change_id"]
    assert list(world.names()) == [WEB]


@both_refusals
def test_a_removal_whose_answer_was_lost_is_proved_all_the_same(world: World) -> None:
    world.run(created(world))
    lost: list[bool] = []

    def lose(module: str, _: Any) -> None:
        if module == "change_record" and not lost:
            lost.append(True)
            raise errors.AwsUnavailable("the answer was lost")

    world.machine.after.append(lose)

    run = world.run(world.estate.delete("web"))

    assert run.output is not None
    assert run.outcome == "RecordRemoved"
    assert [record["name"] for record in run.output["before"]] == ["web.ecs.internal"]
    assert world.records() == {}


@pytest.mark.parametrize(
    "event",
    [
        {},
        [],
        "web",
        {"cluster": "prod"},
        {"cluster": "prod", "service": 7},
        {"cluster": "prod", "service": "a/b/c"},
        {"cluster": "prod", "service": "web", "extra": True},
        {"detail-type": "AWS API Call via CloudTrail", "source": "aws.ecs", "detail": None},
    ],
)
def test_a_malformed_input_is_refused_before_any_call(world: World, event: Any) -> None:
    run = world.run(event)

    assert (run.status, run.error) == ("FAILED", "InvalidEvent")
    assert len(world.route53.calls) == 0
    assert run.attempts("ParseEvent") == 1


def test_a_name_edited_by_hand_is_restored_by_a_run_by_hand(world: World) -> None:
    balancer = world.estate.balancer("web-alb")
    world.run(world.estate.create("web", balancer))
    world.write("DELETE", **world.ours())
    edited = {"Type": "A", "TTL": 5, "ResourceRecords": [{"Value": "192.0.2.9"}]}
    world.write("CREATE", Name="web.ecs.internal", **edited)

    run = world.run({"cluster": "prod", "service": "web"})

    assert run.output is not None
    assert run.outcome == "RecordChanged"
    assert run.output["before"][0]["values"] == ["192.0.2.9"]
    assert world.names() == {WEB: balancer.dns_name}


def test_a_name_deleted_by_hand_is_recreated_by_a_run_by_hand(world: World) -> None:
    balancer = world.estate.balancer("web-alb")
    world.run(world.estate.create("web", balancer))
    world.write("DELETE", **world.ours())

    run = world.run({"cluster": "prod", "service": "web"})

    assert run.outcome == "RecordChanged"
    assert world.names() == {WEB: balancer.dns_name}


@both_refusals
def test_a_load_balancer_that_route_53_does_not_know_yet_is_waited_for(world: World) -> None:
    balancer = world.estate.balancer("web-alb")
    event = world.estate.create("web", balancer)
    world.route53.load_balancers.gone.add(balancer.dns_name)
    attempts: list[str] = []

    def learn(module: str, _: Any) -> None:
        attempts.append(module)
        if attempts.count("change_record") == 3:
            world.route53.load_balancers.gone.discard(balancer.dns_name)

    world.machine.before.append(learn)

    run = world.run(event)

    assert run.outcome == "RecordChanged"
    assert run.attempts("ChangeRecord") == 3


def test_a_name_deleted_by_hand_and_not_wanted_any_more_leaves_no_ledger(world: World) -> None:
    world.run(created(world))
    world.write("DELETE", **world.ours())
    world.estate.delete("web")

    run = world.run({"cluster": "prod", "service": "web"})

    assert run.outcome == "RecordRemoved"
    assert world.records() == {}
