"""How Route 53 says no: one error for a call, and the refusals that make up InvalidChangeBatch."""

from __future__ import annotations

from collections.abc import Sequence


class Route53Error(Exception):
    """An error response: Route 53's code, its sentence, and the HTTP status.

    `refusals` are those that the sentence of an InvalidChangeBatch lists.
    """

    def __init__(
        self, code: str, message: str, status: int = 400, refusals: Sequence[str] = ()
    ) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.status = status
        self.refusals = tuple(refusals)


class Refused(Exception):
    """What is wrong with one change; InvalidChangeBatch lists the refusals of all changes."""

    def __init__(self, *refusals: str) -> None:
        super().__init__(", ".join(refusals))
        self.refusals = refusals


class UnsupportedByStandIn(Exception):
    """Legal in Route 53, unknown to this stand-in: a test that needs it has to teach it first."""


def invalid_change_batch(refusals: Sequence[str]) -> Route53Error:
    """InvalidChangeBatch, with the refusals in brackets and separated by commas as on the wire."""
    return Route53Error("InvalidChangeBatch", f"[{', '.join(refusals)}]", refusals=refusals)


def invalid_input(message: str) -> Route53Error:
    """InvalidInput: the request as a whole can't be understood."""
    return Route53Error("InvalidInput", message)


def no_such_hosted_zone(zone_id: str) -> Route53Error:
    """NoSuchHostedZone, HTTP 404."""
    return Route53Error("NoSuchHostedZone", f"No hosted zone found with ID: {zone_id}", 404)


def no_such_change(change_id: str) -> Route53Error:
    """NoSuchChange, HTTP 404."""
    return Route53Error("NoSuchChange", f"Could not find resource with ID: {change_id}", 404)


def throttling() -> Route53Error:
    """Over the rate of API requests: HTTP 400, not 429."""
    return Route53Error("Throttling", "Rate exceeded")


def prior_request_not_complete() -> Route53Error:
    """The zone still works on an earlier change."""
    return Route53Error(
        "PriorRequestNotComplete",
        "The request was rejected because Route 53 was still processing a prior request.",
    )
