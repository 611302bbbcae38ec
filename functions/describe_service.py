"""DescribeService and ConfirmService: what ECS says of the service now."""

from typing import Any

from signpost.aws import ecs
from signpost.aws.clients import client
from signpost.errors import ServiceChanged
from signpost.model.service import Service, ServiceState
from signpost.model.trigger import Trigger
from signpost.observability import step
from signpost.settings import Settings


@step
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """`trigger`, `round` → `service`. With `expected` (an earlier `service`) it must be the same
    still. From the second round on, the service revision is read where no load balancer is shown.

    Raises ServiceChanged, InvalidConfiguration, Throttled, AwsUnavailable or AccessDenied.
    """
    trigger = Trigger.from_json(event["trigger"])
    cluster, name = str(trigger.cluster), str(trigger.service)  # IsServiceEvent has seen to it
    service = ecs.describe(
        client("ecs"), cluster, name, Settings.from_env(), by_revision=event["round"]["number"] > 1
    )
    # Left alone from now on; what was changed before stands.
    if event.get("expected") and service.state is not ServiceState.NOT_OURS:
        differences = Service.from_json(event["expected"]).differences(service)
        if differences:
            raise ServiceChanged(f"The service changed meanwhile: {'; '.join(differences)}.")
    return service.to_json()
