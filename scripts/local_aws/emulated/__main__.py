"""The emulator's main program: MiniStack with every correction of this package."""

from __future__ import annotations

import os
import signal

from local_aws import processes


def main() -> None:
    """Run the emulator until a signal ends it, or its supervisor is gone without having done so."""
    # All is in memory, and the functions' processes are of this group.
    processes.follow(os.environ, lambda: os.killpg(0, signal.SIGKILL))
    from ministack import app

    from local_aws.emulated import (
        batches,
        calls,
        certificates,
        classic,
        connectors,
        express,
        forwards,
        gateways,
        ingress,
        interfaces,
        maps,
        permissions,
        records,
        revisions,
        routing,
        starts,
        tags,
        tasks,
        types,
        zone_calls,
    )
    from local_aws.emulated.events import Bus

    bus = Bus()
    bus.start()
    permissions.install()
    interfaces.install()
    tasks.install(bus.tell)
    starts.install()
    batches.install()
    types.install()
    maps.install()
    records.install()
    routing.install()
    zone_calls.install()
    classic.install()
    calls.install(bus.tell)
    forwards.install()
    certificates.install()
    ingress.install()
    express.install()
    gateways.install()
    connectors.install()
    revisions.install()
    tags.install()
    app.main()


if __name__ == "__main__":
    main()
