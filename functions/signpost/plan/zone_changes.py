"""Desired state, ledger and (if read) records → the batches that make one into the other.

Pure. The two rules that everything here serves: what is not in the ledger is never changed, and
each batch is a compare-and-swap (`DELETE` of the exact old, `CREATE` of the new, the ledger's own
record among them), so that Route 53 refuses it if anything moved since it was read.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field

from signpost.errors import HostnameTaken
from signpost.ledger.claims import claim_name
from signpost.ledger.ledger import Ledger
from signpost.ledger.words import order
from signpost.model.record_set import RecordSet
from signpost.model.zone import Zone
from signpost.plan import adoption

Key = tuple[str, str, str | None]
_ADDRESS_TYPES = ("A", "AAAA", "CNAME")


@dataclass(frozen=True)
class ZoneState:
    """What is known of one zone before a plan is made.

    `observed` holds every record set at the names concerned, or is None if they were not read;
    then the ledger is trusted and Route 53's exact match is what refuses. `claims` says which
    service owns a record set by another ledger, where that was asked (see `doubtful`).
    """

    zone: Zone
    ledger: Ledger | None
    observed: Mapping[Key, RecordSet] | None
    claims: Mapping[Key, str] = field(default_factory=dict)
    # By name whose it is by its claim, where claims were read; empty for one of this service.
    claimed: Mapping[str, str] | None = None


@dataclass(frozen=True)
class RecordChanges:
    """The changes of record sets in one zone, in the order Route 53 is to apply them."""

    deletes: tuple[RecordSet, ...]
    creates: tuple[RecordSet, ...]
    before: tuple[RecordSet, ...]  # adopted ones among them
    after: tuple[RecordSet, ...]
    adopted: tuple[RecordSet, ...] = ()

    @property
    def adoption(self) -> str:
        """What the receipt says of adopted ones; empty where there are none."""
        names = ", ".join(f"{record.name} {record.type}" for record in self.adopted)
        return f"Takes over {names}, which said the same already." if names else ""

    def __bool__(self) -> bool:
        return bool(self.deletes or self.creates)


@dataclass(frozen=True)
class Rules:
    """The parameters that a plan depends on."""

    policy: str  # sync, upsert-only or dry-run
    adopt_identical: bool


def plan_zone(
    state: ZoneState,
    desired: Sequence[RecordSet],
    rules: Rules,
    alone: Set[str] = frozenset(),
) -> RecordChanges:
    """What has to change in a zone so that it has exactly the `desired` record sets of ours, and
    those that the ledger lists of names that are left `alone`, whatever became of these.

    Raises HostnameTaken where a wanted name has records that are not in the ledger.
    """
    listed = state.ledger.record_sets if state.ledger else ()
    owned = {record.key: record for record in listed if record.name not in alone}
    left = [record for record in listed if record.name in alone]
    wanted = {record.key: record for record in desired}
    if rules.policy == "upsert-only":
        kept_names = {record.name for record in desired}
        wanted |= {key: record for key, record in owned.items() if record.name not in kept_names}
    present = owned if state.observed is None else _ours_now(owned, state)
    adopted: list[RecordSet] = []
    deletes: list[RecordSet] = []
    creates: list[RecordSet] = []
    for key, record in present.items():
        if wanted.get(key) != record:
            deletes.append(record)
    for key, record in wanted.items():
        if key in present:
            if present[key] != record:
                creates.append(record)
            continue
        adopted += _taken_over(record, wanted, owned, state, rules)
        creates.append(record)
    return RecordChanges(
        deletes=_ordered([*deletes, *adopted]),
        creates=_ordered(creates),
        before=_ordered([*present.values(), *adopted, *left]),
        after=_ordered([*wanted.values(), *left]),
        adopted=_ordered(adopted),
    )


def doubtful(state: ZoneState, desired: Sequence[RecordSet]) -> bool:
    """Whether records were found that another service may own: at wanted names, those that our
    ledger does not list, and those that it lists otherwise.
    """
    owned = {record.key: record for record in (state.ledger.record_sets if state.ledger else ())}
    names = {record.name for record in desired}
    return any(
        record != owned[key] if key in owned else record.name in names
        for key, record in (state.observed or {}).items()
    )


def keep(ledger: Ledger | None) -> RecordChanges:
    """Nothing changes: what is ours stays as it is."""
    ours = _ordered(ledger.record_sets if ledger else ())
    return RecordChanges(deletes=(), creates=(), before=ours, after=ours)


def restate(record_sets: Sequence[RecordSet]) -> RecordChanges:
    """Write what stands already once more, in one atomic batch that changes no answer.

    For a batch of our own whose answer was lost: only a new change id can tell when it is served.
    """
    same = _ordered(record_sets)
    return RecordChanges(deletes=same, creates=same, before=same, after=same)


def moves(changes: RecordChanges, ledger: Ledger | None) -> bool:
    """Whether a name becomes visible or points elsewhere, so that the new target must be ready.

    Restoring what the ledger says is no move: the name was already served from there.
    """
    known = changes.before + (ledger.record_sets if ledger else ())
    targets = {(record.name, adoption.target(record)) for record in known}
    return any((record.name, adoption.target(record)) not in targets for record in changes.creates)


def _ours_now(owned: Mapping[Key, RecordSet], state: ZoneState) -> dict[Key, RecordSet]:
    """Our record sets as they are: edited by hand or not, without those deleted by hand, in whose
    place another service may have made one of its own.
    """
    observed = state.observed or {}
    return {
        key: observed[key]
        for key, listed in owned.items()
        if key in observed
        and observed[key].routing is None
        and (observed[key] == listed or key not in state.claims)
        and not (state.claimed or {}).get(key[0])
    }


def _taken_over(
    record: RecordSet,
    wanted: Mapping[Key, RecordSet],
    owned: Mapping[Key, RecordSet],
    state: ZoneState,
    rules: Rules,
) -> list[RecordSet]:
    """The identical record sets to adopt; none where the name is free (or was not read).

    All at the name that is in the way has to say the same as something that is wanted there.
    """
    if owner := (state.claimed or {}).get(record.name):
        raise HostnameTaken(
            f"{record.name} in zone {state.zone} is claimed by {owner}. Give one of the services "
            "another name with the tag signpost:hostname; if that one is gone, delete its claim "
            f"{claim_name(record.name, state.zone.name)} TXT.",
            record.name,
        )
    foreign = [
        other
        for other in (state.observed or {}).values()
        if other.name == record.name
        and (other.key not in owned or other.routing is not None or other.key in state.claims)
    ]
    sayings = {adoption.said(one) for one in wanted.values()} if foreign else set()
    same = [
        other
        for other in foreign
        if adoption.said(other) in sayings and other.key not in state.claims
    ]
    is_new_name = record.name not in {key[0] for key in owned}
    in_the_way = [
        other
        for other in foreign
        if other.type == record.type
        or "CNAME" in (other.type, record.type)
        or (is_new_name and other.type in _ADDRESS_TYPES)
    ]
    left = [other for other in in_the_way if not (rules.adopt_identical and other in same)]
    if left:
        # Of a name that it has, the service lacks one type; of any other, all.
        stands = record.name in {one.name for one in _ours_now(owned, state).values()}
        type_ = record.type if stands else ""
        raise _taken(record, left, same, wanted.values(), state, type_)
    return [other for other in same if adoption.says_the_same(other, record)]


def _taken(
    record: RecordSet,
    in_the_way: Sequence[RecordSet],
    same: Sequence[RecordSet],
    wanted: Iterable[RecordSet],
    state: ZoneState,
    type_: str,
) -> HostnameTaken:
    zone, there = state.zone, "; ".join(dict.fromkeys(str(other) for other in in_the_way))
    owners = dict.fromkeys(state.claims[o.key] for o in in_the_way if o.key in state.claims)
    if owners:
        return HostnameTaken(
            f"{record.name} in zone {zone} belongs to {', '.join(owners)}: {there}. "
            "Give one of the services another name with the tag signpost:hostname.",
            record.name,
            type_,
        )
    hints = [adoption.difference(other, wanted) for other in in_the_way if other not in same]
    hint = "".join(dict.fromkeys(hints)) if all(hints) else ""
    if not hints:
        hint = "It says just what Signpost would write: AdoptIdentical=true takes it over. "
    return HostnameTaken(
        f"{record.name} in zone {zone} has records that Signpost did not make: {there}. They were "
        f"left as they are. {hint}Remove them, or give the service another name with the tag "
        "signpost:hostname.",
        record.name,
        type_,
    )


def _ordered(records: Iterable[RecordSet]) -> tuple[RecordSet, ...]:
    return tuple(sorted(records, key=order))
