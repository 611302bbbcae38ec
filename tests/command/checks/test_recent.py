"""`signpost doctor`: the executions that run or have failed, and what finding them costs."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from signpost_cli.checks import recent
from signpost_cli.checks.recent import Recent
from tests.support.doctor import installation
from tests.support.executions import DESCRIBED, START, Executions
from tests.support.history import History

WEB, API = ("prod", "web"), ("prod", "api")
NOW = START + timedelta(hours=2)
LOOK = {"Retry": [{"ErrorEquals": ["TargetsNotHealthy"], "MaxAttempts": 9}]}


class Machine(Executions):
    """Executions of a state machine whose definition is asked for, too; calls are counted."""

    def __init__(self) -> None:
        super().__init__()
        self.refused: set[str] = set()
        self.listed: list[str] = []

    def run(self, name: str, outcome: str, service: str = "web", **more: Any) -> None:
        self.add(name, outcome, input={"cluster": "prod", "service": service, **more})

    def list_executions(self, **request: Any) -> dict[str, Any]:  # type: ignore[override]
        self.listed.append(request["statusFilter"])
        self._may("ListExecutions")
        return super().list_executions(**request)

    def describe_execution(self, executionArn: str) -> dict[str, Any]:  # noqa: N803
        self._may("DescribeExecution")
        return super().describe_execution(executionArn)

    def get_execution_history(self, executionArn: str, **_: Any) -> dict[str, Any]:  # noqa: N803
        self._may("GetExecutionHistory")
        return super().get_execution_history(executionArn)

    def describe_state_machine(self, **_: Any) -> dict[str, Any]:
        definition = json.dumps({"TimeoutSeconds": 3600, "States": {"CheckReadiness": LOOK}})
        return DESCRIBED | {"definition": definition, "type": "STANDARD", "creationDate": START}

    def _may(self, call: str) -> None:
        if call in self.refused:
            answer = {"Error": {"Code": "AccessDeniedException", "Message": "you may not"}}
            raise ClientError(answer, call)  # type: ignore[arg-type]

    def look(self) -> Recent:
        made = installation({"stepfunctions": self})
        return recent.read(made, NOW)


def test_of_each_service_the_newest_that_runs_and_the_newest_that_failed() -> None:
    machine = Machine()
    machine.run("1", "HostnameTaken!")
    machine.run("2", "ZoneNotFound!")
    machine.run("3", "TIMED_OUT", "api")
    machine.run("4", "RUNNING", "slow")
    machine.histories["4"] = History().add("ExecutionStarted").enter("CheckReadiness").events

    found = machine.look()

    assert {key: one.name for key, one in found.failed.items()} == {WEB: "2", API: "3"}
    waits = found.waiting["prod", "slow"].waiting
    assert waits is not None
    assert waits.state == "CheckReadiness"
    assert (found.count, found.unread, found.limits) == (3, (), ())


def test_a_later_success_silences_a_failure_and_an_earlier_one_does_not() -> None:
    machine = Machine()
    machine.run("1", "RecordChanged", "api")
    machine.run("2", "HostnameTaken!", "api")
    machine.run("3", "HostnameTaken!", "web")
    machine.run("4", "Unchanged", "web")

    found = machine.look()

    assert (set(found.failed), set(found.mended)) == ({API}, {WEB})
    assert "1" not in machine.described  # older than every failure


def test_each_failure_is_silenced_only_by_what_began_after_it() -> None:
    """The list of successes goes back to the oldest failure of any service."""
    machine = Machine()
    machine.run("1", "HostnameTaken!", "api")
    machine.run("2", "Unchanged", "web")
    machine.run("3", "HostnameTaken!", "web")

    assert set(machine.look().failed) == {API, WEB}


def test_a_list_that_is_in_no_order_hides_no_success() -> None:
    machine = Machine()
    machine.run("2", "HostnameTaken!", "web")
    machine.run("3", "Unchanged", "web")
    machine.run("1", "Unchanged", "api")
    machine.all["1"]["startDate"] = START - timedelta(minutes=1)  # and yet listed first

    assert machine.look().failed == {}


def test_dry_runs_neither_count_as_failures_nor_silence_any() -> None:
    machine = Machine()
    machine.run("1", "HostnameTaken!", "web")
    machine.run("2", "DryRun", "web", dry_run=True)
    machine.run("3", "HostnameTaken!", "api", dry_run=True)
    machine.run("4", "RUNNING", "api", dry_run=True)

    found = machine.look()

    assert (set(found.failed), set(found.waiting), found.count) == ({WEB}, set(), 1)


def test_a_failure_of_yesterday_is_kept_as_a_reason_but_is_not_recent() -> None:
    machine = Machine()
    machine.run("1", "HostnameTaken!")
    machine.all["1"]["startDate"] = machine.all["1"]["stopDate"] = NOW - timedelta(hours=25)

    found = machine.look()

    assert (set(found.failed), found.count) == ({WEB}, 0)
    assert not found.is_recent(found.failed[WEB])
    assert "SUCCEEDED" not in machine.listed  # nothing to silence


def test_one_that_is_about_no_service_is_kept_apart() -> None:
    machine = Machine()
    machine.add("odd", "InvalidEvent!", input={"clutser": "prod"})

    assert [one.name for one in machine.look().aimless] == ["odd"]


def test_no_more_than_so_many_are_described_and_that_is_said(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("MOST_RUNNING", "MOST_FAILED", "MOST_SUCCEEDED"):
        monkeypatch.setattr(recent, name, 2)
    machine = Machine()
    for number in range(4):
        machine.run(f"failed {number}", "HostnameTaken!", f"s{number}")
    for number in range(4):
        machine.run(f"runs {number}", "RUNNING", f"r{number}")
        machine.run(f"done {number}", "Unchanged", f"d{number}")

    found = machine.look()

    assert set(found.failed) == {("prod", "s3"), ("prod", "s2")}
    assert found.limits == (
        "executions that run, but for the newest 2",
        "executions that failed, but for the newest 2",
        "executions that succeeded, but for the newest 2: a failure that is told of may be mended "
        "since",
    )
    assert len(machine.described) == 6


@pytest.mark.parametrize("call", ["ListExecutions", "DescribeExecution"])
def test_what_may_not_be_listed_or_described_is_said(call: str) -> None:
    machine = Machine()
    machine.run("1", "HostnameTaken!")
    machine.refused = {call}

    found = machine.look()

    assert not found.listed
    ((what, reason),) = found.unread
    assert what == "the executions that run or have failed"
    assert reason.startswith(f"states:{call} on ")
    assert reason.endswith("AccessDeniedException: you may not")


def test_a_history_that_may_not_be_read_leaves_what_is_waited_for_unknown() -> None:
    machine = Machine()
    for service in ("web", "api"):
        machine.run(service, "RUNNING", service)
    machine.refused = {"GetExecutionHistory"}

    found = machine.look()

    assert set(found.waiting) == {WEB, API}
    assert found.waiting[WEB].waiting is None
    assert [what for what, _ in found.unread] == ["what the executions that run wait for"]


def test_one_that_is_forgotten_meanwhile_is_passed_over() -> None:
    machine = Machine()
    machine.run("1", "HostnameTaken!")
    given = machine.describe_execution
    machine.describe_execution = lambda executionArn: given(executionArn + "gone")  # type: ignore[method-assign]  # noqa: N803

    assert machine.look().failed == {}


def test_one_that_failed_while_it_was_asked_for_does_not_run() -> None:
    class Quick(Machine):
        def list_executions(self, **request: Any) -> dict[str, Any]:  # type: ignore[override]
            page = super().list_executions(**request)
            if request["statusFilter"] == "RUNNING":
                self.all["1"] |= {"status": "FAILED", "error": "HostnameTaken", "cause": "So."}
            return {"executions": [dict(one) for one in page["executions"]]}

    machine = Quick()
    machine.run("1", "RUNNING")

    found = machine.look()

    assert (set(found.waiting), set(found.failed)) == (set(), {WEB})
