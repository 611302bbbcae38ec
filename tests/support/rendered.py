"""template.yaml as CloudFormation would make it: after the SAM transform, with parameters put in.

What only exists once it is made stays a name: `!Ref Sweep` is `Sweep`, `!GetAtt Sweep.Arn` is
`Sweep.Arn`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any
from unittest import mock

import boto3
from samtranslator.parser.parser import Parser
from samtranslator.translator.arn_generator import ArnGenerator
from samtranslator.translator.translator import Translator

from local_aws.template import load, localised
from tests.support.estate import ACCOUNT, REGION
from tests.support.template import ROOT

_GONE = object()  # AWS::NoValue


def render(
    region: str = REGION,
    stack: str = "signpost",
    made_as: Callable[[str], str] = str,
    **parameters: str,
) -> dict[str, Any]:
    """The resources in a region, with these parameters and else the defaults; `made_as` gives what
    only exists once it is made another name.
    """
    template = localised(load(ROOT / "template.yaml"), "bucket", "code.zip")
    given = {name: one.get("Default", "Z1") for name, one in template["Parameters"].items()}
    given |= parameters
    for name, one in template["Parameters"].items():
        if one["Type"] == "CommaDelimitedList":
            given[name] = given[name].split(",")
    session = boto3.Session(region_name=region)
    with mock.patch.object(ArnGenerator, "BOTO_SESSION_REGION_NAME", region):
        translator = Translator({}, Parser(), boto_session=session)
        made = translator.translate(template, dict(given))
    engine = _Engine(made, _known(session, region, stack) | given, made_as)
    return {
        name: engine.resolve(resource)
        for name, resource in made["Resources"].items()
        if "Condition" not in resource or engine.holds(resource["Condition"])
    }


def _known(session: boto3.Session, region: str, stack: str) -> dict[str, Any]:
    partition = session.get_partition_for_region(region)
    return {
        "AWS::AccountId": ACCOUNT,
        "AWS::Region": region,
        "AWS::Partition": partition,
        "AWS::StackName": stack,
        "AWS::StackId": f"arn:{partition}:cloudformation:{region}:{ACCOUNT}:stack/{stack}/"
        "8d7e9ad0-0c4b-11f0-8d7e-0123456789ab",
        "AWS::URLSuffix": "amazonaws.com",
    }


def size(document: Any) -> int:
    """The characters of a policy, as IAM counts them: without white space (IAM User Guide, "IAM
    and AWS STS quotas")."""
    return len(re.sub(r"\s", "", json.dumps(document)))


class _Engine:
    def __init__(
        self,
        template: Mapping[str, Any],
        given: Mapping[str, Any],
        made_as: Callable[[str], str],
    ) -> None:
        self._template, self._given, self._made_as = template, given, made_as

    def holds(self, condition: str) -> bool:
        return bool(self.resolve(self._template["Conditions"][condition]))

    def resolve(self, value: Any) -> Any:
        if isinstance(value, list):
            return [one for one in map(self.resolve, value) if one is not _GONE]
        if not isinstance(value, dict):
            return value
        if len(value) == 1:
            ((name, given),) = value.items()
            if name in ("Ref", "Condition") and isinstance(given, str):
                return self._ref(given) if name == "Ref" else self.holds(given)
            if name.startswith("Fn::"):
                return getattr(self, name.replace("Fn::", "_").lower())(given)
        resolved = {name: self.resolve(one) for name, one in value.items()}
        return {name: one for name, one in resolved.items() if one is not _GONE}

    def _ref(self, name: str) -> Any:
        if name == "AWS::NoValue":
            return _GONE
        return self._given[name] if name in self._given else self._made_as(name)

    def _getatt(self, way: Any) -> str:
        return self._made_as(way if isinstance(way, str) else ".".join(way))

    def _sub(self, given: Any) -> str:
        text, more = given if isinstance(given, list) else (given, {})
        known = {name: self.resolve(one) for name, one in more.items()}

        def put(match: re.Match[str]) -> str:
            return str(known.get(match[1], self._ref(match[1])))

        return re.sub(r"\$\{([^!][^}]*)\}", put, text)

    def _join(self, given: Any) -> str:
        by, parts = given
        return str(by).join(map(str, self.resolve(parts)))

    def _split(self, given: Any) -> list[str]:
        by, text = given
        return str(self.resolve(text)).split(by)

    def _select(self, given: Any) -> Any:
        number, among = given
        return self.resolve(among)[int(number)]

    def _findinmap(self, given: Any) -> Any:
        first, second, third = map(self.resolve, given)
        return self._template["Mappings"][first][second][third]

    def _if(self, given: Any) -> Any:
        condition, yes, no = given
        return self.resolve(yes if self.holds(condition) else no)

    def _equals(self, given: Any) -> bool:
        one, other = map(self.resolve, given)
        return bool(one == other)

    def _not(self, given: Any) -> bool:
        return not self.resolve(given[0])

    def _and(self, given: Any) -> bool:
        return all(map(self.resolve, given))

    def _or(self, given: Any) -> bool:
        return any(map(self.resolve, given))
