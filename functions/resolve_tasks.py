"""ResolveTasks: the service's running tasks and the addresses that its names lead to."""

from typing import Any

from signpost.aws.clients import client
from signpost.aws.tasks import running_tasks
from signpost.model.service import Service
from signpost.names import task_choice
from signpost.observability import step


@step
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """`service` → `tasks`.

    Raises InvalidConfiguration, Throttled, AwsUnavailable or AccessDenied.
    """
    service = Service.from_json(event["service"])
    running = running_tasks(client("ecs"), client("ec2"), service)
    return task_choice.choose(service, running).to_json()
