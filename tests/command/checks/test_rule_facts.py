"""`signpost doctor`: the rule's event pattern, compared with the template's."""

from __future__ import annotations

import copy
import json
from dataclasses import replace

from signpost_cli.checks import rule_facts
from tests.support.doctor import AGAIN, ON, PATTERN


def test_a_pattern_in_another_order_is_the_same() -> None:
    turned = copy.deepcopy(PATTERN)
    turned["$or"].reverse()
    turned["$or"][-1]["detail"]["eventName"].reverse()

    assert rule_facts.judge_pattern(replace(ON, pattern=json.dumps(turned)), PATTERN, AGAIN) == []


def test_a_pattern_that_was_edited_is_told_where() -> None:
    edited = PATTERN | {"source": ["aws.s3"]}

    (finding,) = rule_facts.judge_pattern(replace(ON, pattern=json.dumps(edited)), PATTERN, AGAIN)

    assert finding.code == "rule-pattern"
    assert 'source has "aws.s3" too' in finding.what
