"""Every error an execution can end with; the class name is the error name in the state machine.

`RetryableError`: waiting may mend it, the state machine retries the step.
`ReplannedError`: what the plan was made from has moved, the state machine plans again.
`PermanentError`: somebody has to change something first.
What is neither is the reason of an execution that was skipped, and is not raised.

A message says what was wrong, with the value, and what the user can do about it. It is one line
that can be shown anywhere: an execution's cause, an alert, a log, a terminal. It travels in the
execution's state, which is bounded; so is each message.
"""

from typing import Self

from signpost.harmless import harmless

MOST = 1000  # characters of a sentence in the payload


def shortened(text: str, most: int = MOST) -> str:
    """A text of at most so many characters: of a longer one beginning and end, and how much is
    left out between them.
    """
    if len(text) <= most:
        return text
    gap = f" [… {len(text):,} characters in all …] "
    end = (most - len(gap)) // 3
    return text[: most - len(gap) - end] + gap + text[-end:]


class SignpostError(Exception):
    """Base of all of Signpost's own errors; never raised itself."""

    most = MOST  # characters of its sentence

    def __init__(self, message: str = "") -> None:
        super().__init__(harmless(message))

    def __str__(self) -> str:
        return shortened(super().__str__(), self.most)


class RetryableError(SignpostError):
    """The same step may succeed later."""


class ReplannedError(RetryableError):
    """The same plan can't succeed any more, a new one may: counted as a round."""


class PermanentError(SignpostError):
    """Trying again changes nothing until a person or a configuration changes something."""


# --- retried -------------------------------------------------------------------------------


class Throttled(RetryableError):
    """AWS refused a call because of a rate limit; `call` is which, such as `ecs:ListServices`."""

    def __init__(self, message: str = "", call: str = "") -> None:
        super().__init__(message)
        self.call = call


class AwsUnavailable(RetryableError):
    """An AWS call failed on AWS's side (5xx), was cut off or got no answer."""


class ZoneBusy(RetryableError):
    """Route 53 is still working on an earlier change of the zone (PriorRequestNotComplete)."""


class AccessDenied(RetryableError):
    """A role lacks a permission, or has not got it everywhere yet: what IAM is told takes some
    seconds to spread (IAM User Guide, "Changes that I make are not always immediately visible").
    """


class LoadBalancerNotReady(RetryableError):
    """The load balancer is not `active` yet, or no load balancer uses the target group yet."""


class TargetsNotHealthy(RetryableError):
    """Fewer healthy targets than `signpost:min-healthy`."""


class NotPropagated(RetryableError):
    """DNS, or Route 53's change status, does not show the change yet."""


class ResolverUnreachable(RetryableError):
    """No DNS server that must be asked gave an answer. `how`: `silent` where nothing came back at
    all, `refused` where a server does not serve the name.
    """

    def __init__(self, message: str = "", how: str = "") -> None:
        super().__init__(message)
        self.how = how


class StillAsked(RetryableError):
    """Route 53 refused to remove a record that somebody still asks for (a change guardrail)."""


# --- planned again -------------------------------------------------------------------------


class RecordConflict(ReplannedError):
    """Route 53 refused the batch: the records are not what the plan was made from."""


class OutcomeUnknown(ReplannedError):
    """Route 53 refused the batch, and an attempt before may have carried it out: no answer came."""


class RoutingUnread(ReplannedError):
    """The service has names that no load balancer which it shows can serve: what leads to it may
    stand in its service revision, which the next round reads.
    """


class HeldByPolicy(ReplannedError):
    """The policy became dry-run before all was written."""


class ServiceChanged(ReplannedError):
    """The ECS service is no longer what the plan was made from."""


# --- permanent -----------------------------------------------------------------------------


class InvalidEvent(PermanentError):
    """The input is neither an accepted event nor a manual run."""


class InvalidConfiguration(PermanentError):
    """A parameter of the stack or a `signpost:` tag has a value that can't be used."""


class HostnameInvalid(PermanentError):
    """A name that can't be a hostname (RFC 1123)."""


class HostnameTaken(PermanentError):
    """The name has records that Signpost did not make; they are left as they are. `type` is
    the one that can't be of a `name` that the service has already.
    """

    def __init__(self, message: str = "", name: str = "", type: str = "") -> None:
        super().__init__(message)
        self.name, self.type = name, type


class HostnameNotAllowed(PermanentError):
    """`AllowedHostnames` and `DeniedHostnames` do not let the service take a name that it wants."""


class AmbiguousLoadBalancer(PermanentError):
    """Several load balancers qualify for one zone and no tag chooses."""


class LoadBalancerNotFound(PermanentError):
    """A load balancer or target group that the service names does not exist."""


class ZoneNotFound(PermanentError):
    """None of the listed hosted zones can take the name for this load balancer's VPC and scheme."""


class LedgerCorrupt(PermanentError):
    """The ledger can't be trusted: edited, of a newer format, or of another installation."""


class ChangeRefused(PermanentError):
    """Route 53 refused a batch for a reason that planning again does not mend."""


class RecordProtected(PermanentError):
    """Somebody has protected the record set in Route 53 from every change."""


class NameDelegated(PermanentError):
    """The zone delegates the name to other name servers, which would answer instead of it."""


class ZoneManagedByCloudMap(PermanentError):
    """Another service of AWS, nearly always Cloud Map, made the zone and alone may change it.

    "When a resource is created by another service, you can't edit or delete it using Amazon Route
    53" (Route 53 API Reference, "LinkedService").
    """

    @classmethod
    def of(cls, zone: object, manager: str) -> Self:
        """The error for a zone, or its id; `manager` as Route 53 names it."""
        if manager.startswith("servicediscovery."):
            manager = f"AWS Cloud Map ({manager})"
        return cls(
            f"Zone {zone} can only be changed through {manager}, which made it. Nothing was "
            "changed in it. Make a zone of your own for these names, and list that in "
            "HostedZoneIds in place of this one. Names in this zone come from the service "
            "discovery of an ECS service, not from Signpost."
        )


class WrongAnswer(PermanentError):
    """DNS settled on an answer that is neither the old state nor the planned one."""


class ChangeTooLarge(PermanentError):
    """The change, with its proof, would not fit into what Step Functions carries between steps."""


class ServiceKeepsChanging(PermanentError):
    """The service or its records changed in each of five rounds."""


class SweepBrake(PermanentError):
    """A sweep would remove so many names at once that it removed none; `force` lets it."""

    most = (
        30_000  # it names the services; a cause holds 32 KB (Step Functions API, "SendTaskFailure")
    )


# --- told, never raised --------------------------------------------------------------------


class RoutingNotUnderstood(SignpostError):
    """What leads to a service is none of the ways that Signpost knows: its names stay."""


class ServiceNotFound(SignpostError):
    """A run by hand was skipped: neither ECS nor a ledger knows of the service."""
