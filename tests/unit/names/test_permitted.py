"""Which names services may take, and what becomes of those that they may not."""

from __future__ import annotations

import re

import pytest

from signpost.errors import InvalidConfiguration
from signpost.model.record_set import RecordSet
from signpost.model.service import Service, ServiceState
from signpost.model.zone import Zone
from signpost.names.permitted import HostnameRules, limit, patterns
from signpost.names.placement import Desired, Placement
from tests.support.template import TEMPLATE
from tests.support.zones import PUBLIC

WEB = Service("Team_A", "web", ServiceState.PRESENT, "It runs.")
PARAMETERS = TEMPLATE["Parameters"]
DEFAULTS = HostnameRules(
    (PARAMETERS["AllowedHostnames"]["Default"],),
    tuple(PARAMETERS["DeniedHostnames"]["Default"].split(",")),
)


def rules(*allowed: str, denied: tuple[str, ...] = ()) -> HostnameRules:
    return HostnameRules(allowed, denied)


@pytest.mark.parametrize("name", ["web", "api.team-a", "a.b.c.d", "www2", "my-wpad", "www.shop"])
def test_by_default_services_take_names_below_the_zone(name: str) -> None:
    assert DEFAULTS.forbids(f"{name}.example.com", PUBLIC, WEB) is None


@pytest.mark.parametrize(
    "name",
    [
        "example.com",
        "*.example.com",
        "*.web.example.com",
        "www.example.com",
        "wpad.example.com",
        "wpad.shop.example.com",
        "autodiscover.example.com",
        "autodiscover.mail.example.com",
        "isatap.example.com",
        "localhost.example.com",
        "autoconfig.example.com",
        "mta-sts.example.com",
        "openpgpkey.example.com",
    ],
)
def test_by_default_no_service_takes_what_others_trust(name: str) -> None:
    said = DEFAULTS.forbids(name, PUBLIC, WEB)

    assert said is not None
    assert name in said


def test_a_zone_that_is_such_a_name_has_no_apex_to_take() -> None:
    zone = Zone("ZWPAD", "wpad.example.com", private=False)
    assert rules("{zone}", denied=DEFAULTS.denied).forbids(zone.name, zone, WEB)


@pytest.mark.parametrize(
    ("pattern", "name", "may"),
    [
        ("{zone}", "example.com", True),
        ("{zone}", "web.example.com", False),
        ("_any.{zone}", "*.example.com", True),
        ("_any.{zone}", "web.example.com", False),
        ("_any.{service}.{zone}", "*.web.example.com", True),
        ("**.{zone}", "*.example.com", False),
        ("*.{zone}", "*.example.com", False),
        ("*.{zone}", "web.example.com", True),
        ("*.{zone}", "a.web.example.com", False),
        ("**.{zone}", "a.web.example.com", True),
        ("**.{zone}", "example.com", False),
        ("**.{zone}", "webexample.com", False),
        ("**.{zone}", "web.examplescom", False),
        ("*-dev.{zone}", "web-dev.example.com", True),
        ("*-dev.{zone}", "-dev.example.com", True),
        ("*-dev.{zone}", "web.x-dev.example.com", False),
        ("**.{cluster}.{zone}", "web.team-a.example.com", True),
        ("**.{cluster}.{zone}", "web.team-b.example.com", False),
        ("**.{cluster}.{zone}", "team-a.example.com", False),
        ("**.{cluster}.{zone}", "xteam-a.example.com", False),
        ("{service}.{zone}", "web.example.com", True),
        ("{service}.{zone}", "api.example.com", False),
        ("we.{zone}", "web.example.com", False),
        ("w.b.{zone}", "web.example.com", False),
    ],
)
def test_what_a_pattern_means(pattern: str, name: str, may: bool) -> None:
    assert (rules(pattern).forbids(name, PUBLIC, WEB) is None) is may
    assert (rules("**", "_any.**", denied=(pattern,)).forbids(name, PUBLIC, WEB) is None) is (
        not may
    )


def wanted(*names: str, asked: tuple[str, ...] = ()) -> Desired:
    records = tuple(
        RecordSet(f"{name}.example.com", "CNAME", 60, ("lb.example",)) for name in names
    )
    tagged = {f"{name}.example.com": name for name in asked}
    return Desired((Placement(PUBLIC, None, records, "why"),), ("Odd.",), "", tagged)


def test_a_name_that_the_tag_asks_for_is_refused_with_what_to_do() -> None:
    limited = limit(wanted("web", "www", asked=("www",)), {}, WEB, DEFAULTS)

    (one,) = limited.refused
    assert (one.error, one.zone, one.name) == ("HostnameNotAllowed", PUBLIC.id, "www.example.com")
    assert "DeniedHostnames" in one.reason
    assert "allow this one" in one.reason


def test_a_name_that_nobody_asked_for_is_left_out_with_a_warning() -> None:
    limited = limit(wanted("web", "www"), {}, WEB, DEFAULTS)

    (place,) = limited.placements
    assert [record.name for record in place.record_sets] == ["web.example.com"]
    assert limited.warnings[0] == "Odd."
    assert "www.example.com. It is left out." in limited.warnings[1]
    assert limited.reason == ""


def test_a_service_of_which_no_name_is_left_says_why() -> None:
    limited = limit(wanted("www"), {}, WEB, DEFAULTS)

    assert limited.placements == ()
    assert "DeniedHostnames has www.{zone}" in limited.reason


@pytest.mark.parametrize("asked", [(), ("www",)], ids=["default", "tag"])
def test_a_name_that_a_ledger_has_stays_with_a_warning(asked: tuple[str, ...]) -> None:
    held = {PUBLIC.id: {"www.example.com"}}

    limited = limit(wanted("www", asked=asked), held, WEB, DEFAULTS)

    assert limited.placements == wanted("www").placements
    assert "keeps it" in limited.warnings[1]


def test_a_name_that_is_held_in_one_zone_is_new_in_another() -> None:
    held = {"ZOTHER": {"www.example.com"}}

    limited = limit(wanted("www", asked=("www",)), held, WEB, DEFAULTS)

    assert [one.error for one in limited.refused] == ["HostnameNotAllowed"]


@pytest.mark.parametrize(
    "pattern", ["secret.{zones}", "secret..{zone}", ".secret.{zone}", "a.{zone", "..", "{}.{zone}"]
)
def test_a_pattern_that_could_match_nothing_is_refused(pattern: str) -> None:
    """Else a denied name would be taken."""
    with pytest.raises(InvalidConfiguration, match=re.escape(repr(pattern))):
        patterns(["www.{zone}", pattern])


def test_a_final_dot_is_no_part_of_a_pattern() -> None:
    assert patterns(["secret.example.com.", "**.{zone}"]) == ("secret.example.com", "**.{zone}")
