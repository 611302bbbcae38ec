"""The executions that failed: those that no later one of their service has made good. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from signpost_cli.checks.catalogue import EXECUTIONS
from signpost_cli.checks.findings import Finding, found, not_checked, note, sound
from signpost_cli.checks.recent import Recent
from signpost_cli.checks.standing import Names, Standings
from signpost_cli.checks.wanting import failure
from signpost_cli.checks.words import some
from signpost_cli.render import count

_NOW = {  # where the services' check does not tell of a failure
    Names.RIGHT: "By the ledgers, it has its names now.",
    Names.UNWANTED: "It should have no names, and by the ledgers it has none.",
    Names.UNTOLD: "Whether it has its names can't be told.",
}


def judge(recent: Recent, standings: Standings) -> list[Finding]:
    """Failures of the last 24 hours that are the newest known of their service, where its names
    tell of none; those that were about no service; what was not looked at.
    """
    unread = [not_checked(EXECUTIONS, what, reason) for what, reason in recent.unread]
    if not recent.listed:
        return unread
    return [_summary(recent), *_failures(recent, standings), *unread]


def _failures(recent: Recent, standings: Standings) -> Iterator[Finding]:
    for key, one in recent.failed.items():
        standing = standings.of(key)
        is_told = standing and (standing.names not in _NOW or standing.error == one.outcome)
        if is_told or key in recent.waiting or not recent.is_recent(one):
            continue
        now = f" {_NOW[standing.names]}" if standing else ""
        what = failure(one, f"The newest execution known of {'/'.join(key)}") + now
        mend = f"signpost show {one.name}\nsignpost rerun {' '.join(key)}"
        yield found("execution-failed", what, mend)
    for one in recent.aimless:
        what = failure(one, "An execution that is about no service")
        yield found("execution-failed", what, f"signpost show {one.name}")


def _summary(recent: Recent) -> Finding:
    running = some(["/".join(key) for key in recent.waiting])
    runs = f" Running now: {running}." if running else " None that may change something runs now."
    if not recent.count:
        return sound(EXECUTIONS, f"None has failed in the last 24 hours.{runs}")
    at_least = "At least " if recent.limits else ""
    failed = f"{at_least}{count(recent.count, 'execution')} failed in the last 24 hours."
    open_ = ["/".join(key) for key, one in recent.failed.items() if recent.is_recent(one)]
    if not open_ and not recent.aimless:
        since = "Its service has" if recent.count == 1 else "Each of their services has"
        return sound(EXECUTIONS, f"{failed} {since} had one that succeeded since.{runs}")
    services = f" No success since is known of: {some(open_)}." if open_ else ""
    return note(EXECUTIONS, f"{failed}{services}{runs}")
