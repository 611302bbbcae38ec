"""Where the states of a graph are drawn: in layers from top to bottom, with few crossings. Pure.

The usual way for such drawings (Sugiyama, Tagawa and Toda, 1981): turn round what closes a loop,
give each state a layer below all that lead to it, order the layers so that few edges cross, then
shift each state towards its neighbours as far as the order allows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

_SWEEPS = 24
_STRAIGHT = 8.0  # how much more a bend follows another bend than a box
Link = tuple[str, str]


@dataclass(frozen=True)
class Place:
    """Where it was placed: the middle, and the layer from the top."""

    x: float
    layer: int


@dataclass(frozen=True)
class Layout:
    """Places by name, and for each link the bends that it goes through, from source to target."""

    places: Mapping[str, Place]
    bends: Mapping[Link, tuple[Place, ...]]
    layers: int
    left: float
    right: float


def arrange(
    start: str,
    widths: Mapping[str, float],
    links: Sequence[Link],
    label_widths: Mapping[Link, float],
) -> Layout:
    """Place the named boxes (`widths`), joined by `links`; a label needs room beside its link."""
    links = list(dict.fromkeys(link for link in links if link[0] != link[1]))
    backward = _backward(start, list(widths), links)
    forward = [(b, a) if (a, b) in backward else (a, b) for a, b in links]
    layer = _layers(list(widths), forward)
    room, chains, segments = dict(widths), dict[Link, list[str]](), list[Link]()
    for link, (upper, lower) in zip(links, forward, strict=True):
        chain = [upper, *_bend_names(link, layer[upper], layer[lower]), lower]
        for position, name in enumerate(chain[1:-1], layer[upper] + 1):
            layer[name] = position
            labelled = name == (chain[-2] if link in backward else chain[1])
            room[name] = max(26.0, label_widths.get(link, 0.0)) if labelled else 26.0
        chains[link] = chain
        segments += pairwise(chain)
    rows = _ordered(layer, segments)
    xs = _positions(rows, room, segments, widths)
    places = {name: Place(xs[name], layer[name]) for name in layer}
    bends = {
        link: tuple(
            places[name] for name in (reversed(chain[1:-1]) if link in backward else chain[1:-1])
        )
        for link, chain in chains.items()
    }
    return Layout(
        {name: places[name] for name in widths},
        bends,
        len(rows),
        min(xs[name] - room[name] / 2 for name in layer),
        max(xs[name] + room[name] / 2 for name in layer),
    )


def _bend_names(link: Link, upper: int, lower: int) -> list[str]:
    return [f"{link[0]}→{link[1]} {layer}" for layer in range(upper + 1, lower)]


def _backward(start: str, names: Sequence[str], links: Sequence[Link]) -> set[Link]:
    """The links that lead back to where one came from."""
    following: dict[str, list[str]] = {name: [] for name in names}
    for source, target in links:
        following[source].append(target)
    backward: set[Link] = set()
    done: set[str] = set()
    for root in (start, *names):
        path: list[tuple[str, int]] = [(root, 0)] if root not in done else []
        on_path = {root}
        while path:
            name, position = path.pop()
            if position == len(following[name]):
                on_path.discard(name)
                done.add(name)
                continue
            path.append((name, position + 1))
            target = following[name][position]
            if target in on_path:
                backward.add((name, target))
            elif target not in done:
                path.append((target, 0))
                on_path.add(target)
    return backward


def _layers(names: Iterable[str], links: Sequence[Link]) -> dict[str, int]:
    """The layer of each: below all that lead to it, and as far down as makes links no longer."""
    layer = dict.fromkeys(names, 0)
    for _ in layer:
        for source, target in links:
            layer[target] = max(layer[target], layer[source] + 1)
    arriving = Counter(target for _, target in links)
    for name in sorted(layer, key=layer.__getitem__, reverse=True):
        goals = [layer[target] for source, target in links if source == name]
        if goals and len(goals) >= arriving[name]:
            layer[name] = min(goals) - 1
    return layer


def _ordered(layer: Mapping[str, int], segments: Sequence[Link]) -> list[list[str]]:
    """The names of each layer from left to right."""
    rows: list[list[str]] = [[] for _ in range(max(layer.values(), default=0) + 1)]
    for name, own in layer.items():
        rows[own].append(name)
    above, below = _neighbours(segments)
    best, fewest = [list(row) for row in rows], _crossings(rows, segments)
    for sweep in range(_SWEEPS):
        for row in rows if sweep % 2 == 0 else reversed(rows):
            at = {name: float(index) for other in rows for index, name in enumerate(other)}
            sides = above if sweep % 2 == 0 else below
            wanted = {
                name: _mean([(at[other], 1.0) for other in sides.get(name, ())], at[name])
                for name in row
            }
            row.sort(key=wanted.__getitem__)
        crossings = _crossings(rows, segments)
        if crossings < fewest:
            best, fewest = [list(row) for row in rows], crossings
    return best


def _crossings(rows: Sequence[Sequence[str]], segments: Sequence[Link]) -> int:
    at = {name: (layer, index) for layer, row in enumerate(rows) for index, name in enumerate(row)}
    ends = sorted((at[a][0], at[a][1], at[b][1]) for a, b in segments)
    return sum(
        one[0] == other[0] and one[1] < other[1] and one[2] > other[2]
        for index, one in enumerate(ends)
        for other in ends[index + 1 :]
    )


def _positions(
    rows: Sequence[Sequence[str]],
    room: Mapping[str, float],
    segments: Sequence[Link],
    boxes: Container[str],
) -> dict[str, float]:
    """Each x (of the middle): near its neighbours', in the layer's order and with its room.

    Bends hold on to one another, so that long links are straight rather than boxes centred.
    """
    above, below = _neighbours(segments)
    xs: dict[str, float] = {}
    for row in rows:
        xs |= spread(row, room, [0.0] * len(row))
    for sweep in range(_SWEEPS * 4):
        for row in rows if sweep % 2 == 0 else reversed(rows):
            wanted = [
                _mean(
                    [
                        (xs[other], 1.0 if other in boxes or name in boxes else _STRAIGHT)
                        for other in (*above.get(name, ()), *below.get(name, ()))
                    ],
                    xs[name],
                )
                for name in row
            ]
            xs |= spread(row, room, wanted)
    return xs


def spread(
    row: Sequence[str], room: Mapping[str, float], wanted: Sequence[float]
) -> dict[str, float]:
    """As near to what is wanted as fits; those that would overlap get the mean of their wishes."""
    offsets, offset = [], 0.0
    for index, name in enumerate(row):
        offset += (room[row[index - 1]] + room[name]) / 2 if index else 0.0
        offsets.append(offset)
    groups: list[tuple[float, int]] = []  # (sum of wishes, how many)
    for wish, own in zip(wanted, offsets, strict=True):
        group = (wish - own, 1)
        while groups and groups[-1][0] / groups[-1][1] > group[0] / group[1]:
            total, count = groups.pop()
            group = (group[0] + total, group[1] + count)
        groups.append(group)
    bases = [total / count for total, count in groups for _ in range(count)]
    return {name: base + own for name, base, own in zip(row, bases, offsets, strict=True)}


def _neighbours(segments: Sequence[Link]) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    above: dict[str, list[str]] = {}
    below: dict[str, list[str]] = {}
    for upper, lower in segments:
        above.setdefault(lower, []).append(upper)
        below.setdefault(upper, []).append(lower)
    return above, below


def _mean(values: Sequence[tuple[float, float]], otherwise: float) -> float:
    """Of (value, weight) pairs."""
    total = sum(weight for _, weight in values)
    return sum(value * weight for value, weight in values) / total if values else otherwise
