"""CollectEvents: a batch of events that come in bursts or name no service → one run a service.

It is no step of the state machine: it starts it.
"""

import json
from datetime import UTC, datetime
from typing import Any

from signpost.aws import affected
from signpost.aws.affected import Touched
from signpost.aws.clients import calling, client
from signpost.observability import logger, step
from signpost.settings import Settings, state_machine_arn
from signpost.triggers import collected, runs
from signpost.triggers.collected import Group, Work
from signpost.triggers.ecs_names import Home

Service = tuple[str, str]  # cluster and name


@step
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """An SQS batch of EventBridge's events → which of them have to come back (Lambda Developer
    Guide, "Using Lambda with Amazon SQS": partial batch responses).

    An event that nobody can read comes back alone, and so do those behind a run that could not be
    started; what comes back for the fifth time goes to the dead-letter queue. An error brings the
    whole batch back: nothing was started then. A run that is started twice does no harm.
    Raises InvalidConfiguration, Throttled, AwsUnavailable or AccessDenied.
    """
    settings, now = Settings.from_env(), datetime.now(UTC)
    home = Home(settings.account, settings.region, settings.event_sources)
    work = collected.sort({one["messageId"]: one["body"] for one in event["Records"]}, home, now)
    for message, why in work.refused.items():
        logger.error("An event can't be read: %s", why, extra={"message_id": message})
    wanted, machine = _wanted(work, settings), state_machine_arn()
    failed = set(work.refused)
    for (cluster, name), group in wanted.items():
        try:
            _start(machine, cluster, name, group)
        except Exception:  # whatever it is, the other services get their runs
            told = {"cluster": cluster, "ecs_service": name}
            logger.exception("No execution was started", extra=told)
            failed.update(group.messages)
    return {"batchItemFailures": [{"itemIdentifier": message} for message in sorted(failed)]}


def _wanted(work: Work, settings: Settings) -> dict[Service, Group]:
    """The services that need a run, each with the events that say why."""
    ecs = client("ecs", patient=True)
    times = {key: group.newest.time for key, group in work.calls.items()}
    touched = Touched(work.rules, work.balancers, work.deleted, work.target_groups, times)
    wanted: dict[Service, Group] = {}
    if touched:
        behind = affected.behind(ecs, client("elbv2", patient=True), touched, settings)
        wanted |= {service: work.calls[through] for service, through in behind.items()}
    for service in affected.naming_their_tasks(ecs, work.tasks, settings):
        wanted[service] = work.tasks[service]
    return wanted


def _start(machine: str, cluster: str, name: str, group: Group) -> None:
    count = len(group.messages)
    document = {
        "cluster": cluster,
        "service": name,
        "cause": runs.cause(group.kind, group.newest),
        "reason": f"{count} event{'s' * (count != 1)} about its {group.kind.replace('-', ' ')}",
    }
    with calling("states:StartExecution", machine):
        client("stepfunctions", patient=True).start_execution(
            stateMachineArn=machine,
            name=runs.execution_name(group.kind, cluster, name),
            input=json.dumps(document),
        )
