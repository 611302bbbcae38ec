"""Why Route 53 refused a batch: its sentences under Signpost's names. Asks nobody.

Route 53 has one code, `InvalidChangeBatch`, for all refusals of a batch (API Reference:
ChangeResourceRecordSets, "Errors"), so they are told apart by their words. Names, identifiers and
comments in a sentence are others' text: they are left out before it is judged.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from botocore.exceptions import ClientError

from signpost.aws.clients import code_of, message_of
from signpost.errors import (
    ChangeRefused,
    LoadBalancerNotReady,
    RecordConflict,
    RecordProtected,
    SignpostError,
    StillAsked,
    ZoneBusy,
    ZoneManagedByCloudMap,
    shortened,
)
from signpost.model.record_set import RecordSet

# The refusals that mean "the records are not what you think", as ChangeResourceRecordSets words
# them; every other refusal is about the batch itself.
_CONFLICT = re.compile(
    r"but it already exists|but it was not found|do not match the current values|"
    r"conflicts with other records|conflicting RRSet|other RRSets exist|"
    r"exists with the same name and type"
)
# A load balancer that was made moments ago may be unknown to Route 53 for a while.
_UNKNOWN_TARGET = "target was not found"
# "The resource hostedzone/Z1 can only be managed through AWS Cloud Map (arn:…)", as AccessDenied
# with HTTP 403; also seen: "AWS CloudMap", and in 2017 "servicediscovery.amazonaws.com".
_MANAGED = re.compile(r"can only be managed through ([^(]+)")
# API Reference, ChangeResourceRecordSets, "Protected Resource Record Sets": the error "identifies
# each protected resource record set […] and includes the protection's comment, if any".
_PROTECTED = re.compile(r"\bprotect(?:ed|ions?)?\b|RecordSetProtection", re.IGNORECASE)
# Developer Guide, "Change Guardrails for hosted zones": the error tells "which record and which
# guardrail caused the rejection and how to fix it"; by its name as in the API (ChangeGuardrail),
# or as the guide's headings spell it.
_GUARDRAIL = re.compile(r"\b[A-Z]+(?:_[A-Z]+)*_CHECK\b")
_ADVICE = {
    "ACTIVE_RECORD_CHECK": "",
    "ALIAS_TARGET_CHECK": "An alias of somebody else in this zone points at it: change or delete "
    "that alias first.",
    "NS_OCCLUSION_CHECK": "The zone delegates the name to other name servers: list the delegated "
    "zone in HostedZoneIds, or give the service another name.",
}
_OTHERS_TEXT = re.compile(
    r"""(["'])(?![A-Z_]+_CHECK\1)(?:(?<==.)[^'"]*|(?<=")[^"]*|[^'"\s]*|[A-Z]+ \S+)\1"""  # quoted
    r"|(?<=DNS name )\S+|(?<=in zone )\S+"
    r"|[\w\\*-]+(?:\.[\w\\*-]+)+"  # any other dotted name
)
_COMMENT = re.compile(r"\bcomment\b.*", re.IGNORECASE | re.DOTALL)  # of a protection
_SAID = 250  # characters of Route 53's sentence that a longer one of ours shows
_NAMED = 2  # record sets that a sentence names

Batch = Sequence[tuple[str, RecordSet]]  # (action, record set)


def named(error: ClientError, zone_id: str, batch: Batch) -> SignpostError:
    """The error that a refusal of ChangeResourceRecordSets is.

    RecordProtected, StillAsked, RecordConflict, ZoneBusy, LoadBalancerNotReady or ChangeRefused.
    A protection and a guardrail come first: as long as they stand, no other plan is accepted.
    """
    code, said = code_of(error), message_of(error)
    if code == "PriorRequestNotComplete":
        return ZoneBusy(f"Zone {zone_id} is still working on an earlier change: {said}")
    if code == "InvalidChangeBatch":
        with_comment = _OTHERS_TEXT.sub(" ", said)
        words = _COMMENT.sub("", with_comment)
        guardrail = _guardrail(words)
        if guardrail == "ACTIVE_RECORD_CHECK":
            return _still_asked(zone_id, said, batch)
        if guardrail:
            return _refused_by(guardrail, zone_id, said)
        if _PROTECTED.search(with_comment):
            return _protected(zone_id, said, batch)
        if _UNKNOWN_TARGET in words:
            return LoadBalancerNotReady(
                f"Route 53 does not know the load balancer (yet, or any more): {said}"
            )
        if _CONFLICT.search(words):
            return RecordConflict(
                f"The records in zone {zone_id} are not what the plan was made from: {said}"
            )
    return ChangeRefused(
        f"Route 53 refused the batch for zone {zone_id} ({code}): {said} "
        "Nothing of it was done; the batch stands in the execution's plan."
    )


@contextmanager
def of_linked_zones(zone_id: str) -> Iterator[None]:
    """Raise ZoneManagedByCloudMap where a call is denied because another service made the zone.

    It comes as AccessDenied, which no permission mends.
    """
    try:
        yield
    except ClientError as error:
        manager = _MANAGED.search(message_of(error))
        if manager is None:
            raise
        raise ZoneManagedByCloudMap.of(zone_id, manager[1].strip()) from error


def _guardrail(words: str) -> str | None:
    """The guardrail that a sentence names, as the API has it."""
    found = _GUARDRAIL.search(words)
    if found:
        return found[0]
    if not re.search("guardrail", words, re.IGNORECASE):
        return None
    plain = words.upper().replace(" ", "_")
    return next((name for name in _ADVICE if name in plain), "a change guardrail")


def _still_asked(zone_id: str, said: str, batch: Batch) -> StillAsked:
    going = _removed_for_good(batch)
    what = _some([f"{name} {type_}" for name, type_ in _mentioned(said, going) or going])
    return StillAsked(
        f"Route 53 does not remove {what} from zone {zone_id} while it is asked for (guardrail "
        "ACTIVE_RECORD_CHECK). Nothing was changed there: names and ledger are as they were. Find "
        "out who asks, or turn the guardrail off meanwhile: aws route53 "
        f"update-hosted-zone-features --hosted-zone-id {zone_id} "
        "--change-guardrails Name=ACTIVE_RECORD_CHECK,Status=DISABLED; "
        f"then: signpost rerun CLUSTER SERVICE. Route 53: {shortened(said, _SAID)}"
    )


def _refused_by(guardrail: str, zone_id: str, said: str) -> ChangeRefused:
    advice = _ADVICE.get(guardrail, "Its sentence says what to do.")
    return ChangeRefused(
        f"The guardrail {guardrail} of zone {zone_id} refused the batch, and nothing of it was "
        f"done. {advice} Then: signpost rerun CLUSTER SERVICE. Route 53: {said}"
    )


def _protected(zone_id: str, said: str, batch: Batch) -> RecordProtected:
    touched = list(dict.fromkeys((record.name, record.type) for _, record in batch))
    found = _mentioned(said, touched) or touched
    keys = " ".join(
        shlex.quote(f"RecordName={name},RecordType={type_}") for name, type_ in found[:_NAMED]
    )
    return RecordProtected(
        f"Zone {zone_id} protects {_some([f'{name} {type_}' for name, type_ in found])} from "
        "changes. Nothing was changed there: names and ledger are as they were. Whoever may call "
        "route53:DeleteResourceRecordSetProtections lifts it: aws route53 "
        f"delete-resource-record-set-protections --hosted-zone-id {zone_id} --protections {keys}; "
        f"then: signpost rerun CLUSTER SERVICE. Route 53: {shortened(said, _SAID)}"
    )


def _removed_for_good(batch: Batch) -> list[tuple[str, str]]:
    """Names and types of which a batch leaves none of its own."""
    created = {(record.name, record.type) for action, record in batch if action == "CREATE"}
    gone = dict.fromkeys((r.name, r.type) for action, r in batch if action == "DELETE")
    return [key for key in gone if key not in created]


def _mentioned(said: str, keys: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """Of names and types those that a sentence has: as a pair, else each by itself."""
    said = said.replace("\\052", "*")
    pairs = [
        (n, t)
        for n, t in keys
        if re.search(rf"{_word(n)}\W*(?:type\W*)?{t}\b|\b{t}\W+{_word(n)}", said)
    ]
    return pairs or [(n, t) for n, t in keys if re.search(_word(n), said)]


def _word(name: str) -> str:
    return rf"(?<![\w.*-]){re.escape(name)}(?![\w-]|\.\w)\.?"


def _some(shown: Sequence[str]) -> str:
    more = f" and {len(shown) - _NAMED} more" if len(shown) > _NAMED else ""
    return ", ".join(shown[:_NAMED]) + more
