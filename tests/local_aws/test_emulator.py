"""The emulator's environment."""

from __future__ import annotations

from pathlib import Path

from local_aws.emulator import emulator_environment


def test_the_emulator_hears_nothing_of_the_users_own_account() -> None:
    mine = {"AWS_PROFILE": "production", "AWS_SESSION_TOKEN": "x", "PYTHONPATH": "y", "LANG": "C"}

    environment = emulator_environment(mine, 4599, "eu-west-1", Path("/scratch"))

    assert not {"AWS_PROFILE", "AWS_SESSION_TOKEN", "PYTHONPATH"} & environment.keys()
    assert environment["LANG"] == "C"
    assert environment["BIND_HOST"] == "127.0.0.1"
    assert environment["AWS_ENDPOINT_URL"] == "http://127.0.0.1:4599"
    assert environment["AUTH"] == "true"
