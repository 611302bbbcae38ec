"""What the change guardrails of a zone refuse: Route 53 API Reference, "ChangeGuardrail".

A refusal names the record set and the guardrail, and says what to do (Developer Guide, "Change
Guardrails for hosted zones"); its words are documented nowhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence, Set

from local_aws.emulated.records import RecordSet, after, plain

# For how long a record counts as asked for. AWS documents no time; this one is short, as the local
# AWS's waits are.
ASKED_SECONDS = 60.0

Key = tuple[str, str]  # name and type


def refusals(
    zone_name: str,
    before: Sequence[RecordSet],
    changes: Sequence[tuple[str, RecordSet]],
    enabled: Set[str],
    is_asked: Callable[[Key], bool],
) -> list[str]:
    """Why the guardrails that are on stand against a batch of (action, record set)."""
    there, then = list(before), after(before, changes)
    gone = [key for key in _keys(there) if key not in _keys(then)]
    found: list[str] = []
    if "ALIAS_TARGET_CHECK" in enabled:
        found += [
            _said("ALIAS_TARGET_CHECK", key, f"the alias record {plain(one['Name'])} points to it")
            for key in gone
            for one in then
            if _leads_to(one, key)
        ]
    if "ACTIVE_RECORD_CHECK" in enabled:
        why = "it still receives DNS queries, and no other record of its name and type remains"
        found += [_said("ACTIVE_RECORD_CHECK", key, why) for key in gone if is_asked(key)]
    if "NS_OCCLUSION_CHECK" in enabled:
        known = set(_occluded(zone_name, there))
        found += [
            _said("NS_OCCLUSION_CHECK", key, f"{cut} is delegated to other name servers")
            for key, cut in _occluded(zone_name, then)
            if (key, cut) not in known
        ]
    return found


def _said(guardrail: str, key: Key, why: str) -> str:
    name, kind = key
    return (
        f"The change to [name='{name}', type='{kind}'] was rejected by the guardrail {guardrail}: "
        f"{why}"
    )


def _keys(records: Iterable[RecordSet]) -> dict[Key, None]:
    return dict.fromkeys((plain(one["Name"]), one["Type"]) for one in records)


def _leads_to(record: RecordSet, key: Key) -> bool:
    target = record.get("AliasTarget")
    return target is not None and (plain(target["DNSName"]), record["Type"]) == key


def _occluded(zone_name: str, records: Sequence[RecordSet]) -> list[tuple[Key, str]]:
    """The record sets at or below a delegation, each with it; what delegates is none of them."""
    cuts = [name for name, kind in _keys(records) if kind == "NS" and name != plain(zone_name)]
    return [
        (key, cut)
        for key in _keys(records)
        for cut in cuts
        if key[0].endswith(f".{cut}") or (key[0] == cut and key[1] not in ("NS", "DS"))
    ]
