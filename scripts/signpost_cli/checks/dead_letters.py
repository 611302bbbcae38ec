"""The dead-letter queue: what waits in it, without taking anything out."""

from __future__ import annotations

import json
from collections.abc import Mapping

from signpost_cli.checks.catalogue import LETTERS
from signpost_cli.checks.findings import Finding, found, sound
from signpost_cli.checks.installation import Installation
from signpost_cli.checks.reading import Missing, reading

_GONE = ("AWS.SimpleQueueService.NonExistentQueue", "QueueDoesNotExist")
_DAY_SECONDS = 86_400


def check(installation: Installation) -> list[Finding]:
    """The attributes of the queue of the stack's output DeadLetterQueueUrl."""
    url = installation.outputs.get("DeadLetterQueueUrl")
    if not url:
        what = f"Stack {installation.name} has no output DeadLetterQueueUrl."
        return [found("letters-no-queue", what, installation.redeploy)]
    try:
        with reading("sqs:GetQueueAttributes", url, _GONE):
            attributes = installation.client("sqs").get_queue_attributes(
                QueueUrl=url, AttributeNames=["All"]
            )["Attributes"]
    except Missing:
        what = f"The queue {url} does not exist."
        return [found("letters-no-queue", what, installation.redeploy)]
    return judge(url, attributes, installation.redeploy)


def judge(url: str, attributes: Mapping[str, str], redeploy: str) -> list[Finding]:
    """Nothing may wait, and EventBridge must be allowed to put events in."""
    findings = _judge_policy(url, attributes.get("Policy", ""), redeploy)
    seen = int(attributes["ApproximateNumberOfMessages"])
    taken = int(attributes.get("ApproximateNumberOfMessagesNotVisible", 0))
    delayed = int(attributes.get("ApproximateNumberOfMessagesDelayed", 0))
    seen += delayed
    if seen + taken:
        findings.append(_waiting(url, seen, taken, int(attributes["MessageRetentionPeriod"])))
    return findings or [
        sound(LETTERS, "SQS counts no event in the dead-letter queue; its counts are approximate.")
    ]


def _waiting(url: str, seen: int, taken: int, kept_seconds: int) -> Finding:
    count = seen + taken
    events = "1 event waits" if count == 1 else f"{count} events wait"
    being_read = f", {taken} of them being read by somebody now" if taken else ""
    what = (
        f"{events} in the dead-letter queue{being_read}: not delivered in all attempts, or failed "
        "in CollectEvents. Of those that EventBridge could not deliver, the message attributes "
        "ERROR_CODE and ERROR_MESSAGE say why. SQS drops a message after "
        f"{kept_seconds / _DAY_SECONDS:.0f} days."
    )
    mend = (
        f"aws sqs receive-message --queue-url {url} --max-number-of-messages 10 "
        "--visibility-timeout 0 --message-attribute-names All\n"
        "signpost rerun CLUSTER SERVICE   # for each service that the events name\n"
        f"aws sqs purge-queue --queue-url {url}"
    )
    return found("letters-waiting", what, mend)


def _judge_policy(url: str, policy: str, redeploy: str) -> list[Finding]:
    statements = json.loads(policy).get("Statement", []) if policy else []
    allowed = any(
        statement.get("Effect") == "Allow" and "events.amazonaws.com" in json.dumps(statement)
        for statement in (statements if isinstance(statements, list) else [statements])
    )
    if allowed:
        return []
    what = f"The policy of the queue {url} does not let events.amazonaws.com send to it."
    return [found("letters-policy", what, redeploy)]
