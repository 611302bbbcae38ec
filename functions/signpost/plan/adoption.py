"""What can be taken over: record sets that say the same, and what others differ in. Pure.

DNS names compare without case and final dot. The console and the AWS CDK write `dualstack.` before
a load balancer's name, which leads to the same addresses.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator

from signpost.model.record_set import RecordSet


def says_the_same(there: RecordSet, wanted: RecordSet) -> bool:
    """Whether two record sets give one answer."""
    return said(there) == said(wanted)


def said(record: RecordSet) -> Hashable:
    """All that a record set says; the identifier of one of several answers says nothing."""
    alias = record.alias
    return (
        (record.name, record.type, target(record), record.ttl, record.routing, record.multivalue),
        (alias.hosted_zone_id, alias.evaluate_target_health) if alias else None,
        None if record.multivalue else record.set_identifier,
    )


def target(record: RecordSet) -> tuple[str, ...]:
    """Where a record set leads, in one spelling."""
    names = (record.alias.dns_name,) if record.alias else record.values
    return tuple(
        sorted(name.lower().removesuffix(".").removeprefix("dualstack.") for name in names)
    )


def difference(there: RecordSet, wanted: Iterable[RecordSet]) -> str:
    """In what alone a record set differs from one that is wanted at its name, and what to do; empty
    where it leads elsewhere or differs in nothing.
    """
    for one in wanted:
        is_there = (one.name, target(one)) == (there.name, target(there))
        if is_there and (differing := list(_differing(there, one))):
            what, how = zip(*differing, strict=True)
            return (
                f"{there.type} differs only in {' and '.join(what)}: {', '.join(how)}, then "
                "AdoptIdentical=true takes it over. "
            )
    return ""


def _differing(there: RecordSet, wanted: RecordSet) -> Iterator[tuple[str, str]]:
    ttl = f"set signpost:ttl={there.ttl}"
    if bool(there.alias) != bool(wanted.alias):
        kind = "set signpost:record=alias" if there.alias else f"set signpost:record=cname, {ttl}"
        yield "form", kind
    elif there.ttl != wanted.ttl:
        yield f"TTL ({there.ttl}, not {wanted.ttl})", ttl
    elif there.alias and wanted.alias and there.alias.evaluate_target_health:
        yield "EvaluateTargetHealth", "turn it off there"
    if there.routing or there.multivalue != wanted.multivalue:
        kind = "one of several answers" if wanted.multivalue else "a simple record set"
        now = there.routing or ("MultiValueAnswer" if there.multivalue else "simple")
        yield f"routing ({now})", f"make it {kind}"
