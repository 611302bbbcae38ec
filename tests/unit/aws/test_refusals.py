"""Route 53's refusals under Signpost's names: its words count, and no name or comment in them."""

from __future__ import annotations

from dataclasses import replace

import pytest
from botocore.exceptions import ClientError

from signpost.aws import refusals
from signpost.errors import (
    MOST,
    ChangeRefused,
    RecordConflict,
    RecordProtected,
    SignpostError,
    StillAsked,
    ZoneManagedByCloudMap,
)
from signpost.model.record_set import Alias, RecordSet

ZONE = "Z0123456789ABCDEFGHIJ"
WEB = "web.ecs.internal"
LEDGER = RecordSet("web.prod.signpost._signpost.ecs.internal", "TXT", 60, ('"x"',))
A = RecordSet(WEB, "A", alias=Alias("Z32O12XQLNTSW2", "lb.example"))
AAAA = RecordSet(WEB, "AAAA", alias=Alias("Z32O12XQLNTSW2", "lb.example"))
REMOVAL = [("DELETE", LEDGER), ("DELETE", A), ("DELETE", AAAA)]
SHOWN = f"[name='{WEB}.', type='A']"


def named(
    said: str, batch: refusals.Batch = REMOVAL, code: str = "InvalidChangeBatch"
) -> SignpostError:
    answer = {"Error": {"Code": code, "Message": said}}
    return refusals.named(ClientError(answer, "ChangeResourceRecordSets"), ZONE, batch)  # type: ignore[arg-type]


# AWS documents what these sentences tell, and not their words: as many ways to say it as may be.
@pytest.mark.parametrize(
    "said",
    [
        f"[The resource record set {SHOWN} is protected]",
        f"[Resource record set {SHOWN} is protected from changes. Comment: do not touch]",
        f"[A protection exists for {WEB}. A]",
        f"The record set {WEB} A can't be changed because it's protected (comment: 'ask Ada')",
        f'[Tried to delete protected resource record set {SHOWN}: "but it was not found"]',
        f"[{SHOWN} matches a ResourceRecordSetProtection]",
        f"[{SHOWN}: delete it first with DeleteResourceRecordSetProtections]",
        f"[comment 'frozen': record set {SHOWN} is protected]",
        f"[{SHOWN} is protected. Comment: the guardrail ACTIVE_RECORD_CHECK is off here]",
        f'[{SHOWN} has a protection with the comment "conflicts with other records"]',
        f"[{SHOWN} is protected, Tried to delete resource record set {SHOWN} but it was not found]",
        f"[RESOURCE_RECORD_SET_PROTECTED: {SHOWN}]",
        f"[ProtectedResourceRecordSet {SHOWN}]",
        f"[protection: {SHOWN} (don't touch the guardrail)]",
        f"[{SHOWN} is protected (see runbook for ACTIVE_RECORD_CHECK)]",
        f"[Resource record set protection exists for {SHOWN}: frozen by ops because of guardrail "
        "ACTIVE_RECORD_CHECK]",
        f"[comment: ACTIVE_RECORD_CHECK failed once. {SHOWN} is protected]",
    ],
)
def test_a_protected_record_set_is_named_with_the_command_that_lifts_the_protection(
    said: str,
) -> None:
    error = named(said)

    assert isinstance(error, RecordProtected)
    assert (
        f"delete-resource-record-set-protections --hosted-zone-id {ZONE} --protections "
        f"RecordName={WEB},RecordType=A; then: signpost rerun" in str(error)
    )
    assert said in str(error)


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("[The record set is protected]", f"{LEDGER.name} TXT, {WEB} A and 1 more"),
        (f"[The record set {WEB} is protected]", f"{WEB} A, {WEB} AAAA"),
    ],
)
def test_what_is_protected_is_asked_for_where_a_sentence_does_not_tell_name_and_type(
    said: str, shown: str
) -> None:
    """A call that lifts a protection which does not exist lifts none."""
    error = named(said)

    assert f"protects {shown} from changes" in str(error)
    assert f"aws route53 list-resource-record-set-protections --hosted-zone-id {ZONE}" in str(error)
    assert "delete-resource-record-set-protections" not in str(error)


def shown(*records: RecordSet) -> str:
    return ", ".join(f"[name='{one.name}.', type='{one.type}'] is protected" for one in records)


def test_the_command_lifts_all_protections_that_the_sentence_tells_and_no_others() -> None:
    error = named(f"[{shown(A, LEDGER)}]")

    keys = f"RecordName={LEDGER.name},RecordType=TXT RecordName={WEB},RecordType=A"
    assert f"--protections {keys}; then:" in str(error)
    assert named(f"[{shown(A, LEDGER, AAAA)}]").args[0].count("RecordName=") == len(REMOVAL)


def test_a_command_that_no_sentence_holds_gives_way_to_the_one_that_lists() -> None:
    records = [replace(A, name=f"{'a' * 60}-{number}.ecs.internal") for number in range(9)]

    error = named(f"[{shown(*records)}]", [("DELETE", one) for one in records])

    listing = f"aws route53 list-resource-record-set-protections --hosted-zone-id {ZONE}"
    assert f"lifts it (which there are: {listing}); then: " in str(error)
    assert len(error.args[0]) <= MOST


def test_of_the_longest_names_the_command_is_whole() -> None:
    long = ".".join(["a" * 60] * 4)
    records = [replace(A, name=long), replace(AAAA, name=long)]

    error = named(f"[{shown(*records)}]", [("DELETE", one) for one in records])

    assert "list-resource-record-set-protections" in str(error)
    assert len(error.args[0]) <= MOST


@pytest.mark.parametrize("said", ["[{} is protected]", "[ACTIVE_RECORD_CHECK: {} is asked for]"])
def test_nothing_is_said_of_the_other_zones_of_the_execution(said: str) -> None:
    assert "In this zone nothing was changed: " in str(named(said.format(SHOWN)))


@pytest.mark.parametrize(
    "name", ["'protected A'", "(name=protected, type=A)", "'A is-protected'", "(name=guardrail)"]
)
def test_a_name_in_another_notation_protects_nothing_either(name: str) -> None:
    said = f"[Tried to create resource record set {name} but it already exists]"

    assert type(named(said)) is RecordConflict


@pytest.mark.parametrize(
    ("said", "error"),
    [
        ("[{0} but it already exists]", RecordConflict),
        ("[Tried to delete resource record set {0} but it was not found]", RecordConflict),
        (
            "[RRSet of type CNAME with DNS name {1} is not permitted as it conflicts with other "
            "records with the same DNS name in zone {2}]",
            RecordConflict,
        ),
        (
            "[RRSet with DNS name {1}, type A cannot be created as other RRSets exist with the "
            "same name and type.]",
            RecordConflict,
        ),
        (
            "[The request contains an invalid set of changes for a resource record set 'A {1}']",
            ChangeRefused,
        ),
        ("[RRSet with DNS name {1} is not permitted in zone {2}]", ChangeRefused),
    ],
)
@pytest.mark.parametrize(
    "name", ["protected", "protected.example", "is-protected.protection", "ACTIVE_RECORD_CHECK"]
)
def test_a_name_that_says_protected_protects_nothing(
    said: str, error: type[SignpostError], name: str
) -> None:
    shown = f"[name='{name}.', type='A', set-identifier='is protected']"

    assert type(named(said.format(shown, f"{name}.", f"{name}."))) is error


@pytest.mark.parametrize(
    "said",
    [
        f"[The change to {SHOWN} was rejected by guardrail ACTIVE_RECORD_CHECK: it still receives "
        "DNS queries]",
        f"[{SHOWN} is protected by the guardrail 'ACTIVE_RECORD_CHECK']",
        f"[ACTIVE_RECORD_CHECK: {WEB}. A still receives queries. Turn the check off to proceed]",
        f"[The Active record check guardrail found that {WEB} (A) is still queried]",
        f'[Change guardrail "Active record check" rejected the deletion of {SHOWN}]',
        f'[The "ACTIVE_RECORD_CHECK guardrail" rejected {SHOWN}]',
        f"[The deletion of {SHOWN} was rejected by the active record check because it still "
        "receives DNS queries]",
        f"[{SHOWN} failed guardrail check: ActiveRecordCheck]",
        f"[Change guardrail violation (active-record-check): {SHOWN} still receives queries]",
        f"[Guardrails: ALIAS_TARGET_CHECK passed, ACTIVE_RECORD_CHECK failed for {SHOWN}]",
        f"[Comment: none. Guardrail ACTIVE_RECORD_CHECK failed. Record: {SHOWN}.]",
        f"[Comment: ALIAS_TARGET_CHECK failed once. Guardrail ACTIVE_RECORD_CHECK failed: {SHOWN}]",
        f"[Guardrail ACTIVE_RECORD_CHECK failed for {SHOWN}; check that no record is protected]",
    ],
)
def test_a_record_that_is_still_asked_for_is_tried_again(said: str) -> None:
    error = named(said)

    assert isinstance(error, StillAsked)
    assert f"does not remove {WEB} A from zone {ZONE}" in str(error)
    assert "Name=ACTIVE_RECORD_CHECK,Status=DISABLED; then: signpost rerun" in str(error)


def test_what_a_batch_replaces_is_not_what_is_still_asked_for() -> None:
    moved = replace(A, alias=Alias("Z32O12XQLNTSW2", "other.example"))

    error = named(
        "[Guardrail ACTIVE_RECORD_CHECK failed]",
        [("DELETE", A), ("CREATE", moved), ("DELETE", AAAA)],
    )

    assert f"does not remove {WEB} AAAA from zone {ZONE}" in str(error)


@pytest.mark.parametrize(
    ("guardrail", "advice"),
    [
        ("ALIAS_TARGET_CHECK", "change or delete that alias first"),
        ("NS_OCCLUSION_CHECK", "list the delegated zone in HostedZoneIds"),
        ("MOON_CHECK", "Its sentence says what to do"),
    ],
)
def test_the_other_guardrails_refuse_by_name(guardrail: str, advice: str) -> None:
    error = named(f"[Guardrail {guardrail} rejected {SHOWN}]")

    assert type(error) is ChangeRefused
    assert f"The guardrail {guardrail} of zone {ZONE}" in str(error)
    assert advice in str(error)


def test_of_several_guardrails_the_first_that_refuses_is_named() -> None:
    said = f"[ACTIVE_RECORD_CHECK passed, Alias target check failed for {SHOWN}]"

    assert "The guardrail ALIAS_TARGET_CHECK of zone" in str(named(said))


def test_the_comment_of_a_protection_acts_on_no_terminal() -> None:
    assert "\x1b" not in str(named(f"[{SHOWN} is protected. Comment: \x1b[2J]"))


def test_a_command_for_a_wildcard_can_be_pasted() -> None:
    wildcard = RecordSet("*.ecs.internal", "A", alias=A.alias)

    error = named("[[name='\\052.ecs.internal.', type='A'] is protected]", [("DELETE", wildcard)])

    assert "--protections 'RecordName=*.ecs.internal,RecordType=A';" in str(error)


@pytest.mark.parametrize(
    ("by", "named_as"),
    [
        ("AWS Cloud Map", "AWS Cloud Map,"),
        ("AWS CloudMap ", "AWS CloudMap,"),
        ("servicediscovery.amazonaws.com", "AWS Cloud Map (servicediscovery.amazonaws.com),"),
        ("Some Service", "Some Service,"),
    ],
)
def test_a_zone_of_another_service_is_no_missing_permission(by: str, named_as: str) -> None:
    said = (
        f"The resource hostedzone/{ZONE} can only be managed through {by} "
        "(arn:aws:servicediscovery:eu-west-1:123456789012:namespace/ns-abc)"
    )
    denied = {"Error": {"Code": "AccessDenied", "Message": said}}

    with pytest.raises(ZoneManagedByCloudMap) as caught, refusals.of_linked_zones(ZONE):
        raise ClientError(denied, "ChangeResourceRecordSets")  # type: ignore[arg-type]

    assert f"can only be changed through {named_as}" in str(caught.value)


def test_a_missing_permission_stays_one() -> None:
    denied = {"Error": {"Code": "AccessDenied", "Message": "User: x is not authorized"}}

    with pytest.raises(ClientError), refusals.of_linked_zones(ZONE):
        raise ClientError(denied, "ChangeResourceRecordSets")  # type: ignore[arg-type]
