"""The story: a service's life with Signpost, on a local AWS that is gone again afterwards."""

from __future__ import annotations

import os
import shutil
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.text import Text

from local_aws.interruption import held
from local_aws.ports import free_port
from local_aws.stack import down, up
from signpost_cli.demo.dns import Prober, Server
from signpost_cli.demo.stage import CLUSTER, Balancer, Stage
from signpost_cli.demo.telling import Check, Telling
from signpost_cli.errors import asking
from signpost_cli.timeline import Timeline

NAME = "web.ecs.internal"


def tell(port: int | None, out: Console) -> list[Check]:
    """Tell the whole story; returns what was checked. Leaves no process behind."""
    begun = time.monotonic()
    port = port or free_port()
    with _termination_as_interrupt():
        with out.status("Starting the local AWS") as status:
            # It ends what it began, if it fails; and ends with this process, should that be killed.
            local = up(port, progress=status.update, ends_with=os.getpid())
        try:
            out.print(
                f"A local AWS is up at {local.endpoint}, with Signpost's own template deployed "
                "and its IAM policies enforced."
            )
            out.print(
                f"DNS at {local.dns} answers from its Route 53. "
                "Waits are a tenth of what they are in AWS."
            )
            with asking("A call", f"the local AWS at {local.endpoint}"):
                telling = Telling(out, Stage(local))
                _play(telling)
            telling.summary(begun)
        finally:
            with held():
                down(port)
    command = "signpost" if shutil.which("signpost") else sys.argv[0]
    own = (f"{command} local up", "bold")
    out.print(Text.assemble("The local AWS is stopped. Your own: ", own))
    return telling.checks


def _play(telling: Telling) -> None:
    stage, dns = telling.stage, Server.parse(telling.stage.local.dns)
    alb = stage.balancer("web-alb", "application")
    nlb = stage.balancer("web-nlb", "network")
    stage.make_healthy(nlb)

    created = _a_service_is_created(telling, dns, alb)
    _a_count_changes(telling)
    _a_deployment_finishes(telling)
    moved = _the_service_moves(telling, dns, nlb)
    _events_repeat(telling, dns, created, moved)
    _a_name_is_taken(telling, alb)
    _the_service_is_deleted(telling, dns)


def _a_service_is_created(telling: Telling, dns: Server, alb: Balancer) -> str:
    stage = telling.stage
    telling.scene("A service is created; its targets are not healthy yet")
    telling.call(
        f"aws ecs create-service --cluster {CLUSTER} --service-name web --load-balancers …"
    )
    early: list[tuple[str, ...]] = []

    def heal(timeline: Timeline) -> None:
        """After three vain attempts the first task comes up; until then there must be no name."""
        waiting = timeline.steps and timeline.steps[-1].name == "CheckReadiness"
        if waiting and len(timeline.steps[-1].failures) >= 3 and not early:
            early.append(dns.addresses(NAME))
            stage.make_healthy(alb)

    stage.create_service("web", alb)
    arn, found = telling.execution("CreateService", heal)
    waited = next(step for step in found.steps if step.name == "CheckReadiness")
    answers = dns.addresses(NAME)
    telling.check("it waited while no target was healthy", len(waited.failures) >= 3)
    telling.check("the name did not exist before", early == [()])
    telling.check("the record changed, and DNS proved it", _proved(found, "RecordChanged"))
    telling.check(f"dig {NAME} → {', '.join(answers) or 'no answer'}", bool(answers))
    return arn


def _proved(found: Timeline, outcome: str) -> bool:
    proof = (found.output or {}).get("verification") or {}
    return found.outcome == outcome and proof.get("method") == "dns"


def _a_count_changes(telling: Telling) -> None:
    stage = telling.stage
    telling.scene("Auto scaling changes the count: noise")
    telling.call("aws ecs update-service --desired-count 2")
    stage.ecs.update_service(cluster=CLUSTER, service="web", desiredCount=2)
    telling.call("aws ecs tag-resource --tags key=team,value=shop    (a later event, to be sure)")
    stage.ecs.tag_resource(
        resourceArn=stage.service_arn("web"), tags=[{"key": "team", "value": "shop"}]
    )
    _, found = telling.execution("TagResource")
    telling.check("the count started nothing", stage.count_caused_by("UpdateService") == 0)
    telling.check("the later event found nothing to change", found.outcome == "Unchanged")


def _a_deployment_finishes(telling: Telling) -> None:
    telling.scene("The deployment finishes: looked at, nothing to do")
    _, found = telling.execution("SERVICE_DEPLOYMENT_COMPLETED")
    states = {step.name for step in found.steps}
    telling.check("it ended Unchanged", found.outcome == "Unchanged")
    telling.check(
        "without a wait and without a write", not states & {"CheckReadiness", "ChangeRecord"}
    )


def _the_service_moves(telling: Telling, dns: Server, nlb: Balancer) -> str:
    stage = telling.stage
    telling.scene("The service moves to a network load balancer")
    telling.call("aws ecs update-service --load-balancers (the NLB's target group)")
    with Prober(dns, NAME) as prober:
        stage.ecs.update_service(
            cluster=CLUSTER,
            service="web",
            loadBalancers=[nlb.entry],
        )
        arn, found = telling.execution("UpdateService")
    telling.check("the record changed, and DNS proved it", _proved(found, "RecordChanged"))
    telling.check(
        "DNS answered with the old addresses, then with the new ones", len(prober.seen) == 2
    )
    telling.check(
        f"without a moment of no answer: {prober.answered} queries, {prober.unanswered} unanswered",
        prober.answered > 0 and prober.unanswered == 0,
    )
    return arn


def _events_repeat(telling: Telling, dns: Server, created: str, moved: str) -> None:
    stage = telling.stage
    telling.scene("An event comes twice, an older one comes late")
    records, answers = stage.records(), dns.addresses(NAME)
    telling.event("the UpdateService event, once more")
    stage.send_again(moved)
    _, repeated = telling.execution("UpdateService")
    telling.event("the CreateService event, long after")
    stage.send_again(created)
    _, late = telling.execution("CreateService")
    telling.wait_for("SERVICE_DEPLOYMENT_COMPLETED")  # the move's, told while nothing else runs
    telling.check(
        "both ended Unchanged", (repeated.outcome, late.outcome) == ("Unchanged", "Unchanged")
    )
    telling.check(
        "Route 53 and DNS are as they were",
        (stage.records(), dns.addresses(NAME)) == (records, answers),
    )


def _a_name_is_taken(telling: Telling, alb: Balancer) -> None:
    stage = telling.stage
    telling.scene("Somebody else's record has the name")
    telling.call("aws route53 change-resource-record-sets (shop.ecs.internal A 192.0.2.77)")
    foreign = {
        "Name": "shop.ecs.internal.",
        "Type": "A",
        "TTL": 300,
        "ResourceRecords": [{"Value": "192.0.2.77"}],
    }
    stage.route53.change_resource_record_sets(
        HostedZoneId=stage.zone_id,
        ChangeBatch={"Changes": [{"Action": "CREATE", "ResourceRecordSet": foreign}]},
    )
    telling.call(f"aws ecs create-service --cluster {CLUSTER} --service-name shop …")
    stage.create_service("shop", alb)
    _, found = telling.execution("CreateService")
    telling.check("refused as HostnameTaken, saying what is there", _says_taken(found))
    telling.check("the foreign record is untouched", foreign in stage.records())


def _says_taken(found: Timeline) -> bool:
    return found.error == "HostnameTaken" and "192.0.2.77" in (found.cause or "")


def _the_service_is_deleted(telling: Telling, dns: Server) -> None:
    stage = telling.stage
    telling.scene("The service is deleted")
    telling.call("aws ecs delete-service --service web --force")
    stage.ecs.delete_service(cluster=CLUSTER, service="web", force=True)
    _, found = telling.execution("DeleteService")
    telling.check("the record was removed, and DNS proved it", _proved(found, "RecordRemoved"))
    telling.check(f"dig {NAME} → no answer", dns.addresses(NAME) == ())
    telling.check(
        "only the foreign record is left",
        [record["Name"] for record in stage.records()] == ["shop.ecs.internal."],
    )


@contextmanager
def _termination_as_interrupt() -> Iterator[None]:
    """End as on Ctrl-C when asked to terminate, so that nothing is left running."""

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
