"""`signpost doctor`: the functions."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from signpost_cli.checks import functions
from signpost_cli.checks.findings import Severity
from signpost_cli.checks.reading import Unreadable
from tests.support.doctor import AGAIN, codes, installation
from tests.support.parameters import EXAMPLE, SETTINGS
from tests.support.stub import Stub
from tests.support.template import RESOURCES

FUNCTION = functions.Function(
    "plan",
    {"State": "Active", "Runtime": "python3.13", "Environment": {"Variables": EXAMPLE}},
)


def configured(**more: Any) -> functions.Function:
    return replace(FUNCTION, configuration={**FUNCTION.configuration, **more})


@pytest.mark.parametrize(
    ("function", "found"),
    [
        (FUNCTION, []),
        (configured(State="Inactive"), []),
        (configured(State="Failed", StateReason="no role"), ["function-state"]),
        (configured(LastUpdateStatus="Failed"), ["function-state"]),
        (configured(Runtime="python3.9"), ["function-runtime"]),
    ],
)
def test_whether_a_function_runs(function: functions.Function, found: list[str]) -> None:
    assert codes(functions.judge(function, "python3.13", AGAIN)) == found


@pytest.mark.parametrize(("reserved", "found"), [(None, []), (1, []), (0, ["function-throttled"])])
def test_a_function_without_any_concurrency(reserved: int | None, found: list[str]) -> None:
    assert codes(functions.judge_reserved("plan", reserved)) == found


def test_a_variable_that_was_edited_by_hand_is_told_once_for_all_functions() -> None:
    variables = EXAMPLE | {"POLICY": "dry-run"}
    edited = configured(Environment={"Variables": variables})

    (finding,) = functions.judge_settings(
        [FUNCTION, edited, replace(edited, name="verify")], SETTINGS, AGAIN
    )

    assert finding.code == "function-settings"
    assert "POLICY is 'dry-run'" in finding.what
    assert "In: plan, verify." in finding.what


@pytest.mark.parametrize(
    ("function", "given", "found"),
    [
        ("PlanChangeFunction", "arn:aws:iam::210987654321:role/reader", []),
        ("PlanChangeFunction", "arn:aws:iam::210987654321:role/writer", ["function-settings"]),
        ("ChangeRecordFunction", "arn:aws:iam::210987654321:role/writer", []),
        ("ChangeRecordFunction", None, ["function-settings"]),
        ("ParseEventFunction", None, []),
    ],
)
def test_a_function_is_given_its_own_role_in_the_zones_account(
    function: str, given: str | None, found: list[str]
) -> None:
    roles = {
        f"Zone{what}RoleArn": f"arn:aws:iam::210987654321:role/{role}"
        for what, role in (("Read", "reader"), ("Write", "writer"))
    }
    variables = {"ZONE_ROLE_ARN": given} if given else {}
    has = configured(Environment={"Variables": variables})
    assert codes(functions.judge_zone_role(installation(None, roles), function, has)) == found


def test_where_events_come_from_is_no_setting_of_the_stack() -> None:
    local = configured(Environment={"Variables": EXAMPLE | {"EVENT_SOURCES": "local.ecs"}})
    assert functions.judge_settings([local], SETTINGS, AGAIN) == []


def test_an_environment_that_can_not_be_decrypted_is_not_checked() -> None:
    locked = configured(Environment={"Error": {"Message": "KMS says no"}})
    with pytest.raises(Unreadable, match="KMS says no"):
        functions.judge_settings([locked], SETTINGS, AGAIN)


@pytest.mark.parametrize(
    ("mappings", "found"),
    [
        ([{"UUID": "u", "State": "Enabled"}], []),
        ([{"UUID": "u", "State": "Disabled"}], ["function-queue"]),
        ([], ["function-queue"]),
    ],
)
def test_a_queue_that_leads_nowhere(mappings: list[dict[str, str]], found: list[str]) -> None:
    assert codes(functions.judge_queue("collect", mappings)) == found


@pytest.mark.parametrize(("limit", "found"), [(10, ["concurrency-low"]), (1000, [])])
def test_a_new_accounts_concurrency_is_a_warning(limit: int, found: list[str]) -> None:
    assert codes(functions.judge_concurrency(limit)) == found


def test_functions_that_are_gone_and_functions_that_may_not_be_read() -> None:
    api = Stub("lambda")
    names = [name for name, it in RESOURCES.items() if it["Type"] == "AWS::Serverless::Function"]
    api.fails("get_function_configuration", "ResourceNotFoundException")
    for name in names[1:]:
        api.fails("get_function_configuration", "AccessDeniedException", message=f"not {name}")
    api.answers("list_event_source_mappings", EventSourceMappings=[{"State": "Enabled"}])
    api.answers("get_account_settings", AccountLimit={"UnreservedConcurrentExecutions": 1000})

    gone, unread = functions.check(
        installation({"lambda": api.client}, resources={name: f"x-{name}" for name in names})
    )

    assert gone.code == "function-missing"
    assert unread.severity is Severity.NOT_CHECKED
    assert all(name in unread.what for name in names[1:])


@pytest.mark.parametrize(("is_traced", "mode"), [(True, "Active"), (False, "PassThrough")])
def test_functions_trace_as_the_parameter_says(is_traced: bool, mode: str) -> None:
    function = replace(FUNCTION, configuration={"TracingConfig": {"Mode": mode}})

    def judged(wanted: bool) -> list[str]:
        return codes(functions.judge_tracing([function], is_traced=wanted, redeploy=AGAIN))

    assert judged(is_traced) == []
    assert judged(not is_traced) == ["function-tracing"]
