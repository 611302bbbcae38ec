"""What change guardrails refuse of a batch."""

from __future__ import annotations

from typing import Any

import pytest

from local_aws.emulated.guardrails import refusals

ZONE = "ecs.internal."
ALIAS, ACTIVE, OCCLUSION = "ALIAS_TARGET_CHECK", "ACTIVE_RECORD_CHECK", "NS_OCCLUSION_CHECK"


def record(name: str = "web", kind: str = "A", **more: Any) -> dict[str, Any]:
    return {"Name": f"{name}.ecs.internal.", "Type": kind, "TTL": "60"} | more


def alias(name: str, to: str) -> dict[str, Any]:
    target = {"HostedZoneId": "Z1", "DNSName": f"{to}.ecs.internal.", "EvaluateTargetHealth": False}
    return {"Name": f"{name}.ecs.internal.", "Type": "A", "AliasTarget": target}


def refused(*changes: Any, on: str, before: Any, asked: Any = ()) -> list[str]:
    return refusals(ZONE, before, changes, {on}, lambda key: key in asked)


WEB = ("web.ecs.internal.", "A")


def test_a_record_that_is_asked_for_is_not_removed() -> None:
    (said,) = refused(("DELETE", record()), on=ACTIVE, before=[record()], asked=[WEB])

    assert "[name='web.ecs.internal.', type='A'] was rejected by the guardrail " + ACTIVE in said


@pytest.mark.parametrize(
    ("changes", "before"),
    [
        ([("UPSERT", record(TTL="5"))], [record()]),
        ([("DELETE", record()), ("CREATE", record(TTL="5"))], [record()]),
        (
            [("DELETE", record(SetIdentifier="1"))],
            [record(SetIdentifier="1"), record(SetIdentifier="2")],
        ),
        ([("DELETE", record("api"))], [record(), record("api")]),
    ],
    ids=["changed", "replaced", "one of two", "another"],
)
def test_where_one_of_its_name_and_type_remains_it_may_go(changes: Any, before: Any) -> None:
    assert refused(*changes, on=ACTIVE, before=before, asked=[WEB]) == []


def test_another_type_at_the_name_is_nothing_that_remains() -> None:
    cname = record(kind="CNAME")
    asked = [("web.ecs.internal.", "CNAME")]

    changes = (("DELETE", cname), ("CREATE", alias("web", "lb")))

    assert len(refused(*changes, on=ACTIVE, before=[cname], asked=asked)) == 1


def test_a_record_that_nobody_asks_for_or_without_the_guardrail_goes() -> None:
    assert refused(("DELETE", record()), on=ACTIVE, before=[record()]) == []
    assert refused(("DELETE", record()), on=ALIAS, before=[record()], asked=[WEB]) == []


def test_what_an_alias_of_the_zone_leads_to_is_removed_after_the_alias() -> None:
    there = [record(), alias("www", "web")]

    (said,) = refused(("DELETE", record()), on=ALIAS, before=there)

    assert "the alias record www.ecs.internal. points to it" in said
    both = (("DELETE", record()), ("DELETE", there[1]))
    assert refused(*both, on=ALIAS, before=there) == []
    assert (
        refused(("DELETE", record(kind="TXT")), on=ALIAS, before=[*there, record(kind="TXT")]) == []
    )


def test_no_record_comes_below_a_delegation_nor_a_delegation_above_records() -> None:
    cut, below = record("team", "NS"), record("web.team")

    assert len(refused(("CREATE", below), on=OCCLUSION, before=[cut])) == 1
    assert len(refused(("CREATE", cut), on=OCCLUSION, before=[below])) == 1
    assert len(refused(("CREATE", record("team")), on=OCCLUSION, before=[cut])) == 1
    # What lies there already is nobody's fault now; what delegates may stand there.
    assert refused(("CREATE", record()), on=OCCLUSION, before=[cut, below]) == []
    assert refused(("CREATE", record("team", "DS")), on=OCCLUSION, before=[cut]) == []
    assert refused(("DELETE", below), on=OCCLUSION, before=[cut, below]) == []
    assert refused(("CREATE", record("steam")), on=OCCLUSION, before=[cut]) == []
    apex = {"Name": ZONE, "Type": "NS"}
    assert refused(("CREATE", record()), on=OCCLUSION, before=[apex]) == []
