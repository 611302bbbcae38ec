"""What is up on a port: one small file, in a folder of its own, below the repository's .local/."""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import asdict, dataclass, field
from pathlib import Path

from local_aws.clients import child_environment

ROOT = Path(__file__).resolve().parents[2]


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
    """The processes of one local AWS: ids, the emulator's being also its group's."""

    supervisor: int
    emulator: int


class StateFolder:
    """Files of the local AWS of one port; removed when it is down."""

    def __init__(self, port: int, root: Path = ROOT) -> None:
        self.path = root / ".local" / f"aws-{port}"
        self.emulator_log = self.path / "emulator.log"
        self.supervisor_log = self.path / "supervisor.log"
        self.scratch = self.path / "scratch"

    def create(self) -> None:
        """Make it, empty."""
        self.remove()
        self.scratch.mkdir(parents=True)

    def remove(self) -> None:
        """Remove it and everything in it."""
        shutil.rmtree(self.path, ignore_errors=True)

    def write_processes(self, processes: Processes) -> None:
        """Note the processes, so that they can be ended even when the supervisor was killed."""
        self._write("processes.json", json.dumps(asdict(processes)))

    def read_processes(self) -> Processes | None:
        """The noted processes; None when nothing was started or it was stopped."""
        text = self._read("processes.json")
        return Processes(**json.loads(text)) if text else None

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
