"""Ports of the loopback address."""

from __future__ import annotations

import secrets
import socket

HOST = "127.0.0.1"
# Below those that Linux (from 32768) and macOS (from 49152) give to whoever connects, of which one
# that is free now may be taken before it is used.
_CHOSEN_FROM = range(20_000, 32_000)


def is_free(port: int) -> bool:
    """Whether a TCP server can listen on this port."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def free_port() -> int:
    """A port that is free, and will most likely still be in a while."""
    while not is_free(port := secrets.choice(_CHOSEN_FROM)):
        pass
    return port
