"""Whether an endpoint is a local AWS of `signpost local up`, with its relay of events."""

from __future__ import annotations

from urllib.parse import urlsplit

_LOOPBACK = ("127.0.0.1", "localhost", "::1")


def is_local_aws(endpoint: str) -> bool:
    """Whether `signpost local status` knows this endpoint and finds it healthy.

    The supervisor's process holds the relay, so a supervisor that runs means a relay that runs.
    """
    address = urlsplit(endpoint)
    if address.hostname not in _LOOPBACK or address.port is None:
        return False
    from local_aws.stack import status

    local = status(address.port)
    return local is not None and local.healthy
