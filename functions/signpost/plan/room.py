"""Whether an execution fits into what Step Functions carries between its states. Pure.

A state's input or output of more than 256 KB ends the execution, and nothing catches that (Step
Functions Developer Guide, "Quotas", and "Error handling", States.DataLimitExceeded). After a write
that would be a change without proof and receipt. So before anything is written the state is
imagined as it may be at its largest: with the receipt, the proof, a later round, and an error.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from signpost.errors import MOST, ChangeTooLarge
from signpost.model import Json, packing, summary
from signpost.model.record_set import RecordSet
from signpost.model.refused import Refused
from signpost.plan.batch import ZonePlan
from signpost.plan.rounds import Sent, Written, receipts, sent_json
from signpost.plan.whole_plan import Plan, fewer, with_zone

LIMIT = 256 * 1024  # bytes of UTF-8
MARGIN = 8 * 1024  # what Step Functions and Lambda put around a payload, and rounding
ERROR_BYTES = 6 * 1024  # an error as Lambda tells it: its sentence, escaped, and a stack trace
SHOWN_VALUES = 8  # of an answer, in a proof; how many more there were is told
DETAIL = 300  # characters that say how a zone was proved
DETAILS = 3000  # and all zones
_VALUE = {"A": 15, "AAAA": 39}  # characters; any other is a name
_NAME = 253
_SENT = Sent("C" + "0" * 31, "2026-11-24T12:00:00.000000+00:00")
_ADVICE = (
    "Nothing was changed. Give the service fewer or shorter names, or fewer zones (the tag "
    "signpost:zone)."
)


def size(value: object) -> int:
    """Bytes of a value as JSON, written as Lambda's runtime writes it."""
    return len(json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass"))


def require_room(state: Mapping[str, Any], plan: Plan, dns_servers: Sequence[str]) -> None:
    """Raise ChangeTooLarge unless an execution with this plan can be carried to its end.

    `state` is what PlanChange was given. A name that is published must not be stuck: so there has
    to be room to move all that there will be once more.
    """
    imagined = at_its_largest(state, plan, dns_servers)
    needed = size(imagined)
    if needed <= LIMIT - MARGIN:
        return
    records = sum(map(len, plan.after.values())) or sum(map(len, plan.before.values()))
    names = {
        record.name for side in (plan.before, plan.after) for r in side.values() for record in r
    }
    raise ChangeTooLarge(
        f"{records} record sets of {len(names)} names in {len(plan.after)} zones are too much for "
        f"one execution: with their proof they take up to {needed:,} bytes, and Step Functions "
        f"carries {LIMIT - MARGIN:,} ({_parts(imagined)}). {_ADVICE}"
    )


def require_fits(state: Mapping[str, Any], what: str) -> None:
    """Raise ChangeTooLarge where a state, before there is a plan, is too large already."""
    if size(state) > LIMIT - MARGIN:
        raise ChangeTooLarge(
            f"{what} take {size(state):,} bytes, and Step Functions carries {LIMIT - MARGIN:,} "
            f"({_parts(state)}). Nothing was changed. Give the service fewer of them."
        )


def _parts(state: Mapping[str, Any]) -> str:
    largest = sorted(((size(part), key) for key, part in state.items()), reverse=True)[:3]
    return ", ".join(f"{key} {of_part:,}" for of_part, key in largest)


def at_its_largest(state: Mapping[str, Any], plan: Plan, dns_servers: Sequence[str]) -> Json:
    """The state of an execution, with all that any later state may put into it."""
    zones = {one.zone.id: one for one in (*(w.plan for w in plan.written), *plan.zones)}
    written = [Written(replace(one, changes=()), _SENT) for one in zones.values()]
    error = {"Error": "e" * 40, "Cause": "c" * ERROR_BYTES}
    refused = [
        Refused("e" * 40, "r" * MOST, zone=zone, name="n" * _NAME).to_json() for zone in zones
    ]
    proofs = [proof_of(one, dns_servers) for one in zones.values()]
    before, after = (with_zone(side) for side in (plan.before, plan.after))
    moved = 0
    if size(before) < size(after):  # all of it may have to move one day, with the ledgers
        before = [*after]
        moved = sum(size(one.to_json()) for one in plan.zones if not one.before)
    return {
        **{key: state[key] for key in ("trigger", "service", "load_balancers", "tasks")},
        "round": {"number": 5, "because": error["Error"], "detail": error["Cause"]},
        "plan": {
            **plan.to_json(),
            "before": before,
            "summary": [*summary.of(before, ()), *summary.of((), after)],
            "refused": [
                one.to_json() for one in fewer((*plan.refused, *map(Refused.from_json, refused)))
            ],
            "written": [one.to_json() for one in written],
            "written_zones": receipts(written),
        },
        "moved": "m" * moved,
        "readiness": {
            "attempts": 1000,
            "targets": [
                {"load_balancer": "n" * 32, "healthy": 10_000, "needed": 1000}
                for _ in plan.load_balancers
            ],
            "waiting": [*zones],
        },
        "change": {
            "zones": [sent_json(one.plan, _SENT) for one in written],
            "refused": refused,
            "pending": [*zones],
            **dict.fromkeys(("wrote", "unfinished", "gave_up"), False),
        },
        "refusal": {**Refused("e" * 40, "r" * MOST).to_json()},
        "verification": {
            "method": "insync",
            "detail": "d" * DETAILS,
            "zones": proofs,
            "attempts": 1000,
            "verified_at": _SENT.submitted_at,
            "seconds": 100_000.123,
        },
        "confirmation": {"state": "withdrawn", "reason": "r" * MOST},
        "again": error,
        "error": error,
    }


def proof_of(plan: ZonePlan, dns_servers: Sequence[str]) -> Json:
    """The proof of a zone at its largest, in the form of `proof.verification.Proof`."""
    asked = list(dns_servers) if plan.zone.private or dns_servers else []
    return {
        "zone": plan.zone.id,
        "method": "insync",
        "detail": "d" * DETAIL,
        "servers": [*plan.zone.name_servers, *(f"{server}:53535" for server in asked)],
        "answers": [_answer_to(record) for record in packing.pack((*plan.before, *plan.after))],
    }


def _answer_to(record: RecordSet) -> Json:
    longest = "v" * _VALUE.get(record.type, _NAME)
    return {
        "name": record.name,
        "type": record.type,
        "values": [longest] * SHOWN_VALUES if record.type in _VALUE else [longest],
        "more": 10_000,
    }
