"""Tells EventBridge of recorded ECS calls and finished deployments, as CloudTrail and ECS would."""

from __future__ import annotations

import json
import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from local_aws import cloudtrail, running
from local_aws.clients import CONFIG, LocalSession

logger = logging.getLogger(__name__)

BUSY_SECONDS = 0.1  # between two looks while calls come in
IDLE_SECONDS = 0.25
BUSY_FOR_SECONDS = 10.0
DEPLOYMENT_LOOK_SECONDS = 1.0
# A real rollout takes far longer than the execution that the call starts. Here it lasts as many
# seconds at least, and until no execution is at work for the service, however slow the machine is.
DEPLOYMENT_SECONDS = 5.0

_PAGE = 50  # the most that one LookupEvents answers
_REMEMBERED = 20_000  # twice what the emulator records
_ROUNDING_SECONDS = 0.000002  # of times between the emulator's and Python's numbers

Target = tuple[str, str]  # cluster and service, as a call names them


class Relay(threading.Thread):
    """One thread: looks, relays each event once and in order, looks again."""

    def __init__(self, session: LocalSession, state_machine_arn: str) -> None:
        super().__init__(name="relay", daemon=True)
        endpoint = session.endpoint
        self._state_machine_arn = state_machine_arn
        self._cloudtrail = session.client("cloudtrail", endpoint_url=endpoint, config=CONFIG)
        self._events = session.client("events", endpoint_url=endpoint, config=CONFIG)
        self._ecs = session.client("ecs", endpoint_url=endpoint, config=CONFIG)
        self._elb = session.client("elbv2", endpoint_url=endpoint, config=CONFIG)
        self._sfn = session.client("stepfunctions", endpoint_url=endpoint, config=CONFIG)
        self._cloudtrail.meta.events.register(
            "before-call.cloudtrail.LookupEvents", self._add_end_time
        )
        self._until: datetime | None = None
        self._done: OrderedDict[str, None] = OrderedDict()
        # Services whose deployment may finish; a moment: when one began that the emulator lacks.
        self._watched: dict[Target, datetime | None] = {}
        self._completed: set[str] = set()
        self._stopping = threading.Event()

    def stop(self) -> None:
        """End the thread and wait for it."""
        self._stopping.set()
        self.join(timeout=5)

    def run(self) -> None:
        """Look and relay until stopped; an emulator that does not answer is asked again."""
        busy_until = look_at_deployments = 0.0
        while not self._stopping.is_set():
            now = time.monotonic()
            try:
                if self.relay_calls():
                    busy_until = now + BUSY_FOR_SECONDS
                if self._watched and now >= look_at_deployments:
                    self.relay_deployments()
                    look_at_deployments = now + DEPLOYMENT_LOOK_SECONDS
            except (BotoCoreError, ClientError) as error:
                logger.warning("The relay tries again: %s", error)
            self._stopping.wait(BUSY_SECONDS if now < busy_until else IDLE_SECONDS)

    def relay_calls(self) -> int:
        """Relay every call recorded since the last look; return how many there were."""
        new = self._new_calls()
        for event in new:
            recorded = json.loads(event["CloudTrailEvent"])
            if recorded["eventName"] in cloudtrail.CALLS:
                self._relay_call(recorded)
            self._done[event["EventId"]] = None
        while len(self._done) > _REMEMBERED:
            self._done.popitem(last=False)
        return len(new)

    def relay_deployments(self) -> None:
        """Tell of deployments that have finished since the last look."""
        for cluster, name in list(self._watched):
            service = self._describe(cluster, name)
            if service is None or service["status"] != "ACTIVE":
                del self._watched[cluster, name]
                continue
            primary = next((d for d in service["deployments"] if d["status"] == "PRIMARY"), None)
            begun = self._watched[cluster, name]
            if primary is None or (begun is None and primary["id"] in self._completed):
                del self._watched[cluster, name]
            elif self._is_finished(service, primary, begun):
                self._put(cloudtrail.deployment_completed(service, primary))
                self._completed.add(primary["id"])
                del self._watched[cluster, name]

    def _relay_call(self, recorded: Mapping[str, Any]) -> None:
        """Put the event, of a failed call too: whoever does not want it drops it, as in AWS."""
        target = cloudtrail.target_of(recorded)
        name, is_done = recorded["eventName"], "errorCode" not in recorded
        if name in cloudtrail.SERVICE_CALLS and target and is_done:
            request = recorded.get("requestParameters") or {}
            is_rewired = not request.keys().isdisjoint(("loadBalancers", "gatewayConnectors"))
            self._watch(target, begins_anew=name == "UpdateService" and is_rewired)
        self._put(cloudtrail.api_call(recorded))

    def _watch(self, target: Target, *, begins_anew: bool) -> None:
        """Look at a service's deployment from now on.

        In AWS a call that names load balancers or a gateway begins a new deployment (Amazon ECS API
        Reference: UpdateService, loadBalancers), whose end is told; the emulator begins none.
        """
        if begins_anew:
            self._watched[target] = datetime.now(UTC)
        else:
            self._watched.setdefault(target, None)

    def _new_calls(self) -> list[Any]:
        """Recorded ECS calls that were not relayed yet, oldest first."""
        found: dict[str, Any] = {}
        until = None
        while True:
            page = self._look_up(until)
            new = {event["EventId"]: event for event in page if event["EventId"] not in self._done}
            # Calls are relayed oldest first, so whatever is older than one that was, was too.
            is_last = len(page) < _PAGE or len(new) < len(page) or new.keys() <= found.keys()
            found = new | found
            if is_last:
                return sorted(found.values(), key=lambda event: event["EventTime"])
            # The emulator's answers have no second page: ask again for what is not younger.
            until = page[-1]["EventTime"]

    def _look_up(self, until: datetime | None) -> list[Any]:
        """The newest recorded calls up to a moment, newest first."""
        self._until = until
        return list(
            self._cloudtrail.lookup_events(
                LookupAttributes=[
                    {"AttributeKey": "EventSource", "AttributeValue": "ecs.amazonaws.com"},
                    {"AttributeKey": "ReadOnly", "AttributeValue": "false"},
                ],
                MaxResults=_PAGE,
            )["Events"]
        )

    def _add_end_time(self, params: dict[str, Any], **_: object) -> None:
        """Put the moment into the request: boto3 would cut it down to whole seconds."""
        if self._until is not None:
            request = json.loads(params["body"])
            request["EndTime"] = self._until.timestamp() + _ROUNDING_SECONDS
            params["body"] = json.dumps(request).encode()

    def _describe(self, cluster: str, name: str) -> dict[str, Any] | None:
        try:
            answer = self._ecs.describe_services(cluster=cluster, services=[name])
        except self._ecs.exceptions.ClusterNotFoundException:
            return None
        return dict(answer["services"][0]) if answer["services"] else None

    def _is_finished(
        self, service: Mapping[str, Any], deployment: Mapping[str, Any], begun: datetime | None
    ) -> bool:
        age = datetime.now(UTC) - (begun or deployment["createdAt"].astimezone(UTC))
        if deployment.get("rolloutState") != "COMPLETED":
            return False
        if age.total_seconds() < DEPLOYMENT_SECONDS:
            return False
        groups = [lb["targetGroupArn"] for lb in service["loadBalancers"] if "targetGroupArn" in lb]
        if service["desiredCount"] and not all(map(self._has_healthy_target, groups)):
            return False
        return not running.is_at_work(self._sfn, self._state_machine_arn, service["serviceName"])

    def _has_healthy_target(self, group: str) -> bool:
        try:
            answer = self._elb.describe_target_health(TargetGroupArn=group)
        except ClientError:
            return False
        return any(
            target["TargetHealth"]["State"] == "healthy"
            for target in answer["TargetHealthDescriptions"]
        )

    def _put(self, event: cloudtrail.Event) -> None:
        answer = self._events.put_events(Entries=[event])  # type: ignore[list-item]
        if answer["FailedEntryCount"]:
            logger.error("The emulator refused an event: %s", answer["Entries"][0])
