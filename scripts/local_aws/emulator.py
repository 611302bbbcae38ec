"""The emulator process: started with a clean environment, watched, and ended with its children."""

from __future__ import annotations

import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path

import psutil

from local_aws import processes
from local_aws.clients import child_environment, isolated
from local_aws.errors import LocalAwsError
from local_aws.ports import HOST

START_SECONDS = 60.0


def endpoint_of(port: int) -> str:
    """The URL under which the emulator on this port answers."""
    return f"http://{HOST}:{port}"


def emulator_environment(
    environ: Mapping[str, str], port: int, region: str, scratch: Path
) -> dict[str, str]:
    """The emulator's environment: everything in memory or under `scratch`, loopback only."""
    return isolated(environ) | {
        **child_environment(endpoint_of(port), region),
        # A second root key, so that tools whose dummy key is `testing` are let in as well.
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "BIND_HOST": HOST,
        "GATEWAY_PORT": str(port),
        "MINISTACK_HOST": HOST,
        "MINISTACK_REGION": region,
        "AUTH": "true",
        "CLOUDTRAIL_RECORDING": "1",
        "SFN_WAIT_SCALE": "0.1",
        "LOG_LEVEL": "WARNING",
        # Listeners that nothing here needs, one of them on every interface.
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
        # Never a container engine of this machine: services run without one, everywhere alike.
        "DOCKER_HOST": f"unix://{scratch}/no-docker.sock",
        "STATE_DIR": str(scratch / "state"),
        "S3_DATA_DIR": str(scratch / "s3"),
        "TMPDIR": str(scratch),
        "NO_PROXY": f"{HOST},localhost",
        "no_proxy": f"{HOST},localhost",
    }


class Emulator:
    """One emulator process and the function processes that it starts."""

    def __init__(self, port: int, region: str, scratch: Path, log: Path) -> None:
        self.port = port
        self.endpoint = endpoint_of(port)
        self._log = log
        with log.open("wb") as output:
            self._process = psutil.Popen(
                [sys.executable, "-m", "local_aws.emulated"],
                env=emulator_environment(os.environ, port, region, scratch)
                | {processes.ENDS_WITH: str(os.getpid())},
                cwd=scratch,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                # A group of its own: the functions it starts end together with it.
                start_new_session=True,
            )

    @property
    def pid(self) -> int:
        """Process id, and the id of the group of everything it started."""
        return self._process.pid

    def is_running(self) -> bool:
        """Whether the process is still there."""
        return processes.is_alive(self._process)

    def wait_until_ready(self) -> None:
        """Return when it answers.

        Raises LocalAwsError with the end of its log when it ends or stays silent.
        """
        deadline = time.monotonic() + START_SECONDS
        while not is_healthy(self.port):
            if not self.is_running():
                raise LocalAwsError(f"The AWS emulator ended at once: {self._last_words()}")
            if time.monotonic() > deadline:
                raise LocalAwsError(
                    f"The AWS emulator did not answer within {START_SECONDS:.0f} s:"
                    f" {self._last_words()}"
                )
            time.sleep(0.1)

    def stop(self) -> None:
        """End it and everything it started."""
        processes.end_group(self.pid)
        self._process.wait()

    def _last_words(self) -> str:
        lines = self._log.read_text(errors="replace").strip().splitlines()
        return " | ".join(lines[-5:]) or "it wrote nothing."


def is_healthy(port: int, patience: float = 10.0) -> bool:
    """Whether an emulator answers on this port, within so many seconds."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(f"{endpoint_of(port)}/_ministack/health", timeout=patience) as answer:
            return bool(answer.status == 200)
    except (OSError, urllib.error.URLError):
        return False
