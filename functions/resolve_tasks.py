"""ResolveTasks: the service's running tasks and the addresses that its names lead to."""

from typing import Any

from signpost import ecs_tasks, task_choice
from signpost.aws import client
from signpost.model import Service
from signpost.observability import step


@step
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """`service` → `tasks`.

    Raises InvalidConfiguration, Throttled, AwsUnavailable or AccessDenied.
    """
    service = Service.from_json(event["service"])
    running = ecs_tasks.running(client("ecs"), client("ec2"), service)
    return task_choice.choose(service, running).to_json()
