"""An execution of Sweep, as `signpost sweep` and `signpost show` tell of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from rich.console import Console
from rich.text import Text

from signpost_cli.change import Change
from signpost_cli.render import count, ending, hanging, prose
from signpost_cli.timeline import Timeline

_FIRST_STATE = "FindDrift"


def is_sweep(found: Timeline, arn: str) -> bool:
    """Whether an execution is one of Sweep: by the state that it begins with; before that, by its
    state machine's name, which CloudFormation makes of the stack's and the resource's.
    """
    if found.steps:
        return found.steps[0].name == _FIRST_STATE
    return "-Sweep-" in arn


def is_in_order(found: Timeline) -> bool:
    """Whether a sweep found nothing or has repaired all that it found."""
    told = found.output
    if found.status != "SUCCEEDED" or not told or told.get("error"):
        return False
    if told["outcome"] == "DryRun":
        return not (told["found"] or told["problems"])
    partly = any(_is_partly(finding) for finding in told["findings"])
    return told["outcome"] in ("NothingFound", "Repaired") and not (told["left"] or partly)


def running(found: Timeline) -> str:
    """What a sweep is at."""
    entered = [step.name for step in found.steps]
    if "RepairServices" not in entered:
        return "comparing services and ledgers"
    failed = entered.count("ServiceIsNotInOrder")
    done = entered.count("ServiceIsInOrder") + failed
    return f"repairing: {count(done, 'service')} done, {failed} of them not in order"


def show(
    out: Console, found: Timeline, look: Callable[[str], str], one: Change | None = None
) -> None:
    """Print how a sweep ended; of one that runs, how far it is and what it waits for. `look` makes
    the command that shows an execution of its name.
    """
    told = found.output
    if found.is_running:
        prose(out, f"It runs: {running(found)}.", indent=2)
        if one and one.waiting:
            prose(out, one.waiting.sentences(), indent=2)
        return
    if found.status != "SUCCEEDED" or not told:
        out.print(Text(found.outcome, "bold red"), soft_wrap=True)
        prose(out, found.cause or "", indent=2)
        return
    for finding in told["findings"]:
        _print_finding(out, finding, look)
    if told["left"]:
        more = count(told["left"], "more service was", "more services were")
        prose(out, f"… {more} found.", indent=2)
    if told["held"]:
        held = told["held"]
        are = "is" if held["ledgers"] == 1 else "are"
        prose(
            out,
            f"Without --force no ledger would be removed: {held['ledgers']} {are} more than "
            f"SweepBrakePercent ({held['percent']} %) allows at once.",
            indent=2,
        )
    for problem in told["problems"]:
        about = f"{problem['cluster']}/{problem['service']}: " if problem["service"] else ""
        _item(out, ("!", "yellow"), f"{about}{problem['error']}: {problem['reason']}")
    if told["more_problems"]:
        prose(out, f"… {count(told['more_problems'], 'more problem')}.", indent=2)
    for note in told["notes"]:
        _item(out, ("·", ""), f"left alone: {note}")
    if told["more_notes"]:
        ledgers = count(told["more_notes"], "more ledger that was", "more ledgers that were")
        prose(out, f"… {ledgers} left alone.", indent=2)
    dry = told["outcome"] == "DryRun" and not told.get("error")
    good = is_in_order(found) or (dry and not told["problems"])
    colour = "bold green" if good else "bold red"
    ending(out, (told["outcome"], colour), told["reason"])
    prose(out, looked_at(told), indent=2)


def looked_at(told: Mapping[str, Any]) -> str:
    """What a sweep's receipt says of how much was compared."""
    seen = told["looked_at"]
    if told.get("error"):
        return "Nothing was compared, so nothing is known of the names."
    return (
        f"{told['found']} found in {count(seen['services'], 'service')} of "
        f"{count(seen['clusters'], 'cluster')} and {count(seen['ledgers'], 'ledger')} of "
        f"{count(seen['zones'], 'zone')}"
    )


def _print_finding(out: Console, finding: Mapping[str, Any], look: Callable[[str], str]) -> None:
    about = f"{finding['cluster']}/{finding['service']} {finding['what']}"
    ended = finding.get("outcome")
    if ended is None:
        _item(out, ("?", ""), about)
    elif _is_partly(finding):
        _item(out, ("!", "yellow"), f"{about}: {ended}")
    elif finding["error"] is None:
        _item(out, ("✓", "green"), f"{about}: {ended}")
    else:
        _item(out, ("✗", "red"), f"{about}: {finding['error']}")
        prose(out, finding["cause"], indent=6)
    prose(out, finding["reason"], indent=6)
    if finding.get("execution") and ended is not None:
        prose(out, look(finding["execution"]), indent=6)


def _is_partly(finding: Mapping[str, Any]) -> bool:
    """Whether its execution left something undone, which the receipt of that tells."""
    return finding.get("outcome") == "PartlyChanged"


def _item(out: Console, mark: tuple[str, str], text: str) -> None:
    hanging(out, Text.assemble("  ", mark, " "), text)
