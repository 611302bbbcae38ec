"""The emulator's main program: MiniStack with every correction of this package."""

from __future__ import annotations


def main() -> None:
    """Run the emulator until a signal ends it."""
    from ministack import app

    from local_aws.emulated import (
        batches,
        calls,
        classic,
        interfaces,
        maps,
        permissions,
        records,
        tasks,
        types,
    )
    from local_aws.emulated.events import Bus

    bus = Bus()
    bus.start()
    permissions.install()
    interfaces.install()
    tasks.install(bus.tell)
    calls.install(bus.tell)
    batches.install()
    types.install()
    maps.install()
    records.install()
    classic.install()
    app.main()


if __name__ == "__main__":
    main()
