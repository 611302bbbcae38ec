"""What protections, guardrails and public DNS fallback do to a change or a removal."""

from __future__ import annotations

from tests.support.route53 import both_refusals, simple
from tests.workflow.conftest import World


def published(world: World) -> None:
    run = world.run(world.estate.create("web", world.estate.balancer("web-alb")))
    assert run.outcome == "RecordChanged"


def go_on_asking(world: World) -> None:
    """Somebody asks for the name, again and again."""
    resolver = world.route53.resolver(vpc=world.estate.vpc)

    def ask(module: str, _: object) -> None:
        if module == "change_record":
            resolver.query("web.ecs.internal", "A")

    world.machine.before.append(ask)


@both_refusals
def test_a_protected_name_stays_and_the_sentence_says_who_may_lift_it(
    world: World, bare_refusals: bool
) -> None:
    published(world)
    world.route53.bare_refusals = bare_refusals
    before = world.records()
    world.route53.protect(world.zone, "web.ecs.internal", "A", "ask Ada & Grace")

    run = world.run(world.estate.delete("web"))

    assert run.error == "RecordProtected"
    assert "ask Ada & Grace" in str(run.cause)
    assert "RecordName=web.ecs.internal,RecordType=A" in str(run.cause)
    assert world.records() == before


@both_refusals
def test_a_removal_is_tried_until_our_own_questions_are_forgotten_and_asks_nothing_meanwhile(
    world: World,
) -> None:
    """The proof of the creation has asked for the name and for its ledger."""
    published(world)
    world.route53.guard(world.zone, "ACTIVE_RECORD_CHECK")
    zone = next(one for one in world.route53.zones if one.id == world.zone)
    asked = dict(zone.asked)
    refused: list[dict[tuple[str, str], float]] = []
    world.machine.before.append(
        lambda module, _: refused.append(dict(zone.asked)) if module == "change_record" else None
    )

    run = world.run(world.estate.delete("web"))

    assert run.outcome == "RecordRemoved"
    assert len(refused) > 1
    assert all(one == asked for one in refused)
    assert world.records() == {}


def test_a_name_that_others_go_on_asking_for_stays_and_is_told(world: World) -> None:
    published(world)
    world.route53.guard(world.zone, "ACTIVE_RECORD_CHECK")
    before = world.records()
    go_on_asking(world)

    run = world.run(world.estate.delete("web"))

    assert (run.error, run.attempts("ChangeRecord")) == ("StillAsked", 6)
    assert "does not remove web.ecs.internal A" in str(run.cause)
    assert world.records() == before
    assert sum(world.machine.slept) >= 25 * 60


def test_a_switch_to_cname_is_refused_as_no_record_of_the_old_type_stays(world: World) -> None:
    published(world)
    world.route53.guard(world.zone, "ACTIVE_RECORD_CHECK")
    before = world.names()
    go_on_asking(world)

    run = world.run(world.estate.tag("web", record="cname"))

    assert run.error == "StillAsked"
    assert world.names() == before


def test_a_switch_to_alias_is_refused_as_no_cname_stays(world: World) -> None:
    run = world.run(
        world.estate.create(
            "web", world.estate.balancer("web-alb"), tags={"signpost:record": "cname"}
        )
    )
    assert run.outcome == "RecordChanged"
    world.route53.guard(world.zone, "ACTIVE_RECORD_CHECK")
    before = world.records()
    go_on_asking(world)

    run = world.run(world.estate.tag("web", record="alias"))

    assert run.error == "StillAsked"
    assert "does not remove web.ecs.internal CNAME" in str(run.cause)
    assert world.records() == before


def test_a_move_to_another_load_balancer_meets_no_guardrail(world: World) -> None:
    """One of the name and type remains, of the ledger as well."""
    published(world)
    world.route53.guard(world.zone, "ACTIVE_RECORD_CHECK", "ALIAS_TARGET_CHECK")

    run = world.run(world.estate.move("web", world.estate.balancer("web-nlb", "network")))

    assert (run.outcome, run.attempts("ChangeRecord")) == ("RecordChanged", 1)


def test_a_name_that_an_alias_of_others_points_at_stays(world: World) -> None:
    published(world)
    target = {
        "HostedZoneId": world.zone,
        "DNSName": "web.ecs.internal",
        "EvaluateTargetHealth": False,
    }
    world.write("CREATE", Name="theirs.ecs.internal", Type="A", AliasTarget=target)
    world.route53.guard(world.zone, "ALIAS_TARGET_CHECK")

    run = world.run(world.estate.delete("web"))

    assert run.error == "ChangeRefused"
    assert "The guardrail ALIAS_TARGET_CHECK" in str(run.cause)


# --- public DNS fallback -------------------------------------------------------------------


def test_a_removed_name_that_public_dns_answers_for_is_no_failure(world: World) -> None:
    private = next(one for one in world.route53.zones if one.id == world.zone)
    private.public_fallback = True
    public = world.route53.create_zone("ecs.internal")
    world.route53.edit(public, ("CREATE", simple("web.ecs.internal", "A", "203.0.113.9")))
    published(world)

    run = world.run(world.estate.delete("web"))

    assert run.output
    assert run.outcome == "RecordRemoved"
    assert "web.ecs.internal A answers from public DNS now" in run.output["verification"]["detail"]
    assert run.output["verification"]["attempts"] < 10


def test_how_long_ago_the_name_was_removed_counts_where_nothing_else_tells(world: World) -> None:
    """The load balancer is gone too. (Route 53 here took the change months ago.)"""
    private = next(one for one in world.route53.zones if one.id == world.zone)
    private.public_fallback = True
    public = world.route53.create_zone("ecs.internal")
    world.route53.edit(public, ("CREATE", simple("web.ecs.internal", "A", "203.0.113.9")))
    balancer = world.estate.balancer("web-alb")
    world.run(world.estate.create("web", balancer))
    world.route53.load_balancers.gone.add(balancer.dns_name)

    assert world.run(world.estate.delete("web")).outcome == "RecordRemoved"
