"""CollectEvents: a batch of events that come in bursts or name no service → one run a service.

It is no step of the state machine: it starts it.
"""

import json
from datetime import UTC, datetime
from typing import Any

from signpost.aws import affected
from signpost.aws.clients import calling, client
from signpost.observability import step
from signpost.settings import Settings, state_machine_arn
from signpost.triggers import collected, runs
from signpost.triggers.collected import Group
from signpost.triggers.ecs_names import Home


@step
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """An SQS batch of EventBridge's events → the executions that were started.

    An error brings the whole batch back later, and in the end to the dead-letter queue; a run that
    was started already does no harm.
    Raises InvalidEvent, InvalidConfiguration, Throttled, AwsUnavailable or AccessDenied.
    """
    settings, now = Settings.from_env(), datetime.now(UTC)
    home = Home(settings.account, settings.region, settings.event_sources)
    work = collected.sort((json.loads(record["body"]) for record in event["Records"]), home, now)
    ecs = client("ecs", patient=True)
    wanted: dict[tuple[str, str], tuple[str, Group]] = {}
    if work.balancers:
        behind = affected.behind(ecs, client("elbv2", patient=True), work.balancers, settings)
        wanted |= {
            service: ("listener-rules", work.balancers[arn]) for service, arn in behind.items()
        }
    for service in affected.naming_their_tasks(ecs, work.tasks, settings):
        wanted[service] = ("tasks", work.tasks[service])
    machine = state_machine_arn()
    return {"started": [_start(machine, *service, *what) for service, what in wanted.items()]}


def _start(machine: str, cluster: str, name: str, kind: str, group: Group) -> str:
    events = "1 event" if group.count == 1 else f"{group.count} events"
    document = {
        "cluster": cluster,
        "service": name,
        "cause": runs.cause(kind, group.newest),
        "reason": f"{events} about its {kind.replace('-', ' ')}",
    }
    execution = runs.execution_name(kind, cluster, name)
    with calling("states:StartExecution", machine):
        client("stepfunctions", patient=True).start_execution(
            stateMachineArn=machine, name=execution, input=json.dumps(document)
        )
    return execution
