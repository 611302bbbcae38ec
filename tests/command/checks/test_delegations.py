"""`signpost doctor`: names below a delegation of their zone."""

from __future__ import annotations

import pytest

from signpost_cli.checks import delegations
from signpost_cli.checks.findings import Severity
from signpost_cli.checks.zone_records import Contents, ZoneRecords
from tests.support.doctor import codes
from tests.support.zones import PROD

CUT = Contents((ZoneRecords(PROD, None, ("team.ecs.internal",)),))


@pytest.mark.parametrize("name", ["team.ecs.internal", "web.team.ecs.internal"])
def test_a_name_at_or_below_a_delegation_stops(name: str) -> None:
    (finding,) = delegations.judge(CUT, {("ZPROD", name, "A"): "prod/web"})

    assert (finding.code, finding.severity) == ("name-delegated", Severity.STOPS)
    assert f"{name} (ZPROD) of prod/web" in finding.what
    assert "--hosted-zone-id ZPROD --start-record-name team.ecs.internal" in finding.mend


@pytest.mark.parametrize(
    ("zone_id", "name", "kind"),
    [
        ("ZPROD", "steam.ecs.internal", "A"),
        ("ZPROD", "ecs.internal", "A"),
        ("ZDEV", "web.team.ecs.internal", "A"),
        ("ZPROD", "web.prod.x._signpost.team.ecs.internal", "TXT"),  # read by the API, never asked
    ],
)
def test_what_is_not_below_it_or_not_asked_for_is_none(zone_id: str, name: str, kind: str) -> None:
    assert delegations.judge(CUT, {(zone_id, name, kind): "prod/web"}) == []


def test_a_name_is_told_once_whatever_records_it_has() -> None:
    concerned = {("ZPROD", "a.team.ecs.internal", kind): "prod/web" for kind in ("A", "AAAA")}
    assert codes(delegations.judge(CUT, concerned)) == ["name-delegated"]


def test_what_was_not_listed_is_not_checked() -> None:
    contents = Contents((ZoneRecords(PROD, unlisted="m.ecs.internal"),), ((PROD, "denied"),))

    beyond, unread = delegations.judge(contents, {})

    assert beyond.severity is unread.severity is Severity.NOT_CHECKED
    assert "from m.ecs.internal on" in beyond.what
    assert unread.why == "denied"
