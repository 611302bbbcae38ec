"""What is up on a port: small files in a folder of its own, among the user's states of programs."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path

from platformdirs import user_state_path

import signpost_stack
from local_aws.clients import child_environment
from local_aws.errors import LocalAwsError
from local_aws.processes import Noted

STATE_DIR = "SIGNPOST_STATE_DIR"  # keeps the folders elsewhere


@dataclass(frozen=True)
class LocalAws:
    """A running local AWS."""

    endpoint: str
    region: str
    account: str
    state_machine_arn: str
    dns: str
    zones: dict[str, str]
    pid: int
    healthy: bool = field(default=True, compare=False)

    def as_dict(self) -> dict[str, object]:
        """The seven keys that `up --json` prints."""
        values = asdict(self)
        del values["healthy"]
        return values

    def to_json(self) -> str:
        """The seven keys as one line of JSON."""
        return json.dumps(self.as_dict())

    def environment(self) -> dict[str, str]:
        """Environment variables with which boto3 and the AWS CLI speak to it."""
        return child_environment(self.endpoint, self.region)


@dataclass(frozen=True)
class Processes:
    """The processes of one local AWS, each the first of its group, and whose template it runs."""

    supervisor: Noted
    emulator: Noted
    root: str = str(signpost_stack.ROOT)

    @classmethod
    def of(cls, supervisor: int, emulator: int) -> Processes:
        """Of ids of processes that run."""
        return cls(Noted.of(supervisor), Noted.of(emulator))


class StateFolder:
    """Files of the local AWS of one port; removed when it is down.

    A port is the whole machine's, so its folder is no checkout's own.
    """

    def __init__(self, port: int) -> None:
        self._port = port
        given = os.environ.get(STATE_DIR)
        root = Path(given).absolute() if given else user_state_path("signpost")
        self.path = root / f"aws-{port}"
        self.emulator_log = self.path / "emulator.log"
        self.supervisor_log = self.path / "supervisor.log"
        self.scratch = self.path / "scratch"

    @contextmanager
    def claimed(self) -> Iterator[None]:
        """For the start of a local AWS: nobody else starts one on this port meanwhile.

        Raises LocalAwsError where somebody does, or where nothing can be written.
        """
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            lock = (self.path.parent / "lock").open("w")
        except OSError as error:
            raise LocalAwsError(
                f"{error.filename} can't be written: {error.strerror}. The variable {STATE_DIR}"
                " names another folder for what is noted of a local AWS."
            ) from error
        with lock:
            try:
                # One file for all: the byte at the port's number is the port's.
                fcntl.lockf(lock, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, self._port)
            except OSError as error:
                raise LocalAwsError(
                    f"A local AWS is just being started on port {self._port} already."
                ) from error
            yield

    def create(self) -> None:
        """Make it, empty."""
        self.remove()
        self.scratch.mkdir(parents=True)

    def remove(self) -> None:
        """Remove it and everything in it."""
        shutil.rmtree(self.path, ignore_errors=True)

    def last_words(self) -> str:
        """The end of what the supervisor has logged."""
        return (self._read("supervisor.log") or "it was told to.")[-500:]

    def write_processes(self, processes: Processes) -> None:
        """Note the processes, so that they can be ended even when the supervisor was killed."""
        self._write("processes.json", json.dumps(asdict(processes)))

    def read_processes(self) -> Processes | None:
        """The noted processes; None when nothing was started or it was stopped."""
        if not (text := self._read("processes.json")):
            return None
        noted = json.loads(text)
        return Processes(Noted(**noted["supervisor"]), Noted(**noted["emulator"]), noted["root"])

    def write_ready(self, local: LocalAws) -> None:
        """Note that it is ready."""
        self._write("ready.json", local.to_json())

    def read_ready(self) -> LocalAws | None:
        """What is running; None before it is ready."""
        text = self._read("ready.json")
        return LocalAws(**json.loads(text)) if text else None

    def _write(self, name: str, text: str) -> None:
        # Written aside and renamed: a reader never sees half a file.
        temporary = self.path / f"{name}.{os.getpid()}"
        temporary.write_text(text)
        temporary.replace(self.path / name)

    def _read(self, name: str) -> str | None:
        try:
            return (self.path / name).read_text()
        except FileNotFoundError:
            return None
