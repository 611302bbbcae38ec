"""The process that stays: it owns the emulator, the relay and the DNS servers, and ends them all.

`python -m local_aws.supervisor` is started by `local_aws.stack.up`, which reads its standard
output: lines of JSON with the keys `progress`, and last either `ready` or `error`.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import FrameType

from local_aws import processes
from local_aws.clients import CONFIG, LocalSession
from local_aws.deploy import deploy
from local_aws.dns_answers import views_of
from local_aws.dns_server import DnsServer
from local_aws.dns_world import Reader
from local_aws.emulator import Emulator
from local_aws.errors import LocalAwsError
from local_aws.interruption import held
from local_aws.relay import Relay
from local_aws.state import LocalAws, Processes, StateFolder
from local_aws.zones import CreatedZone, create_zones, keys_of, parse_zone

DNS_PORT = 5353  # with the default port; other ports begin at the same distance from theirs
EMULATOR_PORT = 4566
WATCH_SECONDS = 0.5

logger = logging.getLogger("local_aws.supervisor")


@dataclass(frozen=True)
class Request:
    """What to bring up."""

    port: int
    region: str
    parameters: Mapping[str, str] = field(default_factory=dict)
    zones: Sequence[str] = ()


class Supervisor:
    """Everything of one local AWS, begun in order and ended in the opposite one."""

    def __init__(self, request: Request, progress: Callable[[str], None]) -> None:
        self._request = request
        self._progress = progress
        self._folder = StateFolder(request.port)
        self._ending = contextlib.ExitStack()
        self._emulator: Emulator | None = None

    def start(self) -> LocalAws:
        """Bring everything up.

        Raises LocalAwsError; what had been started by then is ended by `stop`.
        """
        request = self._request
        options = [parse_zone(text) for text in request.zones]
        self._progress("Starting the AWS emulator")
        with held():
            emulator = Emulator(
                request.port, request.region, self._folder.scratch, self._folder.emulator_log
            )
            self._emulator = emulator
            self._ending.callback(emulator.stop)
            self._folder.write_processes(Processes.of(os.getpid(), emulator.pid))
        session = LocalSession(emulator.endpoint, request.region)
        reader = Reader(session)
        emulator.wait_until_ready()
        self._progress(f"Creating {', '.join(option.text for option in options)}")
        zones = create_zones(
            options,
            session.client("route53", endpoint_url=session.endpoint, config=CONFIG),
            session.client("ec2", endpoint_url=session.endpoint, config=CONFIG),
            request.region,
        )
        servers = self._start_dns(zones, reader)
        parameters = {
            "HostedZoneIds": ",".join(zone.id for zone in zones),
            "DnsServers": ",".join(servers),
            **request.parameters,
        }
        deployment = deploy(session, parameters, self._progress)
        relay = Relay(session, deployment.state_machine_arn)
        relay.start()
        self._ending.callback(relay.stop)
        local = LocalAws(
            endpoint=emulator.endpoint,
            region=request.region,
            account=deployment.account,
            state_machine_arn=deployment.state_machine_arn,
            dns=servers[0],
            zones=dict(zip(keys_of(options), [zone.id for zone in zones], strict=True)),
            pid=os.getpid(),
        )
        self._folder.write_ready(local)
        return local

    def watch(self, stopping: threading.Event) -> None:
        """Return when asked to stop, or when the emulator has ended by itself."""
        while not stopping.wait(WATCH_SECONDS):
            if self._emulator is None or not self._emulator.is_running():
                logger.error("The AWS emulator ended by itself")
                return

    def stop(self) -> None:
        """End everything that was started."""
        self._ending.close()

    def forget(self) -> None:
        """Remove all files, once everything has ended."""
        self._folder.remove()

    def _start_dns(self, zones: Sequence[CreatedZone], reader: Reader) -> list[str]:
        port = DNS_PORT + self._request.port - EMULATOR_PORT
        if not 1024 < port < 65000:
            port = DNS_PORT
        addresses = []
        for view in views_of([zone.vpc_id for zone in zones]):
            server = DnsServer(view, reader.read, port)
            self._ending.callback(server.stop)
            addresses.append(server.address)
            port = server.port + 1
        return addresses


def main() -> int:
    """Bring up what the request on standard input asks for, and stay until a signal.

    Or until the process is gone that this is for (`processes.follow`), which sends the signal.
    """
    stopping = threading.Event()

    def stop(_signal: int, _frame: FrameType | None) -> None:
        stopping.set()
        if starting:
            raise KeyboardInterrupt

    def leave() -> None:
        logger.info("The process that %s names is gone", processes.ENDS_WITH)
        os.kill(os.getpid(), signal.SIGTERM)

    starting = True
    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    logging.getLogger("botocore").setLevel(logging.WARNING)
    supervisor = Supervisor(
        Request(**json.loads(sys.stdin.readline())), lambda text: _say("progress", text)
    )
    try:
        processes.follow(os.environ, leave)
        began = time.monotonic()
        try:
            local = supervisor.start()
        finally:
            starting = False  # the ending is not broken off
        logger.info("Ready after %.1f s", time.monotonic() - began)
        _say("ready", local.as_dict())
        _let_go_of_output()
        supervisor.watch(stopping)
    except LocalAwsError as error:
        _say("error", str(error))
        return 1
    except KeyboardInterrupt:
        return 1
    except Exception as error:
        logger.exception("Could not bring it up")
        _say("error", f"Unexpected {type(error).__name__}: {error}")
        return 1
    finally:
        supervisor.stop()
        if stopping.is_set():  # whoever asked for the end has no use for the logs
            supervisor.forget()
    return 0


def _say(key: str, value: object) -> None:
    sys.stdout.write(json.dumps({key: value}) + "\n")
    sys.stdout.flush()


def _let_go_of_output() -> None:
    """From here on nobody reads; a closed pipe must not end us."""
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, sys.stdout.fileno())
    os.close(null)


if __name__ == "__main__":
    sys.exit(main())
