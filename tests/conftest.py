"""What holds for all tests: made-up credentials, how Hypothesis runs, what is told of a search."""

from __future__ import annotations

import functools
import gc
import os
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.loaders import JSONFileLoader
from cryptography.hazmat.primitives.asymmetric import rsa
from hypothesis import HealthCheck, settings

from local_aws import processes
from local_aws.state import STATE_DIR
from tests.search import stretches
from tests.support import api_model

# moto's 600 machine images, loaded anew for each test, would be a third of a workflow test.
os.environ.setdefault("MOTO_EC2_LOAD_DEFAULT_AMIS", "false")

# botocore would read the models of its services (EC2's has megabytes) for each test again, as moto
# begins a new session for each.
_read = JSONFileLoader.load_file


@functools.cache
def _read_once(path: str) -> Any:
    return _read(JSONFileLoader(), path)


JSONFileLoader.load_file = lambda _, path: _read_once(path)  # type: ignore[method-assign, assignment]

# moto makes an RSA key for each key of KMS, and none of ours is of that kind.
rsa.generate_private_key = functools.cache(rsa.generate_private_key)

api_model.install()

settings.register_profile(
    "ci", deadline=None, print_blob=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("night", settings.get_profile("ci"), max_examples=20_000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))

# The processes of pytest-xdist are to begin their searches where this one says.
os.environ["SIGNPOST_SEED"] = str(stretches.SEED)


@pytest.fixture(autouse=True)
def calls_as_aws_knows_them() -> Iterator[None]:
    """What a call asks and what it is answered are as botocore's model says, whoever answers."""
    yield
    found = api_model.taken()
    assert not found, "\n".join(found)


def pytest_report_header() -> str:
    """Said first, so that it is known even of a run that never ends."""
    return stretches.told()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """`make test` stays within minutes: what is deeper runs where it is asked for by name."""
    if _is_whole(config):
        deep = [item for item in items if item.get_closest_marker("deep")]
        config.hook.pytest_deselected(items=deep)
        items[:] = [item for item in items if item not in set(deep)]


def pytest_collection_finish() -> None:
    """What all tests share is no garbage, and a third of a run is the time to find that out."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 50, 50)


def pytest_testnodedown(node: Any) -> None:
    """pytest-xdist: a process of tests has ended, and tells which calls its tests made."""
    api_model.made.update(map(tuple, getattr(node, "workeroutput", {}).get("calls", ())))


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """A run of all tests fails where some call of AWS was made by none."""
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["calls"] = sorted(api_model.made)
    elif _is_whole(session.config) and session.exitstatus == 0 and _untried():
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def _is_whole(config: pytest.Config) -> bool:
    chosen = any(config.getoption(name, None) for name in ("-k", "-m", "lf", "collectonly"))
    return config.args_source is pytest.Config.ArgsSource.TESTPATHS and not chosen


def _untried() -> list[str]:
    return sorted(f"{file}: {call}" for file, call in api_model.written() - api_model.made)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """How many histories all processes have made, whether or not one of them went wrong; and the
    calls of AWS that no test made.
    """
    if _is_whole(terminalreporter.config):
        for call in _untried():
            terminalreporter.write_line(f"No test makes the call {call}", red=True)
    made = [
        value
        for reports in terminalreporter.stats.values()
        for report in reports
        if getattr(report, "when", None) == "call"
        for name, value in report.user_properties
        if name == "histories"
    ]
    if made:
        terminalreporter.write_line(stretches.told(sum(made)))


@pytest.fixture(scope="session", autouse=True)
def local_aws_of_these_tests(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """What a test brings up ends with this process, however it ends, and is noted where no other
    checkout's tests and no user look."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(processes.ENDS_WITH, str(os.getpid()))
        patch.setenv(STATE_DIR, str(tmp_path_factory.mktemp("with a space")))
        yield


@pytest.fixture(autouse=True)
def made_up_credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test can reach an account, whatever the machine has credentials for."""
    for name in ("AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_ENDPOINT_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")


@pytest.fixture(autouse=True)
def no_metrics(monkeypatch: pytest.MonkeyPatch) -> None:
    """Metrics are lines on standard output; `tests.support.lines` turns them on to read them."""
    monkeypatch.setenv("POWERTOOLS_METRICS_DISABLED", "true")
