"""The template as CloudFormation makes it of given parameters: SAM's resources, no intrinsics."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import boto3
from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator

from local_aws.template import load, localised
from tests.support.estate import ACCOUNT, REGION
from tests.support.template import ROOT

_GONE = object()
_MANAGED = ("AWSLambdaBasicExecutionRole", "AWSXRayDaemonWriteAccess",
            "AWSLambdaVPCAccessExecutionRole", "AWSLambdaSQSQueueExecutionRole")  # fmt: skip
_LIST = "CommaDelimitedList"


class Rendered:
    """The resources of a stack with the given parameters; all others have their defaults."""

    def __init__(self, stack_name: str, **parameters: str) -> None:
        template = load(ROOT / "template.yaml")
        declared = template["Parameters"]
        texts = {name: str(one.get("Default", "")) for name, one in declared.items()} | parameters
        self._values: dict[str, Any] = {
            name: text.split(",") if declared[name]["Type"] == _LIST else text
            for name, text in texts.items()
        } | {
            "AWS::AccountId": ACCOUNT,
            "AWS::Region": REGION,
            "AWS::Partition": "aws-us-gov",
            "AWS::URLSuffix": "amazonaws.com",
            "AWS::StackName": stack_name,
            "AWS::NoValue": _GONE,
            "AWS::StackId": f"arn:aws-us-gov:cloudformation:{REGION}:{ACCOUNT}:stack/{stack_name}/"
            + "8d7e9ad0-0c4b-11f0-8d7e-0123456789ab",
        }
        session = boto3.Session(region_name=REGION)
        managed = {name: f"arn:aws:iam::aws:policy/{name}" for name in _MANAGED}
        made = Translator(managed, Parser(), None, session).translate(
            localised(template, "bucket", "key"), {}
        )
        self._conditions: Mapping[str, Any] = made["Conditions"]
        self._mappings: Mapping[str, Any] = made["Mappings"]
        self.resources: dict[str, dict[str, Any]] = {
            name: self._of(one)
            for name, one in made["Resources"].items()
            if "Condition" not in one or self._of({"Condition": one["Condition"]})
        }

    def of_type(self, type_: str) -> dict[str, dict[str, Any]]:
        """The properties of all resources of a type."""
        return {
            name: one["Properties"] for name, one in self.resources.items() if one["Type"] == type_
        }

    def _of(self, value: Any) -> Any:
        if isinstance(value, list):
            return [one for one in map(self._of, value) if one is not _GONE]
        if not isinstance(value, dict):
            return value
        if len(value) == 1:
            (key, argument), *_ = value.items()
            name = key.removeprefix("Fn::")
            if hasattr(self, f"_{name.lower()}") and (name != key or name in ("Ref", "Condition")):
                return getattr(self, f"_{name.lower()}")(argument)
        return {
            key: one
            for key, one in ((k, self._of(v)) for k, v in value.items())
            if one is not _GONE
        }

    def _ref(self, name: str) -> Any:
        return self._values.get(name, f"{self._values['AWS::StackName']}-{name}-0123456789AB")

    def _condition(self, name: str) -> bool:
        return bool(self._of(self._conditions[name]))

    def _if(self, argument: list[Any]) -> Any:
        return self._of(argument[1] if self._condition(argument[0]) else argument[2])

    def _not(self, argument: list[Any]) -> bool:
        return not self._of(argument[0])

    def _and(self, argument: list[Any]) -> bool:
        return all(map(self._of, argument))

    def _or(self, argument: list[Any]) -> bool:
        return any(map(self._of, argument))

    def _equals(self, argument: list[Any]) -> bool:
        left, right = map(self._of, argument)
        return bool(left == right)

    def _select(self, argument: list[Any]) -> Any:
        return self._of(argument[1])[int(argument[0])]

    def _join(self, argument: list[Any]) -> str:
        return str(argument[0]).join(map(str, self._of(argument[1])))

    def _split(self, argument: list[Any]) -> list[str]:
        return str(self._of(argument[1])).split(argument[0])

    def _findinmap(self, argument: list[Any]) -> Any:
        first, second, third = map(self._of, argument)
        return self._mappings[first][second][third]

    def _getatt(self, argument: Any) -> str:
        name = argument if isinstance(argument, str) else ".".join(argument)
        path = f"{self._values['AWS::StackName']}-{name}-0123456789AB"
        return f"arn:{self._values['AWS::Partition']}:lambda:{REGION}:{ACCOUNT}:function:{path}"

    def _sub(self, argument: Any) -> str:
        text, own = argument if isinstance(argument, list) else (argument, {})
        values = self._of(own)
        parts = text.split("${")
        found = [parts[0]]
        for part in parts[1:]:
            name, _, rest = part.partition("}")
            if name.startswith("!"):
                found.append(f"${{{name[1:]}}}{rest}")
                continue
            known = values.get(name)
            plain = self._getatt(name) if "." in name else self._ref(name)
            found.append(f"{plain if known is None else known}{rest}")
        return "".join(found)
