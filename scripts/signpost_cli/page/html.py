"""The page itself: what happened, the receipt, the state machine, the timeline. Pure.

All that comes from outside goes through `escape`; the page loads nothing and runs nothing, and
its own policy forbids it to.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from signpost.harmless import as_json
from signpost_cli import starter, swept
from signpost_cli.change import Change
from signpost_cli.page.drawing import svg, way_taken
from signpost_cli.page.escaped import escape, escape_lines
from signpost_cli.page.graph import Graph
from signpost_cli.page.style import STYLE
from signpost_cli.patience import length
from signpost_cli.render import effort, moment, why
from signpost_cli.timeline import INSTANT_KINDS, Attempt, Step, Timeline

POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def page(one: Change, found: Timeline, graph: Graph, link: str | None) -> str:
    """One self-contained HTML document about an execution."""
    if sweep := swept.is_sweep(found, one.arn):
        about = "Sweep"
    else:
        about = "/".join(one.service) if one.service else "no service"
    parts = [
        _header(one, found, about, link),
        _section("Receipt", _receipt(one.receipt or {}, _swept(one) if sweep else _changed(one))),
        _section("State machine", _drawings(graph, found)),
        _section("Timeline", _times(found)),
    ]
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(about)}: {escape(one.outcome)}</title>\n<style>{STYLE}</style>\n"
        f"</head>\n<body>\n<main>\n{''.join(parts)}</main>\n</body>\n</html>\n"
    )


def _drawings(graph: Graph, found: Timeline) -> str:
    """The whole state machine; above it, where the screen is narrow, only the way taken."""
    way = svg(way_taken(graph, found), found, "way-")
    return (
        f'<div class="drawing narrow">{way}</div>'
        '<h3 class="narrow">All states</h3>'
        f'<div class="drawing whole">{svg(graph, found)}</div>'
    )


def _section(title: str, inside: str) -> str:
    return f"<section><h2>{escape(title)}</h2>{inside}</section>\n"


def _header(one: Change, found: Timeline, about: str, link: str | None) -> str:
    colour = "bad" if one.is_refused else {"RUNNING": "running"}.get(one.status, "good")
    reason = one.waiting.sentences() if one.waiting else one.reason or ""
    took = f"running for {length(found.length)}" if found.is_running else length(found.length)
    console = ""
    if link:
        target = escape(link)
        console = f' · <a href="{target}" rel="noreferrer">in the console</a>'
    return (
        f'<header><h1>{escape(about)} <span class="outcome {colour}">{escape(one.outcome)}</span>'
        f'</h1><p>{escape(reason)}</p><p class="muted">{escape(moment(one.started))} · {took} · '
        f"<code>{escape(one.name)}</code>{console}</p></header>\n"
    )


def _receipt(receipt: Mapping[str, Any], rows: Iterable[tuple[str, str]]) -> str:
    listed = "".join(f"<dt>{label}</dt><dd>{text}</dd>" for label, text in rows)
    whole = escape_lines(as_json(receipt))
    raw = f"<details><summary>As JSON</summary><pre><code>{whole}</code></pre></details>"
    return f"<dl>{listed}</dl>{raw if receipt else ''}"


def _swept(one: Change) -> Iterable[tuple[str, str]]:
    """What a sweep found, a row each."""
    told = one.receipt
    if told is None:
        return
    if told["because"]:
        yield "Why", escape(told["because"])
    yield from _started(one)
    yield "Looked at", escape(swept.looked_at(told))
    for found in told["findings"]:
        ended = found.get("error") or found.get("outcome")
        yield (
            escape(f"{found['cluster']}/{found['service']}"),
            escape(f"{found['what']}{f': {ended}.' if ended else '.'} {found['reason']}"),
        )
    for problem in told["problems"]:
        yield (
            escape(f"{problem['cluster']}/{problem['service'] or ''}"),
            escape(f"{problem['error']}: {problem['reason']}"),
        )


def _started(one: Change) -> list[tuple[str, str]]:
    if one.started_by is None:
        return []
    return [("Started", escape(starter.started(one.started_by, one.trigger)))]


def _changed(one: Change) -> Iterable[tuple[str, str]]:
    """What became of a service's names."""
    trigger, receipt = one.trigger or {}, one.receipt or {}
    rows: list[tuple[str, str]] = []
    if actor := starter.who(one.started_by, trigger):
        rows.append(("Who", f"<code>{escape(actor)}</code>"))
    rows.append(("Why", escape(why(trigger))))
    rows += _started(one)
    if trigger.get("time"):
        rows.append(("When", escape(trigger["time"])))
    rows += _records(one.summary)
    rows += [("Refused", escape(text)) for text in one.refused]
    rows += [("Warning", escape(warning)) for warning in receipt.get("warnings", ())]
    rows += [
        ("Zone", escape(f"{zone['name']} ({zone['id']}), change {zone['change_id']}"))
        for zone in receipt.get("zones", ())
        if zone["change_id"]
    ]
    proof = receipt.get("verification")
    if proof:
        rows.append(("Proof", escape(f"{proof['method']}: {proof['detail']}")))
        rows.append(("Attempts", escape(effort(receipt["attempts"]))))
        if receipt["seconds"] is not None:
            rows.append(("Took", f"{receipt['seconds']:.1f} s from event to verified"))
    if receipt.get("previous_execution"):
        rows.append(("Previous", f"<code>{escape(receipt['previous_execution'])}</code>"))
    return rows


def _records(lines: Sequence[str]) -> Iterable[tuple[str, str]]:
    css = {"-": "gone", "=": "", "+": "come"}
    shown = "".join(f'<code class="record {css[line[0]]}">{escape(line)}</code>' for line in lines)
    return [("Records", shown)] if lines else []


# --- the timeline --------------------------------------------------------------------------


def _times(found: Timeline) -> str:
    rows = "".join(_row(found, step) for step in found.steps)
    heads = "".join(
        f'<span class="head{css}">{text}</span>'
        for css, text in (("", "state"), (" number", "start"), (" number", "length"), (" bars", ""))
    )
    legend = "".join(
        f'<span><span class="bar"><span class="{css}"></span></span>{text}</span>'
        for css, text in (
            ("ok", "attempt that succeeded"),
            ("failed", "attempt that failed"),
            ("waited", "waited before the next attempt"),
        )
    )
    return f'<div class="times">{heads}{rows}</div><div class="legend">{legend}</div>'


def _row(found: Timeline, step: Step) -> str:
    instant = step.kind in INSTANT_KINDS
    took = "" if instant else f"{found.seconds_of(step):.1f} s"
    bar = _span(found, step.started, 0.0, "tick") if instant else _bar(found, step)
    return (
        f'<span class="name{" instant" if instant else ""}">{escape(step.name)}</span>'
        f'<span class="number">{found.offset(step.started):+.1f} s</span>'
        f'<span class="number">{took}</span><div class="bar">{bar}</div>{_tries(found, step)}'
    )


def _bar(found: Timeline, step: Step) -> str:
    end = found.length if step.ended is None else found.offset(step.ended)
    parts = [_span(found, step.started, end - found.offset(step.started), "whole")]
    for attempt, following in zip(step.attempts, [*step.attempts[1:], None], strict=True):
        stopped = attempt.ended
        length = (found.offset(stopped) if stopped else end) - found.offset(attempt.started)
        css = "failed" if attempt.error else "ok"
        parts.append(_span(found, attempt.started, length, css))
        if following and stopped:
            waited = (following.started - stopped).total_seconds()
            parts.append(_span(found, stopped, waited, "waited"))
    return "".join(parts)


def _span(found: Timeline, begin: Any, seconds: float, css: str) -> str:
    whole = found.length or 1.0
    left = 100 * found.offset(begin) / whole
    width = max(0.0, min(100.0 - left, 100 * seconds / whole))
    size = "" if css == "tick" else f"; width: {width:.2f}%"
    return f'<span class="{css}" style="left: {min(left, 99.6):.2f}%{size}"></span>'


def _tries(found: Timeline, step: Step) -> str:
    if not step.failures:
        return ""
    items, said = [], None
    for number, attempt in enumerate(step.attempts):
        following = step.attempts[number + 1] if number + 1 < len(step.attempts) else None
        what = (attempt.error, attempt.cause)
        items.append(_try(found, number, attempt, following, repeated=what == said))
        said = what
    return f'<ul class="tries">{"".join(items)}</ul>'


def _try(
    found: Timeline, number: int, attempt: Attempt, following: Attempt | None, *, repeated: bool
) -> str:
    at = f'<span class="muted">attempt {number + 1}, {found.offset(attempt.started):+.1f} s</span>'
    if not attempt.error:
        return f"<li>{at} {'succeeded' if attempt.ended else 'running'}</li>"
    waited = ""
    if following and attempt.ended:
        waited = f", then waited {(following.started - attempt.ended).total_seconds():.1f} s"
    cause = "" if repeated or not attempt.cause else f"<br>{escape(attempt.cause)}"
    return f'<li class="failed">{at} <code>{escape(attempt.error)}</code>{waited}{cause}</li>'
