"""An EventBridge rule, and the event pattern that the repository's template gives it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from signpost_cli.checks.findings import Finding, found
from signpost_cli.checks.installation import Installation
from signpost_cli.checks.reading import Missing, pages, reading
from signpost_cli.checks.trees import differences

_GONE = ("ResourceNotFoundException",)
_SHOWN = 4  # differences told of one pattern


@dataclass(frozen=True)
class Rule:
    """The rule, as DescribeRule has it."""

    name: str
    bus: str
    state: str
    pattern: str

    @property
    def is_on(self) -> bool:
        """ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS is on, too."""
        return self.state.startswith("ENABLED")

    @property
    def enable(self) -> str:
        """The command that enables it."""
        bus = "" if self.bus == "default" else f" --event-bus-name {self.bus}"
        return f"aws events enable-rule --name {self.name}{bus}"


def read_rule(events: Any, arn: str) -> Rule:
    """A rule by its ARN: `…:rule/NAME`, on a bus of its own `…:rule/BUS/NAME`.

    Raises Missing or Unreadable.
    """
    path = arn.partition(":rule/")[2].split("/")
    name, bus = path[-1], path[0] if len(path) > 1 else "default"
    if not name:
        raise Missing("The stack has no output RuleArn")
    with reading("events:DescribeRule", name, _GONE):
        rule = events.describe_rule(Name=name, EventBusName=bus)
        return Rule(name, bus, rule["State"], rule.get("EventPattern", "{}"))


def read_targets(events: Any, rule: Rule) -> list[Mapping[str, Any]]:
    """Its targets, as ListTargetsByRule has them. Raises Unreadable."""
    with reading("events:ListTargetsByRule", rule.name):
        return list(
            pages(events.list_targets_by_rule, "Targets", Rule=rule.name, EventBusName=rule.bus)
        )


def expected_pattern(installation: Installation, logical_id: str) -> dict[str, Any]:
    """The event pattern of a rule of the repository's template, for this stack.

    Raises Unreadable where the template can't be read, or names what the stack has not got.
    """
    template = installation.template
    if installation.is_local:
        from local_aws.template import localised

        template = localised(template, "", "")
    with reading("reading", "template.yaml"):
        pattern = template["Resources"][logical_id]["Properties"]["EventPattern"]
        filled: dict[str, Any] = _filled(pattern, installation)
    return filled


def _filled(tree: Any, installation: Installation) -> Any:
    """With each Ref and Fn::Sub replaced; `!Sub` has pseudo parameters and machines' names."""
    if isinstance(tree, Mapping):
        if set(tree) == {"Ref"}:
            return _physical(tree["Ref"], installation)
        if set(tree) == {"Fn::Sub"}:
            text = re.sub(
                r"\$\{(\w+)\.Name\}",
                lambda named: _physical(named[1], installation).rpartition(":")[2],
                str(tree["Fn::Sub"]),
            )
            for name, value in (
                ("AWS::Partition", installation.partition),
                ("AWS::Region", installation.region),
                ("AWS::AccountId", installation.account),
            ):
                text = text.replace(f"${{{name}}}", value)
            return text
        return {key: _filled(value, installation) for key, value in tree.items()}
    if isinstance(tree, list):
        return [_filled(item, installation) for item in tree]
    return tree


def _physical(logical_id: str, installation: Installation) -> str:
    physical = installation.physical(logical_id)
    if physical is None:
        raise ValueError(f"the stack has no resource {logical_id}")
    return physical


def judge_pattern(rule: Rule, expected: Mapping[str, Any], redeploy: str) -> list[Finding]:
    """The pattern is the template's, whatever the order of its lists."""
    differing = list(differences(expected, json.loads(rule.pattern)))
    if not differing:
        return []
    more = f"; and {len(differing) - _SHOWN} more" if len(differing) > _SHOWN else ""
    told = "; ".join(differing[:_SHOWN]) + more
    what = f"The event pattern of the rule {rule.name} is not the template's: {told}."
    return [found("rule-pattern", what, redeploy)]
