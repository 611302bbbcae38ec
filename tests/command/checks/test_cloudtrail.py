"""`signpost doctor`: does a trail log ECS's write events here?"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from signpost_cli.checks import cloudtrail
from signpost_cli.checks.cloudtrail import Trail, judge, logs_ecs_writes
from signpost_cli.checks.findings import Severity
from tests.support.doctor import codes, installation
from tests.support.stub import Stub

TRAIL = Trail("arn:aws:cloudtrail:us-east-1:1:trail/main", "main", logs_here=True, is_logging=True)
ECS = "ecs.amazonaws.com"


def basic(**selector: Any) -> Trail:
    return replace(TRAIL, selectors=[selector])


def advanced(**fields: Any) -> Trail:
    """Field selectors as `readOnly={"Equals": ["false"]}`; management events if none is said."""
    fields = {"eventCategory": {"Equals": ["Management"]}} | fields
    selector = {"FieldSelectors": [{"Field": name, **tests} for name, tests in fields.items()]}
    return replace(TRAIL, advanced=[selector])


@pytest.mark.parametrize(
    "trail",
    [
        TRAIL,
        basic(ReadWriteType="All", IncludeManagementEvents=True),
        basic(ReadWriteType="WriteOnly", IncludeManagementEvents=True),
        basic(ReadWriteType="All", ExcludeManagementEventSources=["kms.amazonaws.com"]),
        advanced(),
        advanced(readOnly={"Equals": ["false"]}),
        advanced(eventSource={"NotEquals": ["kms.amazonaws.com"]}),
        advanced(eventSource={"Equals": [ECS]}),
    ],
)
def test_a_trail_that_logs_write_events_is_enough(trail: Trail) -> None:
    assert logs_ecs_writes(trail)
    assert codes(judge([trail], "eu-west-1")) == ["ok"]


@pytest.mark.parametrize(
    "trail",
    [
        basic(ReadWriteType="ReadOnly", IncludeManagementEvents=True),
        basic(ReadWriteType="All", IncludeManagementEvents=False),
        basic(ReadWriteType="All", ExcludeManagementEventSources=[ECS]),
        advanced(readOnly={"Equals": ["true"]}),
        advanced(readOnly={"NotEquals": ["false"]}),
        advanced(eventCategory={"Equals": ["Data"]}),
        advanced(eventSource={"NotEquals": ["kms.amazonaws.com", ECS]}),
        advanced(eventSource={"NotStartsWith": ["ecs."]}),
        advanced(eventSource={"Equals": ["s3.amazonaws.com"]}),
        advanced(eventName={"Equals": ["RunTask"]}),
    ],
)
def test_a_trail_that_leaves_them_out_is_not(trail: Trail) -> None:
    (finding,) = judge([trail], "eu-west-1")
    assert (finding.code, finding.severity) == ("trail-selectors", Severity.STOPS)
    assert "put-event-selectors" in finding.mend


def test_one_selector_of_several_is_enough() -> None:
    data = advanced(eventCategory={"Equals": ["Data"]}).advanced
    assert logs_ecs_writes(replace(TRAIL, advanced=[*data, *advanced().advanced]))


def test_a_trail_that_is_stopped_is_told_with_how_to_start_it() -> None:
    (finding,) = judge([replace(TRAIL, is_logging=False)], "eu-west-1")
    assert finding.code == "trail-stopped"
    assert TRAIL.arn in finding.mend


def test_a_good_trail_makes_up_for_bad_ones() -> None:
    bad = [replace(TRAIL, is_logging=False), basic(ReadWriteType="ReadOnly")]
    assert codes(judge([*bad, TRAIL], "eu-west-1")) == ["ok"]


def test_a_trail_of_another_region_only_is_none() -> None:
    assert codes(judge([replace(TRAIL, logs_here=False)], "eu-west-1")) == ["trail-none"]


def described(**more: Any) -> dict[str, Any]:
    return {"Name": "main", "TrailARN": TRAIL.arn, "HomeRegion": "us-east-1", **more}


def test_a_multi_region_trail_at_home_elsewhere_counts() -> None:
    api = Stub("cloudtrail")
    api.answers("describe_trails", trailList=[described(IsMultiRegionTrail=True)])
    api.answers("get_trail_status", IsLogging=True)
    api.answers("get_event_selectors", EventSelectors=[{"ReadWriteType": "All"}])

    assert codes(cloudtrail.check(installation({"cloudtrail": api.client}))) == ["ok"]


def test_a_trail_that_can_not_be_read_is_never_green() -> None:
    api = Stub("cloudtrail")
    api.answers("describe_trails", trailList=[described(IsMultiRegionTrail=True)])
    api.fails("get_trail_status", "AccessDeniedException", message="no")

    (finding,) = cloudtrail.check(installation({"cloudtrail": api.client}))

    assert finding.severity is Severity.NOT_CHECKED
    assert "cloudtrail:GetTrailStatus" in finding.why


def test_an_unreadable_trail_does_not_matter_beside_a_good_one() -> None:
    api = Stub("cloudtrail")
    shadow, good = described(), described(HomeRegion="eu-west-1")
    api.answers("describe_trails", trailList=[shadow, good])
    api.fails("get_trail_status", "AccessDeniedException")
    api.answers("get_trail_status", IsLogging=True)
    api.answers("get_event_selectors", EventSelectors=[])

    assert codes(cloudtrail.check(installation({"cloudtrail": api.client}))) == ["ok"]


def test_a_trail_that_goes_while_one_looks_is_none() -> None:
    api = Stub("cloudtrail")
    api.answers("describe_trails", trailList=[described(IsMultiRegionTrail=True)])
    api.fails("get_trail_status", "TrailNotFoundException")

    assert codes(cloudtrail.check(installation({"cloudtrail": api.client}))) == ["trail-none"]


def test_the_relay_stands_for_a_trail_only_on_a_local_aws_that_runs() -> None:
    local = installation()
    local.is_local = True

    (finding,) = cloudtrail.check(local)

    assert finding.code == "ok"
    assert "relay" in finding.what
