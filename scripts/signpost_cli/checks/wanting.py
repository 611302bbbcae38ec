"""What is told of services whose names are not as they should be, and why they are not. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from signpost.errors import HostnameTaken, LedgerCorrupt, LoadBalancerNotReady
from signpost.ledger.ownership import ServiceKey
from signpost.settings import Settings
from signpost_cli.change import Change
from signpost_cli.checks.findings import Finding, found
from signpost_cli.checks.recent import Recent
from signpost_cli.checks.services import LISTENER
from signpost_cli.checks.standing import Names, Standing
from signpost_cli.checks.words import sentence, some
from signpost_cli.render import moment

_CODES = {
    Names.NONE: "service-unnamed",
    Names.SOME: "service-unnamed",
    Names.OTHERS: "service-names-elsewhere",
    Names.EDITED: "ledger-without-records",
    Names.TOO_MANY: "names-not-wanted",
    Names.NO_SERVICE: "names-without-service",
}
# Of a service's errors, those of which nothing but a finding here tells.
_OURS = (HostnameTaken.__name__, LedgerCorrupt.__name__, LoadBalancerNotReady.__name__)


def judge(
    standings: Sequence[Standing],
    recent: Recent,
    settings: Settings,
    elsewhere: Collection[ServiceKey] = (),
) -> list[Finding]:
    """Findings for each service that waits, or is not in order; `elsewhere` are those that another
    finding is about already.
    """
    waits = [
        found(
            "service-waits",
            f"{one.label}: {one.reason} {_runs(one.waiting, one.error)}",
            f"signpost show {one.waiting.name}",
        )
        for one in standings
        if one.names is Names.WAITS and one.waiting
    ]
    wrong = [one for one in standings if _is_wrong(one) and one.key not in elsewhere]
    if wrong and settings.policy == "dry-run":
        return [*waits, _held_back(wrong)]
    return [*waits, *(_finding(one, recent) for one in wrong)]


def _is_wrong(one: Standing) -> bool:
    return one.names in _CODES and (not one.error or one.error in _OURS)


def _finding(one: Standing, recent: Recent) -> Finding:
    what = f"{one.label}: {one.reason} {_why(one, recent)}"
    return found(_CODES[one.names], what, "\n".join(_mend(one)))


def _why(one: Standing, recent: Recent) -> str:
    if one.failed and one.failed.outcome == one.error:
        ended = moment(one.failed.ended or one.failed.started)
        return f"So ended the execution {one.failed.name} at {ended}."
    if one.failed:
        return failure(one.failed)
    if not recent.listed:
        return "Whether an execution runs for it, or failed, is not known."
    if recent.limits:
        return "Among the executions that were looked at, none that runs or failed is about it."
    none = "No execution runs for it, and none that failed is about it"
    if one.error or one.names is Names.EDITED:  # no event would have told of that
        return f"{none}."
    return f"{none}: its event may be lost, or on its way still."


def failure(one: Change, what: str = "Its newest execution that failed") -> str:
    """How an execution ended, in a sentence."""
    cause = f": {one.cause}" if one.cause else ""
    ended = moment(one.ended or one.started)
    return f"{what}, {one.name}, ended at {ended} as {sentence(one.outcome + cause)}"


def _mend(one: Standing) -> Iterator[str]:
    cluster, service = one.key
    if one.failed:
        yield f"signpost show {one.failed.name}"
    if HostnameTaken.__name__ in (one.error, one.failed.outcome if one.failed else "") and one.arn:
        yield (
            f"aws ecs tag-resource --resource-arn {one.arn} "
            "--tags key=signpost:hostname,value=OTHER-NAME"
        )
    if one.error == LoadBalancerNotReady.__name__:
        yield LISTENER
    yield f"signpost rerun {cluster} {service}"


def _runs(one: Change, known: str) -> str:
    waits = f" {one.waiting.sentences(known)}" if one.waiting else ""
    return f"Execution {one.name} runs since {moment(one.started)}.{waits}"


def _held_back(wrong: Sequence[Standing]) -> Finding:
    labels = some([one.label for one in wrong])
    return found(
        "policy-dry-run",
        f"Policy is dry-run, so nothing is changed. Not as they should be: {labels}.",
        "signpost sweep --dry-run   # what would be changed",
    )
