"""`signpost resign`: what is signed anew after the loss of the key, and what is not."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from signpost.errors import AwsUnavailable
from signpost.ledger.ledger import ASIDE
from signpost.ledger.seal import Seal
from signpost.model.record_set import Alias, RecordSet
from tests.support.estate import Balancer
from tests.support.ledgers import ledger_of
from tests.support.machine import Run
from tests.support.parameters import SETTINGS
from tests.support.route53 import simple
from tests.workflow.conftest import LABEL, World
from tests.workflow.forging import addresses, alias, forge, listed, name_of, own, put_foreign


def lose_the_key(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """From now on the stack has another key."""
    monkeypatch.setenv("LEDGER_KEY_ARN", world.estate.ledger_key())


def resign(world: World, service: str, *ledgers: str, names: Sequence[str] = ()) -> Run:
    """What `signpost resign` starts for one service."""
    given = {"ledgers": list(ledgers or [own(service)]), "names": list(names)}
    return world.run({"cluster": "prod", "service": service, "resign": given})


def told(run: Run) -> list[str]:
    assert run.output is not None
    return [str(one) for one in run.output["notes"]]


def left(run: Run) -> list[str]:
    assert run.output is not None
    return [one for one in run.output["warnings"] if one.startswith("Left unsigned")]


def test_after_the_key_is_lost_what_ecs_bears_out_is_signed_anew(
    world: World, balancer: Balancer, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.run(world.estate.create("web", balancer))
    written = world.ledger()
    lose_the_key(world, monkeypatch)
    by_hand = {"cluster": "prod", "service": "web"}
    assert world.run(by_hand).error == "LedgerCorrupt"
    before = world.names()

    signed = resign(world, "web")

    assert (signed.outcome, left(signed)) == ("RecordChanged", [])
    assert signed.output is not None
    assert signed.output["reason"] == "Signs web.ecs.internal anew."
    assert signed.output["summary"][0].startswith("= web.ecs.internal")
    assert f" execution={signed.output['previous_execution']} " in str(written)
    assert world.names() == before
    assert world.run(by_hand).outcome == "Unchanged"
    assert world.run(world.estate.delete("web")).outcome == "RecordRemoved"


def test_signing_twice_changes_nothing(
    world: World, balancer: Balancer, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.run(world.estate.create("web", balancer))
    lose_the_key(world, monkeypatch)
    resign(world, "web")
    before = world.records()

    assert resign(world, "web").outcome == "Unchanged"
    assert world.records() == before


def test_a_forged_ledger_is_not_signed_whatever_it_lists(world: World, balancer: Balancer) -> None:
    """Names that the service would get and are somebody else's, and names that it would not."""
    world.estate.create("web", balancer)
    put_foreign(world, "www")
    put_foreign(world, "web")
    name = forge(world, "web", "www", "web")

    run = resign(world, "web")

    assert run.outcome == "Unchanged"
    assert len(left(run)) == 2
    assert addresses(world) == {"www": "192.0.2.1", "web": "192.0.2.1"}
    assert (name, "TXT") in world.records()
    assert world.run({"cluster": "prod", "service": "web"}).error == "LedgerCorrupt"


def test_what_is_named_is_signed_and_nothing_else(
    world: World, balancer: Balancer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The service is gone; one of its two names is vouched for, though it is not allowed now."""
    world.run(world.estate.create("web", balancer, tags={"signpost:hostname": "www api"}))
    world.estate.forget("web")
    lose_the_key(world, monkeypatch)
    world.estate.may_write(world.zone, denied="www.{zone}")
    assert left(resign(world, "web"))

    run = resign(world, "web", names=["www.ecs.internal"])

    assert run.outcome == "RecordChanged"
    assert [one.split(":")[1].strip() for one in left(run)] == ["api.ecs.internal A"]
    assert world.run({"cluster": "prod", "service": "web"}).outcome == "RecordRemoved"
    assert addresses(world).keys() == {"api"}


def test_what_stays_unsigned_is_kept_aside_until_somebody_says_whose_it_is(
    world: World, balancer: Balancer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody else gets it meanwhile, a sweep tells of it, and it can be signed later."""
    world.run(world.estate.create("web", balancer, tags={"signpost:hostname": "web api"}))
    world.estate.tag("web", hostname="web")
    lose_the_key(world, monkeypatch)
    old = world.ledger()

    assert left(resign(world, "web"))

    aside = own("web", LABEL + ASIDE)
    assert world.records()[aside, "TXT"] == old
    refused = world.run(world.estate.create("api", world.estate.balancer("api-alb")))
    assert refused.error == "HostnameTaken"
    assert aside in str(refused.cause)
    assert any(aside in one for one in told(world.machine.sweep()))
    assert world.run({"cluster": "prod", "service": "web"}).outcome == "Unchanged"
    before = world.names()

    run = resign(world, "web", aside, names=["api.ecs.internal"])

    assert (run.outcome, left(run), world.names()) == ("RecordChanged", [], before)
    assert (aside, "TXT") not in world.records()
    assert world.run({"cluster": "prod", "service": "web"}).outcome == "RecordChanged"
    assert addresses(world).keys() == {"web"}


def test_a_second_part_is_not_signed_before_the_first_is_decided(
    world: World, balancer: Balancer, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.run(world.estate.create("web", balancer, tags={"signpost:hostname": "web api"}))
    world.estate.tag("web", hostname="web")
    lose_the_key(world, monkeypatch)
    aside = replace(listed(world, "web"), name=own("web", LABEL + ASIDE))
    world.write("CREATE", **name_of(aside))
    before = world.records()

    run = resign(world, "web")

    assert run.outcome == "Unchanged"
    assert len(left(run)) == 2
    named = left(resign(world, "web", names=["web.ecs.internal"]))
    assert any("sign or delete that first" in one for one in named)
    assert world.records() == before


def test_an_answer_of_several_record_sets_is_signed_whole_or_not_at_all(
    world: World, balancer: Balancer
) -> None:
    """The next run would take one for somebody else's, and the proof would see it."""
    name = "web.ecs.internal"
    one, two = (
        RecordSet(name, "A", 60, (address,), set_identifier=address, multivalue=True)
        for address in ("10.0.0.1", "10.0.0.2")
    )
    world.estate.create("web", balancer)
    several = {"MultiValueAnswer": True, "TTL": 60}
    world.write("CREATE", **simple(name, "A", "10.0.0.1", SetIdentifier="10.0.0.1", **several))
    world.write("CREATE", **simple(name, "A", "10.9.9.9", SetIdentifier="10.0.0.2", **several))
    own_ledger = ledger_of("web", records=(one, two), zone_id=world.zone, seal=Seal(b"old", ""))
    world.write("CREATE", **name_of(own_ledger))
    before = world.route53.records(world.zone)

    run = resign(world, "web", names=[name])

    assert run.outcome == "Unchanged"
    assert len(left(run)) == 2
    assert any("one answer with what stays unsigned" in why for why in left(run))
    assert world.route53.records(world.zone) == before


@pytest.mark.parametrize("parameters", [{"VERIFY_MODE": "insync"}])
def test_a_signature_whose_answer_was_lost_is_proved_all_the_same(
    world: World, balancer: Balancer, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.run(world.estate.create("web", balancer))
    lose_the_key(world, monkeypatch)
    lost: list[str] = []

    def lose(module: str, _: Any) -> None:
        if module == "change_record" and not lost:
            lost.append(module)
            raise AwsUnavailable("the answer was lost")

    world.machine.after.append(lose)

    run = resign(world, "web")

    assert run.outcome == "RecordChanged"
    assert run.output is not None
    assert run.output["reason"] == "An earlier round has signed anew; that is proved."
    assert world.run({"cluster": "prod", "service": "web"}).outcome == "Unchanged"


def test_an_old_ledger_goes_once_all_of_it_is_signed(world: World, balancer: Balancer) -> None:
    """What it lists was signed by an earlier run that had to leave something."""
    world.run(world.estate.create("web", balancer))
    alias = RecordSet("web.ecs.internal", "A", alias=Alias(balancer.zone_id, balancer.dns_name))
    old = ledger_of(
        "web", "signpost-0a1b2c3d", records=(alias,), zone_id=world.zone, seal=Seal(b"before", "")
    )
    world.write("CREATE", **name_of(old))

    run = resign(world, "web", old.name)

    assert run.outcome == "RecordChanged"
    assert (old.name, "TXT") not in world.records()
    assert resign(world, "web", old.name).outcome == "Unchanged"


@pytest.mark.parametrize("parameters", [{"STACK_ID": "made anew"}])
def test_the_ledgers_of_a_stack_made_anew_move_under_its_label(
    world: World, balancer: Balancer
) -> None:
    old = LABEL
    monkey = pytest.MonkeyPatch()
    with monkey.context() as before:
        before.setenv("STACK_ID", SETTINGS.stack_id)
        world.run(world.estate.create("web", balancer))
    assert (own("web", old), "TXT") in world.records()
    new = replace(SETTINGS, stack_id="made anew").label
    by_hand = {"cluster": "prod", "service": "web"}
    assert world.run(by_hand).error == "HostnameTaken"

    signed = resign(world, "web", own("web", old))

    assert signed.outcome == "RecordChanged"
    assert {name for name, type_ in world.records() if type_ == "TXT"} == {
        *(own("web", new), "web._claims._signpost.ecs.internal")
    }
    assert world.run(by_hand).outcome == "Unchanged"


def test_a_ledger_of_another_service_can_not_be_signed_for_this_one(
    world: World, balancer: Balancer, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.run(world.estate.create("web", balancer))
    world.estate.create("api", world.estate.balancer("api-alb"))
    lose_the_key(world, monkeypatch)

    run = resign(world, "api", own("web"), names=["web.ecs.internal"])

    assert run.error == "LedgerCorrupt"
    assert "is about service web" in str(run.cause)


def test_a_name_that_looks_like_a_digest_of_another_has_a_ledger_of_its_own(
    world: World, balancer: Balancer
) -> None:
    """`Web` has its digest in its ledger's name; a service of that very name does not share it."""
    twin = f"web-{hashlib.sha256(b'Web').hexdigest()[:8]}"
    world.run(world.estate.create("Web", balancer))
    before = world.records()
    forged = forge(world, twin, "junk", at="elsewhere")
    put_foreign(world, "junk")

    resigned = resign(world, twin, forged, names=["junk.ecs.internal"])
    later = world.run({"cluster": "prod", "service": twin})

    assert resigned.outcome == "RecordChanged"
    assert later.outcome == "RecordRemoved"  # of what was named, and nothing else
    assert world.records().items() >= before.items()


@pytest.mark.parametrize("names", [(), ("app.ecs.internal",)], ids=["", "named"])
def test_what_another_services_signed_ledger_lists_is_never_signed(
    world: World, balancer: Balancer, names: tuple[str, ...]
) -> None:
    tags = {"signpost:hostname": "app"}
    world.run(world.estate.create("web", balancer, tags=tags))
    world.estate.create("api", balancer, tags=tags)
    alias = RecordSet("app.ecs.internal", "A", alias=Alias(balancer.zone_id, balancer.dns_name))
    forged = ledger_of("api", records=(alias,), zone_id=world.zone, seal=Seal(b"guessed", ""))
    world.write("CREATE", **name_of(forged))

    run = resign(world, "api", names=names)

    assert run.outcome == "Unchanged"
    assert "it belongs to service web" in left(run)[0]
    assert addresses(world) == {"app": balancer.dns_name}


def test_what_a_signed_ledger_lists_need_not_be_kept_aside(
    world: World, balancer: Balancer
) -> None:
    world.run(world.estate.create("web", balancer))
    world.estate.create("api", balancer)
    ours, theirs = (
        RecordSet(f"{name}.ecs.internal", "A", alias=Alias(balancer.zone_id, balancer.dns_name))
        for name in ("api", "web")
    )
    world.write("CREATE", Name=ours.name, Type="A", AliasTarget=alias(balancer))
    forged = ledger_of("api", records=(ours, theirs), zone_id=world.zone, seal=Seal(b"x", ""))
    world.write("CREATE", **name_of(forged))

    run = resign(world, "api")

    assert (run.outcome, len(left(run))) == ("RecordChanged", 1)
    assert (own("api", LABEL + ASIDE), "TXT") not in world.records()


def test_what_is_named_has_to_stand_as_the_ledger_says(world: World, balancer: Balancer) -> None:
    """Else a forged ledger would be a way past the limits to a name that nobody has."""
    world.estate.may_write(world.zone, denied="wpad.**")
    world.estate.create("web", balancer)
    forge(world, "web", "wpad")

    run = resign(world, "web", names=["wpad.ecs.internal"])

    assert "does not stand in Route 53" in left(run)[0]
    assert world.names() == {}


def test_a_foreign_record_beside_a_genuine_one_is_not_signed_with_it(
    world: World, balancer: Balancer
) -> None:
    six = RecordSet("web.ecs.internal", "AAAA", 60, ("2001:db8::1",))
    four = RecordSet("web.ecs.internal", "A", alias=Alias(balancer.zone_id, balancer.dns_name))
    world.estate.create("web", balancer)
    world.write("CREATE", Name=four.name, Type="A", AliasTarget=alias(balancer))
    world.write("CREATE", **simple(six.name, "AAAA", *six.values))
    forged = ledger_of("web", records=(four, six), zone_id=world.zone, seal=Seal(b"guessed", ""))
    world.write("CREATE", **name_of(forged))

    run = resign(world, "web")
    world.run({"cluster": "prod", "service": "web"})

    assert run.outcome == "RecordChanged"
    assert [one.split(":")[1].strip() for one in left(run)] == ["web.ecs.internal AAAA"]
    assert ("web.ecs.internal", "AAAA") in world.names()


def test_a_forged_ledger_hides_no_genuine_one(
    world: World, balancer: Balancer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both list one name; what stands in Route 53 tells which is true."""
    world.run(world.estate.create("web", balancer))
    lose_the_key(world, monkeypatch)
    forged = forge(world, "web", "web", at="elsewhere")

    run = resign(world, "web", own("web"), forged)

    assert run.outcome == "RecordChanged"
    assert world.run({"cluster": "prod", "service": "web"}).outcome == "Unchanged"


@pytest.mark.parametrize("resign", [{}, {"ledgers": []}, {"ledgers": ["x"], "names": [1]}, [], "x"])
def test_an_input_that_no_command_gives_is_refused(world: World, resign: Any) -> None:
    run = world.run({"cluster": "prod", "service": "web", "resign": resign})
    assert run.error == "InvalidEvent"
