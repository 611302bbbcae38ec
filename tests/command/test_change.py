"""An execution as the change that it was."""

from __future__ import annotations

from dataclasses import replace

import pytest

from signpost_cli import change
from tests.support.announcement import REFUSED
from tests.support.executions import Executions, plan
from tests.support.recorded import recorded


@pytest.mark.parametrize("output", ['{"checked": 3}', "[1]", "null"])
def test_an_execution_of_another_state_machine_has_no_receipt(output: str) -> None:
    executions = Executions()
    executions.add("sweep", "Unchanged", input={})
    executions.all["sweep"]["output"] = output

    found = change.of(executions.describe_execution(executions.arn("sweep")))

    assert (found.receipt, found.outcome, found.service) == (None, "SUCCEEDED", None)


@pytest.mark.parametrize(
    "file", ["delete_service", "tag_resource_service", "deployment_completed", "create_service"]
)
def test_an_event_tells_which_service_a_failed_execution_was_about(file: str) -> None:
    executions = Executions()
    executions.add("failed", "HostnameTaken!", input=recorded(file))

    found = change.of(executions.describe_execution(executions.arn("failed")))

    assert found.service == ("prod", "web")


def test_a_change_of_which_a_part_was_refused_is_proved_and_tells_the_rest() -> None:
    executions = Executions()
    executions.add("partly", "PartlyChanged")
    found = change.of(executions.describe_execution(executions.arn("partly")))
    receipt = {**(found.receipt or {}), "refused": [REFUSED]}
    one = replace(found, plan={"before": [], "after": []}, receipt=receipt)

    assert (one.unproved, one.is_refused) == (False, True)
    assert one.to_json(None)["refused"] == [REFUSED]


def test_a_later_round_replaces_its_own_ledger_and_still_knows_the_one_before() -> None:
    found = change.written_over(plan(replaces="me", before_that="first"), ("Z1",), "me")

    assert found == ["first"]
