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
    MOST,
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
from signpost.harmless import harmless
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
_PROTECTED = re.compile(
    r"(?<![A-Za-z])(?i:protected|protections?)(?![A-Za-z])|Protect(?:ed|ions?)(?![a-z])"
)
# What a guardrail's advice has not, which may speak of protections too.
_SURELY_PROTECTED = re.compile(
    r"(?:\b(?:is|are|was|were)|'(?:s|re)) protected(?! by (?:\w+ ){0,2}guardrail)|"
    r"^\W*(?:resource )?(?:record )?(?:set )?protections?\b|"
    r"\b(?:has|have) (?:a )?protection|\bprotections? (?:exist|is|are)|"
    r"_PROTECTED\b|ProtectedR|RecordSetProtection",
    re.IGNORECASE,
)
# Developer Guide, "Change Guardrails for hosted zones": the error tells "which record and which
# guardrail caused the rejection and how to fix it"; by its name as in the API (ChangeGuardrail),
# or as the guide's headings spell it.
_ADVICE = {
    "ACTIVE_RECORD_CHECK": "",
    "ALIAS_TARGET_CHECK": "An alias of somebody else in this zone points at it: change or delete "
    "that alias first.",
    "NS_OCCLUSION_CHECK": "The zone delegates the name to other name servers: list the delegated "
    "zone in HostedZoneIds, or give the service another name.",
}
_ANY_SPELLING = "|".join(name.replace("_", "[ _-]?") for name in _ADVICE)
_GUARDRAIL = re.compile(
    rf"(?<![A-Za-z])(?:(?i:{_ANY_SPELLING})|[A-Z]+(?:_[A-Z]+)*_CHECK)(?![A-Za-z])"
)
_REFUSES = re.compile(r"reject|fail|refus|violat|block|den(?:y|ied)", re.IGNORECASE)
_BETWEEN_CLAUSES = re.compile(r"[,;.]|\b(?:and|but|while)\b")
_OTHERS_TEXT = re.compile(
    # quoted, unless it is the name of a guardrail; with white space only if that is sure to be so
    rf"""(["'])(?!(?i:the |change |guardrail )*{_GUARDRAIL.pattern}(?i: guardrail)?\1)"""
    r"""(?:(?<==.)[^'"]*|(?<=")[^"]*|[^'"\s]*|[A-Z]+ [^'"\s]+|[^'"\s]+ [A-Z]+)\1"""
    rf"""|\bname=(?!{_GUARDRAIL.pattern}(?!\.))[^\s'",)\]]+"""
    r"|(?<=DNS name )\S+|(?<=in zone )\S+"
    r"|[\w\\*-]+(?:\.[\w\\*-]+)+"  # any other dotted name
)
_COMMENT = re.compile(r"\bcomment\b[^.]*", re.IGNORECASE)  # of a protection, to its full stop
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
        words = _OTHERS_TEXT.sub(" ", said)
        if _is_protection(words):
            return _protected(zone_id, said, batch)
        words = _without_comment(words)
        guardrail = _guardrail(words)
        if guardrail == "ACTIVE_RECORD_CHECK":
            return _still_asked(zone_id, said, batch)
        if guardrail:
            return _refused_by(guardrail, zone_id, said)
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


def _is_protection(words: str) -> bool:
    """Whether a protection refuses: one that a sentence is sure of before it names a guardrail
    (then a comment may name it), or any where it names none.
    """
    guardrail = _GUARDRAIL.search(_without_comment(words))
    if guardrail is None:
        return bool(_PROTECTED.search(words))
    return bool(_SURELY_PROTECTED.search(words, 0, guardrail.start()))


def _without_comment(words: str) -> str:
    return _COMMENT.sub(lambda comment: " " * len(comment[0]), words)


def _guardrail(words: str) -> str | None:
    """The guardrail that refuses, as the API has it: of several the first that is said to."""
    clauses = _BETWEEN_CLAUSES.split(words)
    for clause in sorted(clauses, key=lambda one: not _REFUSES.search(one)):
        if found := _GUARDRAIL.search(clause):
            plain = re.sub("[ _-]", "", found[0]).upper()
            return next((name for name in _ADVICE if name.replace("_", "") == plain), found[0])
    return "a change guardrail" if re.search("guardrail", words, re.IGNORECASE) else None


def _still_asked(zone_id: str, said: str, batch: Batch) -> StillAsked:
    going = _removed_for_good(batch)
    what = _some([f"{name} {type_}" for name, type_ in _mentioned(said, going) or going])
    return StillAsked(
        f"Route 53 does not remove {what} from zone {zone_id} while it is asked for (guardrail "
        "ACTIVE_RECORD_CHECK). In this zone nothing was changed: names and ledger are as they "
        "were. Find out who asks, or turn the guardrail off meanwhile: aws route53 "
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
    """With the command that lifts the protections, or with the one that lists them where the
    sentence does not tell which they are, or the command would be too long.

    "Route 53 either deletes all of the protections in the request or none of them" (API Reference,
    DeleteResourceRecordSetProtections): one that does not exist, and nothing is lifted.
    """
    touched = list(dict.fromkeys((record.name, record.type) for _, record in batch))
    protected = _pairs(said, touched)
    names = protected or _mentioned(said, touched) or touched
    shown = shortened(_some([f"{name} {type_}" for name, type_ in names]), _SAID)

    def told(command: str) -> str:
        return (
            f"Zone {zone_id} protects {shown} from changes. In this zone nothing was changed: "
            "names and ledger are as they were. Whoever may call "
            f"route53:DeleteResourceRecordSetProtections lifts it{command}; "
            f"then: signpost rerun CLUSTER SERVICE. Route 53: {shortened(said, _SAID)}"
        )

    keys = [shlex.quote(f"RecordName={name},RecordType={type_}") for name, type_ in protected]
    lift = f": aws route53 delete-resource-record-set-protections --hosted-zone-id {zone_id}"
    sentence = told(" ".join([lift, "--protections", *keys]))
    if not keys or len(harmless(sentence)) > MOST:
        which = f"aws route53 list-resource-record-set-protections --hosted-zone-id {zone_id}"
        sentence = told(f" (which there are: {which})")
    return RecordProtected(sentence)


def _removed_for_good(batch: Batch) -> list[tuple[str, str]]:
    """Names and types of which a batch leaves none of its own."""
    created = {(record.name, record.type) for action, record in batch if action == "CREATE"}
    gone = dict.fromkeys((r.name, r.type) for action, r in batch if action == "DELETE")
    return [key for key in gone if key not in created]


def _mentioned(said: str, keys: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """Of names and types those that a sentence has: as a pair, else each by its name."""
    by_name = [(n, t) for n, t in keys if re.search(_word(n), _plain(said))]
    return _pairs(said, keys) or by_name


def _pairs(said: str, keys: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    return [
        (n, t)
        for n, t in keys
        if re.search(
            rf"{_word(n)}(?:\W*type\W*|[^\w,;]*){t}\b|\b{t}[^\w,;\])]+{_word(n)}", _plain(said)
        )
    ]


def _plain(said: str) -> str:
    return said.replace("\\052", "*")


def _word(name: str) -> str:
    return rf"(?<![\w.*-]){re.escape(name)}(?![\w-]|\.\w)\.?"


def _some(shown: Sequence[str]) -> str:
    more = f" and {len(shown) - _NAMED} more" if len(shown) > _NAMED else ""
    return ", ".join(shown[:_NAMED]) + more
