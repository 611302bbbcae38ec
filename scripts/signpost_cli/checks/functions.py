"""The functions: are they there, do they run, and with the settings that the stack has?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import partial
from typing import Any

from signpost.errors import InvalidConfiguration
from signpost.settings import Settings
from signpost_cli.checks.catalogue import FUNCTIONS
from signpost_cli.checks.findings import Finding, found, sound
from signpost_cli.checks.installation import Installation
from signpost_cli.checks.reading import Missing, Unreadable, attempt, attempt_each, reading

TYPE = "AWS::Serverless::Function"
LOCAL_RUNTIME = "provided.al2023"  # what `signpost local up` runs the functions with
FEW = 50  # concurrent executions; new accounts begin with 10 (Lambda quotas)
_GONE = ("ResourceNotFoundException",)


@dataclass(frozen=True)
class Function:
    """A function as GetFunctionConfiguration has it."""

    name: str
    configuration: Mapping[str, Any]


def check(installation: Installation) -> list[Finding]:
    """Every function that the repository's template has."""
    client = installation.client("lambda")
    runtime = installation.template["Globals"]["Function"]["Runtime"]
    names = {
        logical_id: installation.physical(logical_id)
        for logical_id in _declared(installation.template)
    }
    seen: list[Function] = []
    findings = attempt_each(
        FUNCTIONS,
        {
            logical_id: partial(_one, installation, client, logical_id, runtime, seen)
            for logical_id in names
        },
    )
    findings += attempt_each(
        FUNCTIONS,
        {
            f"the concurrency of {function.name}": partial(_reserved, client, function.name)
            for function in seen
        },
    )
    fed = {
        f"whether {logical_id} is given the messages of its queue": partial(_queue, client, name)
        for logical_id, name in names.items()
        if name and _has_queue(installation.template["Resources"][logical_id])
    }
    findings += attempt_each(FUNCTIONS, fed)
    findings += judge_tracing(
        seen, is_traced=installation.is_traced, redeploy=installation.redeploy
    )
    findings += attempt(FUNCTIONS, "their settings", partial(_settings, installation, seen))
    findings += attempt(FUNCTIONS, "the account's concurrency", partial(_concurrency, client))
    return findings or [
        sound(FUNCTIONS, f"All {len(names)} are active, with the stack's settings.")
    ]


def _declared(template: Mapping[str, Any]) -> Iterator[str]:
    for logical_id, resource in template["Resources"].items():
        if resource["Type"] == TYPE:
            yield logical_id


def _one(
    installation: Installation, client: Any, logical_id: str, runtime: str, seen: list[Function]
) -> list[Finding]:
    installation.progress(logical_id)
    name = installation.physical(logical_id)
    try:
        if name is None:
            raise Missing(logical_id)
        with reading("lambda:GetFunctionConfiguration", name, _GONE):
            configuration = client.get_function_configuration(FunctionName=name)
    except Missing:
        what = f"Stack {installation.name} has no function {logical_id}."
        return [found("function-missing", what, installation.redeploy)]
    function = Function(name, configuration)
    seen.append(function)
    wanted = LOCAL_RUNTIME if installation.is_local else runtime
    return judge(function, wanted, installation.redeploy) + judge_zone_role(
        installation, logical_id, function
    )


def judge_zone_role(
    installation: Installation, logical_id: str, function: Function
) -> list[Finding]:
    """A function that calls Route 53 must be given its own role, and not the other one."""
    properties = installation.template["Resources"][logical_id]["Properties"]
    declared = properties.get("Environment", {}).get("Variables", {}).get("ZONE_ROLE_ARN")
    given = function.configuration.get("Environment", {}).get("Variables")
    if not declared or given is None:  # what can't be decrypted, the settings' check tells
        return []
    parameter = declared["Ref"]
    expected, have = installation.parameters.get(parameter, ""), given.get("ZONE_ROLE_ARN")
    if have == expected:
        return []
    what = f"ZONE_ROLE_ARN is {have!r}, the parameter {parameter} says {expected!r}."
    return [found("function-settings", f"{what} In: {function.name}.", installation.redeploy)]


def _has_queue(resource: Mapping[str, Any]) -> bool:
    events = resource["Properties"].get("Events", {})
    return any(event["Type"] == "SQS" for event in events.values())


def _queue(client: Any, name: str) -> list[Finding]:
    with reading("lambda:ListEventSourceMappings", name):
        mappings = client.list_event_source_mappings(FunctionName=name)["EventSourceMappings"]
    return judge_queue(name, mappings)


def judge_queue(name: str, mappings: Sequence[Mapping[str, Any]]) -> list[Finding]:
    """One event source mapping must be on, or about to be."""
    if any(mapping["State"] in ("Enabled", "Enabling", "Creating") for mapping in mappings):
        return []
    told = ", ".join(f"{one['UUID']} is {one['State']}" for one in mappings) or "there is none"
    mend = (
        f"aws lambda update-event-source-mapping --enabled --uuid {mappings[0]['UUID']}"
        if mappings
        else "sam build && sam deploy"
    )
    what = f"No event source mapping of {name} is on: {told}."
    return [found("function-queue", what, mend)]


def _reserved(client: Any, name: str) -> list[Finding]:
    with reading("lambda:GetFunctionConcurrency", name):
        answer = client.get_function_concurrency(FunctionName=name)
        return judge_reserved(name, answer.get("ReservedConcurrentExecutions"))


def judge_reserved(name: str, reserved: int | None) -> list[Finding]:
    """Concurrent executions set aside for a function: none at all throttles every call."""
    if reserved != 0:
        return []
    mend = f"aws lambda delete-function-concurrency --function-name {name}"
    return [found("function-throttled", f"{name} has a reserved concurrency of 0.", mend)]


def _settings(installation: Installation, seen: Sequence[Function]) -> list[Finding]:
    return judge_settings(seen, installation.settings, installation.redeploy)


def judge(function: Function, runtime: str, redeploy: str) -> list[Finding]:
    """State, last update and runtime. An idle function is Inactive and wakes up when
    it is called (Lambda Developer Guide, "Lambda function states").
    """
    name, have = function.name, function.configuration
    findings = []
    if have.get("State", "Active") not in ("Active", "Inactive"):
        what = f"{name} is {have['State']}: {have.get('StateReason', 'no reason given')}"
        findings.append(found("function-state", what, redeploy))
    if have.get("LastUpdateStatus") == "Failed":
        why = have.get("LastUpdateStatusReason", "no reason given")
        findings.append(
            found("function-state", f"The last update of {name} failed: {why}", redeploy)
        )
    if have.get("Runtime") != runtime:
        what = f"{name} runs on {have.get('Runtime')}, the template says {runtime}."
        findings.append(found("function-runtime", what, redeploy))
    return findings


def judge_tracing(
    functions: Sequence[Function], *, is_traced: bool, redeploy: str
) -> list[Finding]:
    """Each traces as the stack's parameter says; PassThrough only goes on with another's trace."""
    wanted = "Active" if is_traced else "PassThrough"
    other = [
        function.name
        for function in functions
        if function.configuration.get("TracingConfig", {}).get("Mode", wanted) != wanted
    ]
    if not other:
        return []
    what = (
        f"The mode of tracing is not {wanted}, as the parameter Tracing has it: {', '.join(other)}."
    )
    return [found("function-tracing", what, redeploy)]


def judge_settings(
    functions: Sequence[Function], expected: Settings, redeploy: str
) -> list[Finding]:
    """The functions' environment says what the stack's parameters say; those of which the same is
    wrong are told together. Raises Unreadable.
    """
    alike: dict[str, list[str]] = {}
    for function in functions:
        wrong = _other_settings(function, expected)
        if wrong:
            alike.setdefault(wrong, []).append(function.name)
    return [
        found("function-settings", f"{wrong} In: {', '.join(names)}.", redeploy)
        for wrong, names in alike.items()
    ]


def _other_settings(function: Function, expected: Settings) -> str:
    """Where events come from is no parameter, and is another on the local AWS."""
    environment = function.configuration.get("Environment", {})
    if "Error" in environment:  # encrypted with a key that the caller may not use
        raise Unreadable(
            f"lambda:GetFunctionConfiguration on {function.name}: its environment: "
            f"{environment['Error'].get('Message', 'it can not be read')}"
        )
    try:
        actual = Settings.from_env(
            {**environment.get("Variables", {}), "AWS_REGION": expected.region}
        )
    except InvalidConfiguration as wrong:
        return str(wrong)
    other = [
        f"{field.name.upper()} is {getattr(actual, field.name)!r}, the stack's parameters say "
        f"{getattr(expected, field.name)!r}."
        for field in fields(Settings)
        if field.name != "event_sources"
        and getattr(actual, field.name) != getattr(expected, field.name)
    ]
    return " ".join(other)


def _concurrency(client: Any) -> list[Finding]:
    with reading("lambda:GetAccountSettings", "the account"):
        limit = client.get_account_settings()["AccountLimit"]["UnreservedConcurrentExecutions"]
    return judge_concurrency(int(limit))


def judge_concurrency(unreserved: int) -> list[Finding]:
    """Concurrent executions that functions without a reservation share."""
    if unreserved >= FEW:
        return []
    what = f"Lambda runs at most {unreserved} functions at a time in this account and region."
    mend = (
        "aws service-quotas request-service-quota-increase --service-code lambda "
        "--quota-code L-B99A9384 --desired-value 1000"
    )
    return [found("concurrency-low", what, mend)]
