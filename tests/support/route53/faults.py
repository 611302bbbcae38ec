"""Faults on the way: a call that never arrives, is refused, or whose answer is lost."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from botocore.exceptions import ConnectTimeoutError, EndpointConnectionError, ReadTimeoutError

from tests.support.route53.calls import Call
from tests.support.route53.errors import (
    Route53Error,
    prior_request_not_complete,
    throttling,
)

ENDPOINT = "https://route53.amazonaws.com"
Effect = Callable[[Call], None]


def read_timeout() -> Exception:
    """The client waited for the answer in vain."""
    return ReadTimeoutError(endpoint_url=ENDPOINT)


def connect_timeout() -> Exception:
    """No connection in time."""
    return ConnectTimeoutError(endpoint_url=ENDPOINT)


def no_connection() -> Exception:
    """No connection at all."""
    return EndpointConnectionError(endpoint_url=ENDPOINT, error="refused")


@dataclass
class Fault:
    """What happens to some calls of an operation, before or after they are carried out.

    Without `call`, to the next `times` calls that `where` accepts; with it, from the call of
    this operation's number on.
    """

    operation: str
    effect: Effect
    after: bool = False
    call: int | None = None
    times: int = 1
    where: Callable[[Call], bool] = lambda _call: True
    struck: int = 0

    def takes(self, call: Call) -> bool:
        """Whether it strikes this call."""
        return (
            self.struck < self.times
            and self.operation in ("*", call.operation)
            and (self.call is None or call.operation_number >= self.call)
            and self.where(call)
        )


class Faults:
    """The faults that are to come. Each method adds one and returns it.

    Keywords of all: `call` (the operation's how-manieth call, from 1; default the next),
    `times` (how many calls in a row), `where` (a test of the Call).
    """

    def __init__(self) -> None:
        self._faults: list[Fault] = []

    @property
    def pending(self) -> list[Fault]:
        """The faults that have not struck as often as they should; a story ends with none."""
        return [fault for fault in self._faults if fault.struck < fault.times]

    def throttle(self, operation: str = "*", **when: object) -> Fault:
        """Throttling, HTTP 400, "Rate exceeded"; nothing is done."""
        return self._add(operation, _raising(throttling), when)

    def prior_request_not_complete(self, **when: object) -> Fault:
        """ChangeResourceRecordSets is refused as an earlier change is being worked on."""
        return self._add("ChangeResourceRecordSets", _raising(prior_request_not_complete), when)

    def fail(self, operation: str = "*", status: int = 503, **when: object) -> Fault:
        """A failure on AWS's side (5xx); nothing is done."""
        code = "ServiceUnavailable" if status == 503 else "InternalFailure"
        return self.refuse(operation, code, "Service is unavailable", status, **when)

    def refuse(
        self, operation: str, code: str, message: str, status: int = 400, **when: object
    ) -> Fault:
        """Any error response, for instance AccessDenied with 403; nothing is done."""
        return self._add(operation, _raising(lambda: Route53Error(code, message, status)), when)

    def cut(
        self,
        operation: str = "*",
        error: Callable[[], Exception] = no_connection,
        **when: object,
    ) -> Fault:
        """The call does not reach Route 53; nothing is done."""
        return self._add(operation, _raising(error), when)

    def lose_answer(
        self,
        operation: str = "*",
        error: Callable[[], Exception] = read_timeout,
        **when: object,
    ) -> Fault:
        """The call is carried out, and the client gets no answer."""
        return self._add(operation, _raising(error), when, after=True)

    def run(self, operation: str, action: Effect, *, after: bool = False, **when: object) -> Fault:
        """Let something happen right before (or after) a call, for instance somebody's edit."""
        return self._add(operation, action, when, after=after)

    def strike(self, call: Call, *, after: bool = False) -> None:
        """Let what is due for this call happen; raises what it raises."""
        for fault in list(self._faults):
            if fault.after is after and fault.takes(call):
                fault.struck += 1
                fault.effect(call)

    def clear(self) -> None:
        """No more faults."""
        self._faults.clear()

    def _add(
        self, operation: str, effect: Effect, when: dict[str, object], *, after: bool = False
    ) -> Fault:
        fault = Fault(operation, effect, after, **when)  # type: ignore[arg-type]
        self._faults.append(fault)
        return fault


def _raising(error: Callable[[], Exception]) -> Effect:
    def effect(_call: Call) -> None:
        raise error()

    return effect
