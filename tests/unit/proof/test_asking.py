"""Many questions within the time of one attempt."""

from __future__ import annotations

import threading

import pytest

from signpost.errors import ResolverUnreachable
from signpost.proof.asking import AT_ONCE, SECONDS, Asking
from signpost.proof.lookup import WAITS, Server
from tests.support.route53 import PATIENCE_SECONDS
from tests.support.template import TEMPLATE

ONE, OTHER = Server("one", "192.0.2.1"), Server("other", "192.0.2.2")


def test_each_question_is_asked_once() -> None:
    asked: list[Server] = []

    def ask(server: Server, name: str, _: str) -> tuple[str, ...]:
        asked.append(server)
        return (server.name,)

    asking = Asking(ask)
    asking.ahead([(ONE, "a", "A"), (OTHER, "a", "A")])
    answers = [asking(server, "a", "A") for server in (ONE, OTHER, ONE)]

    assert len(asked) == 2
    assert answers == [("one",), ("other",), ("one",)]


def test_many_are_asked_at_the_same_time() -> None:
    together = threading.Barrier(AT_ONCE, timeout=PATIENCE_SECONDS)

    def ask(_: Server, name: str, __: str) -> tuple[str, ...]:
        together.wait()
        return (name,)

    asking = Asking(ask)
    names = [f"n{number}" for number in range(AT_ONCE)]
    asking.ahead([(ONE, name, "A") for name in names])

    assert [asking(ONE, name, "A") for name in names] == [(name,) for name in names]


def test_a_server_that_takes_long_keeps_no_other_waiting() -> None:
    others_are_done = threading.Event()

    def ask(server: Server, name: str, _: str) -> tuple[str, ...]:
        if server == ONE:
            assert others_are_done.wait(PATIENCE_SECONDS)
        elif name == "last":
            others_are_done.set()
        return (name,)

    asking = Asking(ask)
    names = [*(f"n{number}" for number in range(3 * AT_ONCE)), "last"]
    asking.ahead([(server, name, "A") for name in names for server in (ONE, OTHER)])

    assert asking(ONE, "last", "A") == ("last",)


def test_a_silent_server_is_asked_no_more_and_the_others_are() -> None:
    asked: list[str] = []

    def ask(server: Server, name: str, _: str) -> tuple[str, ...]:
        asked.append(f"{server.name} {name}")
        if server == ONE:
            raise ResolverUnreachable("one is silent", "silent")
        return (name,)

    asking = Asking(ask)
    for name in ("a", "b"):
        with pytest.raises(ResolverUnreachable, match="one is silent"):
            asking(ONE, name, "A")
        assert asking(OTHER, name, "A") == (name,)

    assert asked == ["one a", "other a", "other b"]


def test_a_server_that_fails_for_one_name_is_asked_for_the_next() -> None:
    def ask(_: Server, name: str, __: str) -> tuple[str, ...]:
        if name == "a":
            raise ResolverUnreachable("SERVFAIL")
        return (name,)

    asking = Asking(ask)
    asking.ahead([(ONE, "a", "A"), (ONE, "b", "A")])

    with pytest.raises(ResolverUnreachable, match="SERVFAIL"):
        asking(ONE, "a", "A")
    assert asking(ONE, "b", "A") == ("b",)


def test_when_the_time_is_over_nobody_is_asked_any_more() -> None:
    asking = Asking(lambda *_: ("never",), seconds=0.0)

    assert asking.left(3.0) == 0.0
    with pytest.raises(ResolverUnreachable, match="one was not asked for a A: the time"):
        asking(ONE, "a", "A")


def test_all_asking_fits_into_the_functions_time_and_leaves_some_for_route_53() -> None:
    limit = TEMPLATE["Globals"]["Function"]["Timeout"]

    assert SECONDS + sum(WAITS) <= limit - 10
