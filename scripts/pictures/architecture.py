"""The way of an event, drawn: from ECS to DNS, and the proof back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from html import escape

WIDTH, HEIGHT = 416, 634
TITLE = "How Signpost works"
TOLD = (
    "Amazon ECS tells CloudTrail and EventBridge that a service has changed. That starts an "
    "execution in Step Functions. Its steps are small Lambdas: they ask ECS what is true now, plan "
    "the change, wait until the load balancer can serve, change Route 53 in one atomic batch, and "
    "ask DNS whether it serves the change."
)
STEPS = (
    ("DescribeService", "What is true in ECS now?"),
    ("ResolveLoadBalancer", "Where do its names lead?"),
    ("PlanChange", "What has to change?"),
    ("CheckReadiness", "Can it serve yet?"),
    ("ChangeRecord", "In one atomic batch."),
    ("VerifyRecord", "Does DNS serve it?"),
    ("ConfirmService", "Is it still the same?"),
)
LIGHT = {
    "ink": "#1f2328", "muted": "#59636e", "box": "#f6f8fa", "line": "#afb8c1", "card": "#ffffff",
    "ask": "#6e7781", "write": "#0969da", "proof": "#1a7f37", "step": "#ddf4ff",
    "step-line": "#54aeff",
}  # fmt: skip
DARK = {
    "ink": "#f0f6fc", "muted": "#9198a1", "box": "#161b22", "line": "#4b535d", "card": "#0d1117",
    "ask": "#9198a1", "write": "#58a6ff", "proof": "#3fb950", "step": "#0c2d6b",
    "step-line": "#388bfd",
}  # fmt: skip

_LEFT, _RIGHT = 14, WIDTH - 14  # of all boxes
_ROW, _PILL = 38, 28  # from one step to the next, and a step's height
_FIRST = 218  # the middle of the first step
_STEP_X, _STEP_WIDTH = 46, 170
_MACHINE = (168, 336)  # top and height
_BELOW = 548  # the top of Route 53 and DNS


def draw(colours: Mapping[str, str]) -> str:
    """The picture as SVG; it needs no font but the reader's own."""
    return "\n".join([*_head(colours), *_boxes(), *_steps(), *_ways(), "</svg>", ""])


def _head(colours: Mapping[str, str]) -> Iterator[str]:
    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
        'aria-labelledby="title told">'
    )
    yield f'<title id="title">{escape(TITLE)}</title>'
    yield f'<desc id="told">{escape(TOLD)}</desc>'
    rules = """\
text { font: 13px system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
  fill: $ink; }
.name { font-size: 15px; font-weight: 600; }
.step { font-size: 12.5px; font-weight: 600; }
.told { fill: $muted; }
.box { fill: $box; stroke: $line; }
.machine { fill: $card; stroke: $line; stroke-width: 1.5; }
.pill { fill: $step; stroke: $step-line; }
.way { fill: none; stroke: $ask; stroke-width: 1.6; }
.write { stroke: $write; stroke-width: 2.2; }
.proof { stroke: $proof; stroke-width: 2.2; stroke-dasharray: 5 4; }
.asks { stroke-dasharray: 4 4; }
.in-write { fill: $write; font-weight: 600; }
.in-proof { fill: $proof; font-weight: 600; }"""
    for name in sorted(colours, key=len, reverse=True):
        rules = rules.replace(f"${name}", colours[name])
    yield f"<style>\n{rules}\n</style>"
    yield "<defs>"
    for name in ("ask", "write", "proof"):
        yield (
            f'<marker id="{name}" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" '
            'markerHeight="8" markerUnits="userSpaceOnUse" orient="auto">'
            f'<path d="M0,0 L8,4 L0,8 z" fill="{colours[name]}"/></marker>'
        )
    yield "</defs>"


def _boxes() -> Iterator[str]:
    width = _RIGHT - _LEFT
    yield from _box(_LEFT, 6, width, "Amazon ECS", "a service is created, changed, moved, deleted")
    yield from _box(_LEFT, 88, width, "CloudTrail · EventBridge", "calls, deployments, tasks")
    top, height = _MACHINE
    yield (
        f'<rect class="machine" x="{_LEFT}" y="{top}" width="{width}" height="{height}" rx="12"/>'
    )
    yield _text(_LEFT + 16, top + 25, "Step Functions", "name")
    yield _text(_RIGHT - 16, top + 25, "a small Lambda for each step", "told", anchor="end")
    half = (width - 44) // 2
    yield from _box(_LEFT, _BELOW, half, "Route 53", "records and ledger")
    yield from _box(_RIGHT - half, _BELOW, half, "DNS", "web.ecs.internal")


def _box(x: int, y: int, width: int, name: str, told: str) -> Iterator[str]:
    yield f'<rect class="box" x="{x}" y="{y}" width="{width}" height="52" rx="9"/>'
    yield _text(x + 16, y + 22, name, "name")
    yield _text(x + 16, y + 41, told, "told")


def _steps() -> Iterator[str]:
    last = _FIRST + (len(STEPS) - 1) * _ROW
    middle = _STEP_X + _STEP_WIDTH / 2
    for number, (name, asked) in enumerate(STEPS):
        y = _FIRST + number * _ROW
        yield (
            f'<rect class="pill" x="{_STEP_X}" y="{y - _PILL // 2}" width="{_STEP_WIDTH}" '
            f'height="{_PILL}" rx="7"/>'
        )
        yield _text(_STEP_X + 10, y + 4.5, name, "step")
        yield _text(_STEP_X + _STEP_WIDTH + 10, y + 4.5, asked, "told")
        if number:
            yield _way(f"M{middle},{y - _ROW + _PILL // 2} V{y - _PILL // 2}", "ask")
    yield _text(_STEP_X, last + 38, "It leaves a receipt of all this, with every retry.", "told")


def _ways() -> Iterator[str]:
    yield _way(f"M60,58 V{88}", "ask")
    yield _text(74, 78, "an event, which is only a hint", "told")
    yield _way(f"M60,140 V{_MACHINE[0]}", "ask")
    yield _text(74, 159, "starts an execution", "told")
    # The first step asks ECS itself.
    yield _way(f"M{_STEP_X},{_FIRST} H5 V32 H{_LEFT}", "ask", "asks")
    # The write, and the proof.
    change, verify = (_FIRST + number * _ROW for number in (4, 5))
    yield _way(f"M{_STEP_X},{change} H30 V{_BELOW}", "write", "write")
    yield _way(f"M{_RIGHT - 16},{_BELOW} V{verify} H{_RIGHT - 36}", "proof", "proof")
    yield _text(40, _BELOW - 16, "changes", "in-write")
    yield _text(_RIGHT - 26, _BELOW - 16, "proves", "in-proof", anchor="end")
    half = (_RIGHT - _LEFT - 44) // 2
    yield _way(f"M{_LEFT + half},{_BELOW + 26} H{_RIGHT - half}", "write", "write")
    yield _text(_LEFT, _BELOW + 76, "An hourly sweep makes up for events that were lost.", "told")


def _way(path: str, kind: str, css: str = "") -> str:
    return f'<path class="way {css}" d="{path}" marker-end="url(#{kind})"/>'


def _text(x: float, y: float, words: str, css: str, anchor: str = "start") -> str:
    return f'<text class="{css}" x="{x}" y="{y}" text-anchor="{anchor}">{escape(words)}</text>'
