"""Every call of AWS that a test makes, held against botocore's model of the API.

botocore itself checks a request's members and types, and nothing of an answer. Here patterns, enums
and lengths are checked too, and answers as requests, whoever gives them: moto, a Stubber, the
strict Route 53, the local AWS, or a stand-in made by hand (`StandIn`). What is wrong fails the test
in which it was seen (tests/conftest.py).
"""

from __future__ import annotations

import ast
import inspect
import re
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import cache, wraps
from pathlib import Path
from types import SimpleNamespace
from typing import Any, ClassVar

import botocore.session
from botocore import xform_name
from botocore.client import BaseClient
from botocore.hooks import HierarchicalEmitter
from botocore.model import OperationModel, Shape

from local_aws.patterns import compiled

ROOT = Path(__file__).parents[2]
# The emulator's own code gives answers and asks nobody.
ASKING = tuple(f"{ROOT / part}/" for part in ("functions", "scripts"))
_TYPES: dict[str, tuple[type, ...]] = {
    "structure": (dict,),
    "map": (dict,),
    "list": (list, tuple),
    "string": (str,),
    "character": (str,),
    "integer": (int,),
    "long": (int,),
    "float": (int, float),
    "double": (int, float),
    "boolean": (bool,),
    "blob": (object,),
    "timestamp": (datetime,),
}

# Where the answers of an engine are not as AWS's, and nothing of ours reads what is wrong there.
_KNOWN = re.compile(
    "|".join(
        (
            # MiniStack
            r"stepfunctions:GetExecutionHistory answers\.events\[\]\.task\w+EventDetails\."
            r"(region|parameters|resourceType), which is missing",
            r"ecs:RegisterTaskDefinition answers\.taskDefinition\.(pid|ipc)Mode: '' is none of .*",
            r"route53:CreateHostedZone answers\.(DelegationSet|Location), which is missing",
            # AWS itself writes this before an id, whose 32 characters the model counts without it.
            r"route53:\w+ answers\..*Id: '/(hostedzone|change)/\w+' is not within None to 32",
            r"stepfunctions:TestState answers\.inspectionData\.errorDetails\."
            r"retryBackoffIntervalSeconds: [0-9.]+ is no integer",
            # moto
            r"ssm:GetParameters answers\.InvalidParameters: \[\] is not within 1 to 10",
            r"stepfunctions:StopExecution answers\.stopDate, which is missing",
            # botocore itself reads policies for its users (botocore.handlers.json_decode_policies)
            r"iam:\w+ answers\..*PolicyDocument: \{.* is no string",
        )
    ),
    re.DOTALL,
)

Call = tuple[str, str]  # a file of functions or scripts, and the method of a client

_lock = threading.Lock()
problems: list[str] = []
made: set[Call] = set()


def install() -> None:
    """Let each call of each boto3 client be looked at."""
    client: Any = BaseClient
    original = client._make_api_call

    def make_api_call(self: Any, operation_name: str, api_params: dict[str, Any]) -> Any:
        operation = self.meta.service_model.operation_model(operation_name)
        return seen(operation, api_params, lambda: original(self, operation_name, api_params))

    client._make_api_call = make_api_call


def seen(operation: OperationModel, request: dict[str, Any], call: Callable[[], Any]) -> Any:
    """Make a call, and note what is wrong with its request and with its answer."""
    name = f"{operation.service_model.service_name}:{operation.name}"
    found = list(violations(operation.input_shape, request, f"{name} is asked with"))
    asking = _asking()
    with _lock:
        made.update((file, xform_name(operation.name)) for file in asking)
    try:
        answer = call()
    except Exception:
        found = found if asking else []  # a test asked for what is refused, and it was refused
        raise
    finally:
        with _lock:
            problems.extend(found)
    if answer is not None:
        told = {key: value for key, value in answer.items() if key != "ResponseMetadata"}
        found = list(violations(operation.output_shape, told, f"{name} answers"))
        with _lock:
            problems.extend(found)
    return answer


def taken() -> list[str]:
    """What was found wrong since this was asked last."""
    with _lock:
        found = sorted(one for one in set(problems) if not _KNOWN.fullmatch(one))
        problems.clear()
    return found


def violations(shape: Shape | None, value: Any, where: str) -> Iterator[str]:
    """What of a value is not as its shape says: members, types, lengths, patterns, enums."""
    if shape is None:
        if value:
            yield f"{where} {sorted(value)}, which it does not know"
        return
    if shape.serialization.get("streaming"):
        return
    is_right = isinstance(value, _TYPES[shape.type_name])
    if shape.type_name == "timestamp" and "is asked" in where:
        is_right = isinstance(value, datetime | int | float | str)
    if not is_right or (isinstance(value, bool) and shape.type_name != "boolean"):
        yield f"{where}: {value!r} is no {shape.type_name}"
        return
    yield from _constraints(shape, value, where)
    parts: Any = shape
    if shape.type_name == "structure":
        yield from (f"{where}.{name}, which is unknown" for name in value.keys() - parts.members)
        missing = set(parts.required_members) - value.keys()
        yield from (f"{where}.{name}, which is missing" for name in sorted(missing))
        for name in parts.members.keys() & value.keys():
            yield from violations(parts.members[name], value[name], f"{where}.{name}")
    elif shape.type_name == "list":
        for item in value:
            yield from violations(parts.member, item, f"{where}[]")
    elif shape.type_name == "map":
        for key, item in value.items():
            yield from violations(parts.key, key, f"{where} key")
            yield from violations(parts.value, item, f"{where}.{key}")


def _constraints(shape: Shape, value: Any, where: str) -> Iterator[str]:
    rules = shape.metadata
    if "enum" in rules and value not in rules["enum"]:
        yield f"{where}: {value!r} is none of {', '.join(rules['enum'][:9])}"
    size = len(value) if hasattr(value, "__len__") else value
    size = size if isinstance(size, int | float) else 0
    if not rules.get("min", size) <= size <= rules.get("max", size):
        yield f"{where}: {value!r:.80} is not within {rules.get('min')} to {rules.get('max')}"
    pattern = _pattern(rules["pattern"]) if "pattern" in rules else None
    if pattern and not pattern.fullmatch(value):
        yield f"{where}: {value!r:.120} does not match {rules['pattern']}"


@cache
def _pattern(text: str) -> re.Pattern[str] | None:
    """None for the few (of CloudTrail and Logs) that are read by Java alone."""
    try:
        return compiled(text)
    except re.error:
        return None


def _asking() -> set[str]:
    """The files of functions and scripts from which the call comes."""
    found = set()
    frame = sys._getframe(2)
    while frame:
        file = frame.f_code.co_filename
        if file.startswith(ASKING):
            found.add(file.removeprefix(f"{ROOT}/"))
        frame = frame.f_back  # type: ignore[assignment]
    return found


def written() -> set[Call]:
    """The calls that stand in functions and scripts, without the emulator's own code.

    The names of a client's methods, of the services that a client is made of anywhere there,
    wherever they stand: called, handed on, or as the text of a `getattr`. What brings up the local
    AWS does so in a process of its own, which takes no setting of the tests: each local AWS that is
    up has made its calls.
    """
    trees = {
        path.relative_to(ROOT).as_posix(): ast.parse(path.read_text())
        for part in ("functions", "scripts")
        for path in (ROOT / part).rglob("*.py")
        if "emulated" not in path.parts and path != ROOT / "scripts/local_aws/deploy.py"
    }
    nodes = [(file, node) for file, tree in trees.items() for node in ast.walk(tree)]
    services = {
        argument.value
        for _, node in nodes
        if isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] == "client"
        for argument in node.args[:1]
        if isinstance(argument, ast.Constant)
    }
    methods = {name for service in services for name in operations(service)}
    names = [(file, getattr(node, "attr", getattr(node, "value", None))) for file, node in nodes]
    return {(file, name) for file, name in names if isinstance(name, str) and name in methods}


@cache
def operations(service: str) -> dict[str, OperationModel]:
    """A service's operations by the names of a client's methods."""
    model = botocore.session.get_session().get_service_model(service)
    return {xform_name(name): model.operation_model(name) for name in model.operation_names}


class StandIn:
    """What stands where a boto3 client stands; its methods are held against the API's model.

        class Clusters(StandIn, services=("ecs",)):
            def list_clusters(self, **_: Any) -> dict[str, Any]: ...

    A class that is made from one stands for the same services.
    """

    stands_for: ClassVar[tuple[str, ...]] = ()
    meta: Any = SimpleNamespace(events=HierarchicalEmitter())  # to register at

    def __init_subclass__(cls, services: tuple[str, ...] = ()) -> None:
        cls.stands_for = services or cls.stands_for
        for name, method in list(vars(cls).items()):
            known = [operations(one)[name] for one in cls.stands_for if name in operations(one)]
            if known and inspect.isfunction(method):
                setattr(cls, name, _held(known[0], method))


def _held(operation: OperationModel, method: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(method)
    def call(self: Any, *given: Any, **request: Any) -> Any:
        names = method.__code__.co_varnames[1 : 1 + len(given)]
        request |= dict(zip(names, given, strict=True))
        return seen(operation, request, lambda: method(self, **request))

    return call
