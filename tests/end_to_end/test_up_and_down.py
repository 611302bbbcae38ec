"""`signpost local up`, `status` and `down`, as another program uses them."""

from __future__ import annotations

import json
import socket

import pytest

from local_aws.ports import free_port
from tests.end_to_end.conftest import LocalAws, running, signpost

pytestmark = [pytest.mark.local_aws, pytest.mark.xdist_group("local")]


def test_it_comes_up_tells_where_and_goes_without_a_trace() -> None:
    port = str(free_port())

    up = signpost("local", "up", "--json", "--port", port)
    facts = json.loads(up.stdout)
    status = signpost("local", "status", "--json", "--port", port)
    up_now = running(AWS_ENDPOINT_URL=facts["endpoint"])
    doctor = signpost("doctor", AWS_ENDPOINT_URL=facts["endpoint"])
    down = signpost("local", "down", "--port", port)

    assert set(facts) == {
        "endpoint",
        "region",
        "account",
        "state_machine_arn",
        "dns",
        "zones",
        "pid",
    }
    assert list(facts["zones"]) == ["ecs.internal"]
    assert json.loads(status.stdout) == facts
    assert up_now
    assert (doctor.returncode, doctor.stderr) == (0, "")
    assert "Nothing is wrong with what was looked at." in doctor.stdout
    assert down.returncode == 0
    assert running(AWS_ENDPOINT_URL=facts["endpoint"]) == []
    assert signpost("local", "status", "--port", port).returncode == 1


def test_a_port_in_use_is_said_and_left_alone() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])

        done = signpost("local", "up", "--port", port)

    assert done.returncode == 1
    assert port in done.stderr
    assert "Traceback" not in done.stderr


def test_a_demo_where_a_local_aws_is_up_is_refused_and_leaves_it_up(
    local: LocalAws,
) -> None:
    port = local.facts["endpoint"].rpartition(":")[2]

    done = signpost("local", "demo", "--port", port)
    status = signpost("local", "status", "--json", "--port", port)

    assert done.returncode == 1
    assert f"already up on port {port}" in " ".join(done.stderr.split())
    assert json.loads(status.stdout)["pid"]
    assert status.returncode == 0


def test_a_bad_parameter_starts_nothing() -> None:
    port = str(free_port())

    done = signpost("local", "up", "--port", port, "--parameter", "Policy=sometimes")

    assert done.returncode == 2
    assert "must be one of" in done.stderr
    assert signpost("local", "status", "--port", port).returncode == 1


def test_down_where_nothing_is_up_is_no_error() -> None:
    assert signpost("local", "down", "--port", str(free_port())).returncode == 0


def test_usage_errors_exit_2() -> None:
    assert signpost("local", "up", "--parameter", "nonsense").returncode == 2
    assert signpost("rerun", "prod").returncode == 2


@pytest.mark.deep
def test_a_dead_endpoint_is_said_with_the_next_step() -> None:
    done = signpost(
        "rerun", "prod", "web",
        AWS_ENDPOINT_URL=f"http://127.0.0.1:{free_port()}", AWS_REGION="eu-west-1",
    )  # fmt: skip

    assert done.returncode == 1
    assert "signpost local up" in done.stderr
    assert "Traceback" not in done.stderr
