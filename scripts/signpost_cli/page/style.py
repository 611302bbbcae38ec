"""How the page looks: one style sheet, light and dark by the reader's own choice."""

STYLE = """
:root {
  color-scheme: light dark;
  --page: #f6f7f9; --card: #ffffff; --ink: #1b2330; --muted: #667085; --line: #d5dae2;
  --way: #b3bcc9; --taken: #2563c9; --taken-fill: #e8f0fd; --good: #1a7f4b; --good-fill: #e3f5ea;
  --bad: #c0341d; --bad-fill: #fdeae6; --wait: #e0a100; --run: #8a6d00;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #12161d; --card: #1a202a; --ink: #e6eaf0; --muted: #96a1b2; --line: #303846;
    --way: #4c5768; --taken: #6ea8ff; --taken-fill: #1c2f4d; --good: #52c98a;
    --good-fill: #173626; --bad: #ff8069; --bad-fill: #43201a; --wait: #d9a520; --run: #e3c04d;
  }
}
* { box-sizing: border-box; }
body { margin: 0; padding: 24px; background: var(--page); color: var(--ink);
  font: 14px/1.5 system-ui, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; }
main { max-width: 1180px; margin: 0 auto; display: grid; gap: 20px; }
section, header { background: var(--card); border: 1px solid var(--line); border-radius: 10px;
  padding: 18px 22px; min-width: 0; }
h1 { font-size: 21px; margin: 0; display: flex; gap: 12px; align-items: center; flex-wrap: wrap; }
h2 { font-size: 15px; margin: 0 0 12px; }
p { margin: 8px 0 0; max-width: 80ch; }
code, .mono { font: 12.5px/1.5 ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono",
  monospace; overflow-wrap: anywhere; }
a { color: var(--taken); }
.outcome { font-size: 13px; font-weight: 600; padding: 2px 10px; border-radius: 999px; }
.outcome.good { color: var(--good); background: var(--good-fill); }
.outcome.bad { color: var(--bad); background: var(--bad-fill); }
.outcome.running { color: var(--run); border: 1px solid currentColor; }
.muted { color: var(--muted); }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 6px 18px; margin: 0; }
dt { color: var(--muted); }
dd { margin: 0; min-width: 0; overflow-wrap: anywhere; }
.record { display: block; }
.record.gone { color: var(--bad); }
.record.come { color: var(--good); }
details { margin-top: 14px; }
summary { cursor: pointer; color: var(--muted); }
pre { overflow: auto; padding: 12px; border: 1px solid var(--line); border-radius: 8px;
  margin: 8px 0 0; }

.drawing { overflow-x: auto; }
.narrow { display: none; }
h3 { font-size: 13px; margin: 18px 0 8px; color: var(--muted); }
svg { display: block; width: 100%; height: auto; margin: 0 auto; }
.whole svg { min-width: 720px; }
svg text { font: 12px system-ui, "Segoe UI", Roboto, Arial, sans-serif; fill: var(--muted);
  text-anchor: middle; }
svg .detail { font-size: 10.5px; }
svg .label { font-size: 11px; paint-order: stroke; stroke: var(--card); stroke-width: 4px; }
svg .label.taken { fill: var(--ink); }
.state rect, .state polygon { fill: var(--card); stroke: var(--way); stroke-width: 1.2; }
.state.taken text { fill: var(--ink); }
.state.taken > text:not(.detail) { font-weight: 600; }
.state.taken rect, .state.taken polygon { fill: var(--taken-fill); stroke: var(--taken);
  stroke-width: 2; }
.state.taken.end rect { fill: var(--good-fill); stroke: var(--good); }
.state.taken.bad rect, .state.taken.bad polygon { fill: var(--bad-fill); stroke: var(--bad); }
.state.taken.running rect { fill: var(--card); stroke: var(--run); stroke-dasharray: 5 4; }
.state.note rect { stroke-dasharray: 3 4; }
.way { fill: none; stroke: var(--way); stroke-width: 1.2; }
.way.catch { stroke-dasharray: 4 4; }
.way.taken { stroke: var(--taken); stroke-width: 2.4; }
.way.catch.taken { stroke: var(--bad); }
marker.arrow path { fill: var(--way); }
marker.taken-arrow path { fill: context-stroke; }

.times { display: grid; grid-template-columns: minmax(150px, max-content) 74px 74px 1fr;
  gap: 2px 14px; align-items: center; }
.times .head { color: var(--muted); font-size: 12px; padding-bottom: 4px; }
.times .number { text-align: right; font-variant-numeric: tabular-nums; }
.times .name { font-weight: 600; }
.times .instant { color: var(--muted); font-weight: 400; font-size: 13px; }
.bar { position: relative; height: 18px; border-radius: 4px; background:
  linear-gradient(90deg, var(--line) 1px, transparent 1px) 0 0 / 10% 100%; }
.bar span { position: absolute; top: 3px; bottom: 3px; min-width: 3px; border-radius: 3px; }
.bar .whole { background: var(--taken); opacity: 0.25; }
.bar .ok { background: var(--good); }
.bar .failed { background: var(--bad); }
.bar .waited { background: repeating-linear-gradient(45deg, var(--wait) 0 3px, transparent 3px 7px);
  border: 1px solid var(--wait); }
.bar .tick { width: 3px; min-width: 0; background: var(--muted); }
.tries { grid-column: 2 / -1; margin: 0 0 8px; padding: 0; list-style: none; font-size: 13px; }
.tries li { padding-left: 12px; border-left: 3px solid var(--good); margin-top: 4px;
  overflow-wrap: anywhere; }
.tries li.failed { border-color: var(--bad); }
.legend { display: flex; gap: 18px; flex-wrap: wrap; margin-top: 14px; color: var(--muted);
  font-size: 12px; }
.legend .bar { display: inline-block; width: 26px; height: 14px; margin-right: 6px;
  vertical-align: -2px; background: none; }
.legend .bar span { left: 0; right: 0; top: 0; bottom: 0; }
@media (max-width: 640px) { body { padding: 10px; } section, header { padding: 14px; }
  .times { grid-template-columns: 1fr 62px 62px; } .times .head.bars { display: none; }
  .times .bar, .tries { grid-column: 1 / -1; }
  .narrow { display: block; } .whole svg { min-width: 1000px; } }
"""
