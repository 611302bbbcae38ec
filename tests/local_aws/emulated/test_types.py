"""What the local AWS's CloudFormation accepts without making anything."""

from __future__ import annotations

from typing import Any

from local_aws.emulated.types import nothing_made, without_metric_math


def test_a_type_of_which_nothing_is_made_can_be_created_updated_and_deleted() -> None:
    handler = nothing_made()

    physical_id, attributes = handler["create"]("FailuresQuery", {"Name": "x"}, "signpost")

    assert (physical_id, attributes) == ("signpost-FailuresQuery", {})
    assert handler["update"](physical_id, {}, {}, "signpost", logical_id="x") == (physical_id, {})
    assert handler["delete"](physical_id, {}) is None


def test_of_an_alarm_on_metric_math_nothing_is_made_and_any_other_is_the_emulators() -> None:
    def emulators(*_: Any, **__: Any) -> str:
        return "made"

    alarm = without_metric_math(dict.fromkeys(("create", "update", "delete"), emulators))

    assert alarm["create"]("A", {"MetricName": "m"}, "s") == alarm["delete"]("A", {}) == "made"
    assert alarm["update"]("A", {}, {"MetricName": "m"}, "s", logical_id="A") == "made"
    assert alarm["create"]("A", {"Metrics": [{}]}, "s") == ("s-A", {})
    assert alarm["update"]("s-A", {}, {"Metrics": [{}]}, "s", logical_id="A") == ("s-A", {})
