"""What each role of the stack may do: all of it, as CloudFormation makes it from the template, held
against a table, and against the calls that the functions' code can reach."""

from __future__ import annotations

import ast
from functools import cache
from typing import Any

import pytest
from botocore import xform_name

from tests.support.calls import FUNCTIONS as CODE
from tests.support.calls import reachable
from tests.support.definitions import module_of
from tests.support.estate import ACCOUNT, REGION
from tests.support.rendered import render, size

Right = tuple[str, str]  # an action, and what it may be done to

READER, WRITER = (f"arn:aws:iam::210987654321:role/{what}" for what in ("reader", "writer"))
ELSEWHERE = {"ZoneReadRoleArn": READER, "ZoneWriteRoleArn": WRITER}
IN_VPC = {"VpcSubnetIds": "subnet-1", "VpcSecurityGroupIds": "sg-1"}
QUOTA = 10_240  # characters of a role's inline policies (IAM User Guide, "IAM and AWS STS quotas")
MANAGED_QUOTA = 6_144  # of a managed policy (the same page)


def on(resource: str, *actions: str) -> set[Right]:
    return {(action, resource) for action in actions}


SERVICES = f"arn:aws:ecs:{REGION}:{ACCOUNT}:service/*"
ZONES = "arn:*:route53:::hostedzone/Z1"
FUNCTION = on("FunctionsLogGroup.Arn", "logs:CreateLogStream", "logs:PutLogEvents") | on(
    "*", "xray:PutTraceSegments", "xray:PutTelemetryRecords"
)
MACHINE = on(
    "*",
    "logs:CreateLogDelivery",
    "logs:GetLogDelivery",
    "logs:UpdateLogDelivery",
    "logs:DeleteLogDelivery",
    "logs:ListLogDeliveries",
    "logs:PutResourcePolicy",
    "logs:DescribeResourcePolicies",
    "logs:DescribeLogGroups",
    "xray:PutTraceSegments",
    "xray:PutTelemetryRecords",
    "xray:GetSamplingRules",
    "xray:GetSamplingTargets",
)
RESOLVE = on(
    "*",
    "elasticloadbalancing:DescribeTargetGroups",
    "elasticloadbalancing:DescribeLoadBalancers",
    "elasticloadbalancing:DescribeListeners",
    "elasticloadbalancing:DescribeRules",
)
REVISIONS = f"arn:aws:ecs:{REGION}:{ACCOUNT}:service-revision/*"
# Of each action, both kinds of resource stand in one statement.
DESCRIBE = {
    (f"ecs:{action}", resource)
    for action in ("DescribeServices", "DescribeServiceRevisions")
    for resource in (SERVICES, REVISIONS)
}
TASKS = on("*", "ecs:ListTasks", "ec2:DescribeNetworkInterfaces") | on(
    f"arn:aws:ecs:{REGION}:{ACCOUNT}:task/*", "ecs:DescribeTasks"
)
LEDGERS = on("LedgerKey.Arn", "kms:GenerateMac") | on(
    f"arn:aws:ssm:{REGION}:{ACCOUNT}:parameter/signpost/signpost/*", "ssm:GetParameters"
)
READ = LEDGERS | on(ZONES, "route53:GetHostedZone", "route53:ListResourceRecordSets")
STEPS = (
    "ParseEvent",
    "DescribeService",
    "ResolveLoadBalancer",
    "ResolveTasks",
    "PlanChange",
    "CheckReadiness",
    "ChangeRecord",
    "VerifyRecord",
)
ROLES: dict[str, set[Right]] = {
    "ParseEventFunctionRole": FUNCTION,
    "DescribeServiceFunctionRole": FUNCTION | DESCRIBE,
    "ResolveLoadBalancerFunctionRole": FUNCTION
    | RESOLVE
    | DESCRIBE
    | on("*", "elasticloadbalancing:DescribeListenerCertificates", "acm:ListCertificates"),
    "ResolveTasksFunctionRole": FUNCTION | TASKS,
    "PlanChangeFunctionRole": FUNCTION | READ,
    "CheckReadinessFunctionRole": FUNCTION
    | DESCRIBE
    | on(
        "*",
        "elasticloadbalancing:DescribeLoadBalancers",
        "elasticloadbalancing:DescribeTargetHealth",
        "elasticloadbalancing:DescribeInstanceHealth",
    ),
    "ChangeRecordFunctionRole": FUNCTION
    | RESOLVE
    | DESCRIBE
    | TASKS
    | LEDGERS
    | on(ZONES, "route53:ChangeResourceRecordSets"),
    "VerifyRecordFunctionRole": FUNCTION
    | on(ZONES, "route53:ListResourceRecordSets")
    | on("arn:aws:route53:::change/*", "route53:GetChange"),
    "CollectEventsFunctionRole": FUNCTION
    | DESCRIBE
    | on("*", "ecs:ListClusters", "ecs:ListServices", "elasticloadbalancing:DescribeTargetGroups")
    | on("ServiceChange", "states:StartExecution")
    | on(
        "CollectedEventsQueue.Arn",
        "sqs:ReceiveMessage",
        "sqs:DeleteMessage",
        "sqs:GetQueueAttributes",
    ),
    "ReportExecutionFunctionRole": FUNCTION
    | on(f"arn:aws:events:{REGION}:{ACCOUNT}:event-bus/default", "events:PutEvents")
    | on(
        f"arn:aws:states:{REGION}:{ACCOUNT}:execution:ServiceChange.Name:*",
        "states:DescribeExecution",
    )
    | on("DeadLetterQueue.Arn", "sqs:SendMessage"),
    "FindDriftFunctionRole": FUNCTION
    | RESOLVE
    | DESCRIBE
    | TASKS
    | READ
    | on("*", "ecs:ListClusters", "ecs:ListServices"),
    "ReportSweepFunctionRole": FUNCTION,
    "ServiceChangeRole": MACHINE
    | {("lambda:InvokeFunction", f"{step}Function.Arn") for step in STEPS},
    "SweepRole": MACHINE
    | {("lambda:InvokeFunction", f"{step}Function.Arn") for step in ("FindDrift", "ReportSweep")}
    | on("ServiceChange", "states:StartExecution")
    | on(
        f"arn:aws:states:{REGION}:{ACCOUNT}:execution:ServiceChange.Name:*",
        "states:DescribeExecution",
        "states:StopExecution",
    )
    | on(
        f"arn:aws:events:{REGION}:{ACCOUNT}"
        ":rule/StepFunctionsGetEventsForStepFunctionsExecutionRule",
        "events:PutTargets",
        "events:PutRule",
        "events:DescribeRule",
    ),
    "ServiceEventRuleRole": on("ServiceChange", "states:StartExecution"),
    "SweepSchedulerRole": on("Sweep", "states:StartExecution"),
}
# What Lambda itself does with a function's role, and no code of ours.
BY_LAMBDA = FUNCTION | {
    *ROLES["ReportExecutionFunctionRole"] & on("DeadLetterQueue.Arn", "sqs:SendMessage"),
    *[right for right in ROLES["CollectEventsFunctionRole"] if right[0].startswith("sqs:")],
}
FUNCTION_ROLES = [name for name in ROLES if name.endswith("FunctionRole")]
IN_THE_ZONES_ACCOUNT = {"PlanChange", "VerifyRecord", "FindDrift", "ChangeRecord"}
# Who may assume a role, and under what conditions. The ARNs of a machine, rule or schedule group
# are none of another account's.
HERE = f"{REGION}:{ACCOUNT}"
TRUST: dict[str, dict[str, Any]] = {
    "states.amazonaws.com": {
        "StringEquals": {"aws:SourceAccount": ACCOUNT},
        "ArnLike": {"aws:SourceArn": f"arn:aws:states:{HERE}:stateMachine:*"},
    },
    "events.amazonaws.com": {
        "StringEquals": {"aws:SourceAccount": ACCOUNT},
        "ArnLike": {"aws:SourceArn": f"arn:aws:events:{HERE}:rule/*"},
    },
    "scheduler.amazonaws.com": {
        "StringEquals": {
            "aws:SourceAccount": ACCOUNT,
            "aws:SourceArn": f"arn:aws:scheduler:{HERE}:schedule-group/default",
        }
    },
    # AWS documents for no key that Lambda sets it when it assumes an execution role.
    "lambda.amazonaws.com": {},
}


@cache
def rendered(**parameters: str) -> dict[str, Any]:
    return render(REGION, "signpost", str, **parameters)


def roles(**parameters: str) -> dict[str, dict[str, Any]]:
    return {
        name: resource["Properties"]
        for name, resource in rendered(**parameters).items()
        if resource["Type"] == "AWS::IAM::Role"
    }


def documents(name: str, **parameters: str) -> list[dict[str, Any]]:
    """All policies of a role. One that is not the stack's own is wider than a role may be."""
    role = roles(**parameters)[name]
    managed = [rendered(**parameters)[one] for one in role.get("ManagedPolicyArns", [])]
    inline = role.get("Policies", [])
    return [one["Properties"]["PolicyDocument"] for one in managed] + [
        one["PolicyDocument"] for one in inline
    ]


def statements(name: str, **parameters: str) -> list[dict[str, Any]]:
    return [one for document in documents(name, **parameters) for one in document["Statement"]]


def rights(name: str, **parameters: str) -> set[Right]:
    def listed(value: Any) -> list[str]:
        return [value] if isinstance(value, str) else list(value)

    found = set()
    for one in statements(name, **parameters):
        assert one["Effect"] == "Allow"
        found |= {
            (action, to) for action in listed(one["Action"]) for to in listed(one["Resource"])
        }
    return found


def test_the_table_is_of_all_roles_that_there_are() -> None:
    assert roles().keys() == ROLES.keys()


@pytest.mark.parametrize("name", ROLES)
def test_each_role_may_do_what_the_table_says_and_nothing_else(name: str) -> None:
    assert rights(name) == ROLES[name]


def test_every_function_and_machine_has_a_role_of_its_own() -> None:
    users = {
        name: resource["Properties"].get("Role") or resource["Properties"]["RoleArn"]
        for name, resource in rendered().items()
        if resource["Type"] in ("AWS::Lambda::Function", "AWS::StepFunctions::StateMachine")
    }
    assert users == {name: f"{name}Role.Arn" for name in users}
    assert len(users) == len(FUNCTION_ROLES) + 2


@pytest.mark.parametrize("name", FUNCTION_ROLES)
@pytest.mark.parametrize("elsewhere", [False, True])
def test_each_call_that_a_function_can_make_is_allowed_and_no_other(
    name: str, elsewhere: bool
) -> None:
    """With the zones in another account, Route 53 is called with the role there."""
    step = name.removesuffix("FunctionRole")
    calls = reachable(module_of(step))
    with_their_role = {call for call in calls if call.startswith("route53:")}
    calls -= with_their_role if elsewhere else {"sts:AssumeRole"}
    allowed = rights(name, **(ELSEWHERE if elsewhere else {})) - BY_LAMBDA
    assert calls == {action for action, _ in allowed}


def test_each_call_is_made_under_its_own_name() -> None:
    """What `calling` names is what the code below it calls, as far as it calls a client itself."""
    wrong, seen = [], 0
    for path in CODE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if not isinstance(node, ast.With) or "calling(" not in ast.unparse(node.items[0]):
                continue
            (named, *_) = node.items[0].context_expr.args  # type: ignore[attr-defined]
            inside = "".join(map(ast.unparse, node.body))
            if not isinstance(named, ast.Constant):
                continue  # elb_bulk: the call is given together with its name
            seen += 1
            call = str(named.value).partition(":")[2]
            if f".{xform_name(call)}(" not in inside and f"'{xform_name(call)}'" not in inside:
                wrong.append(f"{path.name}: {call}")
    assert (wrong, seen > 15) == ([], True)


@pytest.mark.parametrize("name", FUNCTION_ROLES)
def test_each_function_may_assume_only_its_own_role_in_the_zones_account(name: str) -> None:
    step = name.removesuffix("FunctionRole")
    to = {resource for action, resource in rights(name, **ELSEWHERE) if action == "sts:AssumeRole"}
    own = WRITER if step == "ChangeRecord" else READER
    assert to == ({own} if step in IN_THE_ZONES_ACCOUNT else set())
    variables = rendered(**ELSEWHERE)[f"{step}Function"]["Properties"]["Environment"]["Variables"]
    assert variables.get("ZONE_ROLE_ARN") == (own if step in IN_THE_ZONES_ACCOUNT else None)
    assert ("ZONE_ROLE_EXTERNAL_ID" in variables) == (step in IN_THE_ZONES_ACCOUNT)


def test_the_external_id_is_not_shown() -> None:
    from tests.support.template import TEMPLATE

    assert TEMPLATE["Parameters"]["ZoneRoleExternalId"]["NoEcho"] is True


def test_verify_record_may_have_network_interfaces_only_in_a_vpc() -> None:
    name = "VerifyRecordFunctionRole"
    more = {action for action, _ in rights(name, **IN_VPC) - rights(name)}
    # Lambda Developer Guide, "Giving Lambda functions access to resources in an Amazon VPC".
    assert more == {
        "ec2:CreateNetworkInterface",
        "ec2:DescribeNetworkInterfaces",
        "ec2:DescribeSubnets",
        "ec2:DeleteNetworkInterface",
        "ec2:AssignPrivateIpAddresses",
        "ec2:UnassignPrivateIpAddresses",
    }


def test_only_listed_zones_can_be_written_and_never_by_upsert() -> None:
    writing = {
        name: one
        for name in ROLES
        for one in statements(name, HostedZoneIds="Z1,Z2")
        if "route53:ChangeResourceRecordSets" in str(one["Action"])
    }
    assert list(writing) == ["ChangeRecordFunctionRole"]
    (statement,) = writing.values()
    assert statement["Resource"] == [f"arn:*:route53:::hostedzone/{one}" for one in ("Z1", "Z2")]
    assert statement["Condition"] == {
        "ForAllValues:StringEquals": {
            "route53:ChangeResourceRecordSetsRecordTypes": ["A", "AAAA", "CNAME", "TXT"],
            "route53:ChangeResourceRecordSetsActions": ["CREATE", "DELETE"],
        }
    }


@pytest.mark.parametrize("name", ROLES)
def test_each_role_trusts_one_service_and_that_only_for_this_account(name: str) -> None:
    (statement,) = roles()[name]["AssumeRolePolicyDocument"]["Statement"]
    service = statement["Principal"]["Service"]
    assert statement["Action"] == "sts:AssumeRole"
    assert statement.get("Condition", {}) == TRUST[service]


@pytest.mark.parametrize("parameters", [{}, ELSEWHERE, IN_VPC])
def test_150_zones_of_the_longest_ids_fit_into_each_role(parameters: dict[str, str]) -> None:
    zones = ",".join(f"Z{number:031d}" for number in range(150))
    given = {**parameters, "HostedZoneIds": zones}
    for name, role in roles(**given).items():
        inline = sum(size(one["PolicyDocument"]) for one in role.get("Policies", []))
        assert inline <= QUOTA, name
    for name, resource in rendered(**given).items():
        if resource["Type"] == "AWS::IAM::ManagedPolicy":
            assert size(resource["Properties"]["PolicyDocument"]) <= MANAGED_QUOTA, name
