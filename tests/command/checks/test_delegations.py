"""`signpost doctor`: names below a delegation of their zone."""

from __future__ import annotations

import pytest

from signpost_cli.checks import delegations
from signpost_cli.checks.findings import Severity
from signpost_cli.checks.zone_records import Contents, ZoneRecords
from tests.support.doctor import codes
from tests.support.zones import PROD, PUBLIC

CUT = Contents((ZoneRecords(PUBLIC, None, ("team.example.com",)),))


@pytest.mark.parametrize("name", ["team.example.com", "web.team.example.com"])
def test_a_name_at_or_below_a_delegation_stops(name: str) -> None:
    (finding,) = delegations.judge(CUT, {("ZPUBLIC", name, "A"): "prod/web"})

    assert (finding.code, finding.severity) == ("name-delegated", Severity.STOPS)
    assert f"{name} (ZPUBLIC) of prod/web" in finding.what
    assert "--hosted-zone-id ZPUBLIC --start-record-name team.example.com" in finding.mend


@pytest.mark.parametrize(
    ("zone_id", "name", "kind"),
    [
        ("ZPUBLIC", "steam.example.com", "A"),
        ("ZPUBLIC", "example.com", "A"),
        ("ZDEV", "web.team.example.com", "A"),
        ("ZPUBLIC", "web.prod.x._signpost.example.com", "TXT"),
    ],
)
def test_what_is_not_below_it_or_not_asked_for_is_none(zone_id: str, name: str, kind: str) -> None:
    assert delegations.judge(CUT, {(zone_id, name, kind): "prod/web"}) == []


def test_a_name_is_told_once_whatever_records_it_has() -> None:
    concerned = {("ZPUBLIC", "a.team.example.com", kind): "prod/web" for kind in ("A", "AAAA")}
    assert codes(delegations.judge(CUT, concerned)) == ["name-delegated"]


def test_what_was_not_listed_is_not_checked() -> None:
    contents = Contents((ZoneRecords(PUBLIC, unlisted="m.example.com"),), ((PUBLIC, "denied"),))

    beyond, unread = delegations.judge(contents, {})

    assert beyond.severity is unread.severity is Severity.NOT_CHECKED
    assert "from m.example.com on" in beyond.what
    assert unread.why == "denied"


@pytest.mark.parametrize("cut", ["_signpost.example.com", "x._signpost.example.com"])
def test_ledgers_below_a_delegation_are_told_once(cut: str) -> None:
    contents = Contents((ZoneRecords(PUBLIC, None, (cut,)),))
    concerned = {
        ("ZPUBLIC", f"{service}.prod.x._signpost.example.com", "TXT"): f"prod/{service}"
        for service in ("web", "api")
    }

    (finding,) = delegations.judge(contents, concerned)

    assert (finding.code, finding.severity) == ("ledger-delegated", Severity.STOPS)
    assert "api.prod.x._signpost.example.com and 1 more (ZPUBLIC)" in finding.what
    assert f"--start-record-name {cut}" in finding.mend


def test_of_private_zones_nothing_is_told() -> None:
    """Their resolvers do not follow NS records."""
    contents = Contents(
        (ZoneRecords(PROD, None, ("team.ecs.internal",), "m.ecs.internal"),), ((PROD, "denied"),)
    )

    assert delegations.judge(contents, {("ZPROD", "web.team.ecs.internal", "A"): "prod/web"}) == []
