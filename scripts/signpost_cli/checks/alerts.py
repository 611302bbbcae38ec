"""The alert topic: may EventBridge and CloudWatch publish to it, and is somebody told?

That the rules are on and lead to it, `more_rules` looks at.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from signpost_cli.checks.catalogue import ALERTS
from signpost_cli.checks.findings import Finding, found, note, sound
from signpost_cli.checks.installation import Installation
from signpost_cli.checks.reading import Missing, reading

_GONE = ("NotFound", "NotFoundException")
_PUBLISHERS = {"events.amazonaws.com": "executions", "cloudwatch.amazonaws.com": "alarms"}


def check(installation: Installation) -> list[Finding]:
    """The attributes of the topic of the stack's output AlertTopicArn."""
    arn = installation.outputs.get("AlertTopicArn", "")
    try:
        if not arn:
            raise Missing("The stack has no output AlertTopicArn")
        with reading("sns:GetTopicAttributes", arn, _GONE):
            topic = installation.client("sns").get_topic_attributes(TopicArn=arn)["Attributes"]
    except Missing:
        what = f"The topic {arn or 'of the output AlertTopicArn'} does not exist."
        return [found("alert-topic", what, installation.redeploy)]
    email = installation.parameters.get("AlertEmail", "")
    with reading("sns:GetTopicAttributes", arn):
        findings = [
            *judge_policy(topic["Policy"], installation.redeploy),
            *judge_subscriptions(arn, topic, email),
        ]
    return findings or [sound(ALERTS, "Executions that fail and alarms are told to subscribers.")]


def judge_policy(policy: str, redeploy: str) -> Iterator[Finding]:
    """Both must be let in; EventBridge without a Condition (EventBridge User Guide, "Using
    resource-based policies", Amazon SNS permissions).
    """
    listed = json.loads(policy).get("Statement", [])
    statements = listed if isinstance(listed, list) else [listed]
    for service, things in _PUBLISHERS.items():
        grants = [one for one in statements if _lets(one, service)]
        if not grants:
            what = f"The alert topic's policy does not let {service} tell of {things}."
            yield found("alert-policy", what, redeploy)
        elif service.startswith("events.") and all(one.get("Condition") for one in grants):
            what = f"The alert topic's policy lets {service} in under a Condition only."
            yield found("alert-policy", what, redeploy)


def _lets(statement: Mapping[str, Any], service: str) -> bool:
    principal = statement.get("Principal", {})
    named = principal.get("Service", []) if isinstance(principal, Mapping) else []
    actions = statement.get("Action", [])
    return (
        statement.get("Effect") == "Allow"
        and service in ([named] if isinstance(named, str) else named)
        and "sns:publish"
        in [str(one).lower() for one in ([actions] if isinstance(actions, str) else actions)]
    )


def judge_subscriptions(arn: str, topic: Mapping[str, str], email: str) -> Iterator[Finding]:
    """Somebody must have confirmed; who asked for nothing gets a note."""
    if int(topic.get("SubscriptionsConfirmed", 0)):
        return
    pending = int(topic.get("SubscriptionsPending", 0))
    subscribe = f"aws sns subscribe --topic-arn {arn} --protocol email --notification-endpoint "
    if pending:
        what = f"Nobody has confirmed a subscription to the alert topic; {pending} wait for it."
        mend = f"{subscribe}{email or 'ADDRESS'}   # sends the mail with the link once more"
        yield found("alert-subscription", what, mend)
    elif email:
        what = f"Nobody is subscribed to the alert topic, though AlertEmail is {email}."
        yield found("alert-subscription", what, f"{subscribe}{email}")
    else:
        yield note(ALERTS, "Nobody is subscribed to the alert topic, and AlertEmail is empty.")
