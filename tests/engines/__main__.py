"""`make engines`: every case of tests/statemachine on each engine, and what it made of it.

Exit code 0: all agree; 1: something differs; 3: a registry can't be reached, nothing was tested.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from importlib.metadata import version as installed
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from tests.engines import on_moto
from tests.engines.comparing import Engine, all_differences
from tests.engines.node import Node, Unreachable, version
from tests.engines.single_states import TestState, run_cases
from tests.statemachine.cases import Case
from tests.statemachine.executions import (
    CASES,
    MACHINES,
    History,
    Way,
    client,
    mocked_ministack,
    read,
    run_all,
)
from tests.statemachine.mock_file import Script, mock_config, script, write
from tests.support.definitions import DEFINITIONS, ROOT, deployed, states_of

ASKED = "SIGNPOST_ENGINES_AWS"


def main() -> int:
    """Run all engines, print what each could do, and return the exit code."""
    began = time.monotonic()
    try:
        print("Node and its packages …", flush=True)
        node = Node()
    except Unreachable as error:
        print(f"{error}\nThe registries can't be reached (above: why). Nothing was tested.")
        return 3
    faults = validated(node)
    if any(faults.values()):
        report([], {}, {}, faults)
        print("What is invalid was run nowhere.")
        return 1
    with tempfile.TemporaryDirectory() as scratch:
        mock_file = write(Path(scratch) / "mock_config.json")
        with mocked_ministack(Path(scratch), mock_file) as endpoint:
            print("MiniStack executes the cases …", flush=True)
            histories = run_all(endpoint)
            engines, absent = all_engines(node, endpoint, histories)
    models = {name: read(history) for name, history in histories.items()}
    different = report(engines, absent, models, faults)
    print(f"{time.monotonic() - began:.0f} s")
    return 1 if different else 0


def all_engines(
    node: Node, endpoint: str, histories: Mapping[str, History]
) -> tuple[list[Engine], dict[str, str]]:
    """All that ran; and those that did not, with the reason."""
    engines, absent = [], {}

    def run(name: str, fill: Callable[[Engine], None]) -> None:
        print(f"{name} …", flush=True)
        engine = Engine(name)
        try:
            fill(engine)
        except (BotoCoreError, ClientError) as error:  # no credentials, no region, a refusal
            engine.broken = str(error)
        engines.append(engine)

    def executed(found: Mapping[str, History]) -> Callable[[Engine], None]:
        return lambda engine: engine.ways.update({n: read(h) for n, h in found.items()})

    run(f"MiniStack {installed('ministack')}, executions", executed(histories))
    run(f"moto {installed('moto')} (LocalStack's interpreter)", on_moto.run_cases)
    package = "aws-local-stepfunctions"
    run(f"{package} {version(package)}", lambda engine: interpret(engine, node))
    here = client(endpoint, config=Config(inject_host_prefix=False))
    run(
        "TestState of MiniStack, state by state",
        lambda engine: run_cases(engine, TestState(here, is_aws=False), histories),
    )
    name = "TestState of AWS, state by state"
    if os.environ.get(ASKED) == "1":
        run(name, lambda engine: run_cases(engine, TestState(aws(), is_aws=True), histories))
    else:
        absent[name] = f"AWS is asked with {ASKED}=1 and credentials"
    with step_functions_local() as (local, reason):
        name = "Step Functions Local"
        if local:
            run(name, executed(run_all(local)))
        else:
            absent[name] = reason
    return engines, absent


def interpret(engine: Engine, node: Node) -> None:
    """The cases on aws-local-stepfunctions, with the waits that the definitions have left out."""
    for name, way in node.run("run_cases.mjs", given_to_interpreter()).items():
        errors = tuple((state, error) for state, error in way["errors"])
        engine.ways[name] = Way(tuple(way["states"]), errors, way["end"], way["told"])
    for machine, (cases, _, _) in MACHINES.items():
        unable = {
            name: reason
            for name, state in states_of(DEFINITIONS[machine]).items()
            if (reason := cannot_interpret(state))
        }
        for case in cases:
            visited = engine.ways[case.name].states if case.name in engine.ways else ()
            engine.left_out.update((name, unable[name]) for name in visited if name in unable)


def given_to_interpreter() -> dict[str, Any]:
    """Machines and cases. A task without a script, if only an empty one, would be called in AWS."""
    config = mock_config()
    given: dict[str, Any] = {}
    for machine, (cases, _, _) in MACHINES.items():
        states = states_of(DEFINITIONS[machine])
        nothing: Script = {name: [] for name, state in states.items() if state["Type"] == "Task"}
        given[machine] = {
            "definition": deployed(DEFINITIONS[machine]),
            "cases": [
                {
                    "name": case.name,
                    "input": case.input,
                    "script": nothing | script(config, machine, case.name),
                }
                for case in cases
            ],
        }
    return given


def cannot_interpret(state: Mapping[str, Any]) -> str | None:
    """Why what aws-local-stepfunctions shows of a state says nothing."""
    if str(state.get("Resource", "")).endswith(".waitForTaskToken"):
        return "waits for no token: it takes what the call answers for what the token brings"
    if state.get("ItemProcessor", {}).get("ProcessorConfig", {}).get("Mode") == "DISTRIBUTED":
        return "knows no distributed Map: runs it as an inline one"
    return None


def aws() -> Any:
    """AWS's own Step Functions, whatever endpoint this shell uses for the local AWS."""
    options: Any = {
        "ignore_configured_endpoint_urls": True,
        "retries": {"mode": "adaptive", "max_attempts": 20},
    }
    return boto3.Session().client("stepfunctions", config=Config(**options))


@contextmanager
def step_functions_local() -> Iterator[tuple[str, str]]:
    """Its endpoint, where a Docker engine runs; else an empty one and the reason."""
    compose = ["docker", "compose", "--project-directory", str(ROOT)]
    try:
        subprocess.run(["docker", "info"], capture_output=True, check=True)
    except (FileNotFoundError, subprocess.CalledProcessError):
        yield "", "no Docker engine runs here, and it comes as a Docker image"
        return
    try:
        subprocess.run([*compose, "up", "--detach", "--wait"], check=True)
    except subprocess.CalledProcessError:
        yield "", "Docker could not bring it up (above: why)"
        return
    try:
        yield "http://127.0.0.1:8083", ""
    finally:
        subprocess.run([*compose, "down"], check=True)


def validated(node: Node) -> dict[str, str]:
    """What asl-validator finds in the definitions, as they are written and as they are deployed."""
    forms = {
        f"{name}, {form}": made(definition)
        for name, definition in DEFINITIONS.items()
        for form, made in (("as written", dict), ("as deployed", deployed))
    }
    found: dict[str, str] = node.run("validate.mjs", forms)
    assert found.keys() == forms.keys()
    return found


def report(
    engines: list[Engine],
    absent: Mapping[str, str],
    models: Mapping[str, Way],
    faults: Mapping[str, str],
    cases: list[Case] = CASES,
) -> bool:
    """Print the differences, then each engine's count. True if anything differs."""
    different = False
    counts = []
    for engine in engines:
        if engine.broken:
            different = True
            counts.append(
                f"{engine.name}: broke off after {len(engine.ways)} paths: {engine.broken}"
            )
            continue
        found = all_differences(engine, cases, models)
        different |= bool(found)
        for line in (line for lines in found.values() for line in lines):
            print(f"{engine.name}: {line}")
        agree = len([case for case in cases if case.name not in found])
        counts.append(f"{engine.name}: {agree} of {len(cases)} paths agree, {len(found)} differ")
        counts += [
            f"    can't be run there: {state}, {number} times: {reason}"
            for (state, reason), number in sorted(engine.left_out.items())
        ]
        if not engine.left_out:
            counts.append("    every state of every path was run there")
    counts += [f"{name}: not run: {reason}" for name, reason in absent.items()]
    for name, fault in faults.items():
        different |= bool(fault)
        counts.append(f"asl-validator {version('asl-validator')}: {name}: {fault or 'valid'}")
    print("\n".join(counts))
    return different


if __name__ == "__main__":
    sys.exit(main())
