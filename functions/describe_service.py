"""DescribeService and ConfirmService: what ECS says of the service now."""

from typing import Any

from signpost.aws import ecs
from signpost.aws.clients import client
from signpost.errors import RoutingUnread, ServiceChanged
from signpost.model.service import Service, ServiceState
from signpost.model.trigger import Trigger
from signpost.observability import step
from signpost.settings import Settings


@step
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """`trigger`, `before` → `service`; or, with `expected` (an earlier `service`) in place of
    `before`, it must be the same still. Its service revision is read where the round `before`
    ended as it was needed, or had it read.

    Raises ServiceChanged, InvalidConfiguration, Throttled, AwsUnavailable or AccessDenied.
    """
    trigger = Trigger.from_json(event["trigger"])
    cluster, name = str(trigger.cluster), str(trigger.service)  # IsServiceEvent has seen to it
    expected = Service.from_json(event["expected"]) if event.get("expected") else None
    if expected:
        by_revision = expected.by_revision
    else:
        before = event["before"]
        by_revision = before["because"] == RoutingUnread.__name__ or before["by_revision"]
    service = ecs.describe(
        client("ecs"), cluster, name, Settings.from_env(), by_revision=by_revision
    )
    # Left alone from now on; what was changed before stands.
    if expected and service.state is not ServiceState.NOT_OURS:
        differences = expected.differences(service)
        if differences:
            raise ServiceChanged(f"The service changed meanwhile: {'; '.join(differences)}.")
    return service.to_json()
