"""Which names and values of records Route 53 takes, and how it writes them.

GUIDE = Route 53 Developer Guide, API = Route 53 API Reference.
"""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

from tests.support.route53 import StrictRoute53, alias, change_batch, simple

LABEL = "a" * 63


def create(route53: StrictRoute53, name: str, type_: str, *values: str) -> None:
    zone = route53.zones[0].id if route53.zones else route53.create_zone("ecs.internal")
    route53.client().change_resource_record_sets(
        HostedZoneId=zone, ChangeBatch=change_batch(("CREATE", simple(name, type_, *values)))
    )


def written(route53: StrictRoute53) -> list[str]:
    listed = route53.client().list_resource_record_sets(HostedZoneId=route53.zones[0].id)
    return [one["Name"] for one in listed["ResourceRecordSets"] if one["Type"] not in ("NS", "SOA")]


def refused(name: str, type_: str, *values: str) -> str:
    with pytest.raises(ClientError) as caught:
        create(StrictRoute53(), name, type_, *values)
    error = caught.value.response["Error"]
    assert error["Code"] == "InvalidChangeBatch"
    return error["Message"].removeprefix("[").removesuffix("]")


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("Web.ECS.Internal", "web.ecs.internal."),
        ("web.ecs.internal.", "web.ecs.internal."),
        ("*.ecs.internal", r"\052.ecs.internal."),
        (r"\052.ecs.internal", r"\052.ecs.internal."),
        ("_web-1.ecs.internal", "_web-1.ecs.internal."),
        ("a@b.ecs.internal", r"a\100b.ecs.internal."),
        (r"a\056b.ecs.internal", r"a\056b.ecs.internal."),
        (r"\101.ecs.internal", "a.ecs.internal."),
    ],
)
def test_names_come_back_lower_case_dotted_and_escaped(given: str, shown: str) -> None:
    """GUIDE: DNS domain name format."""
    route53 = StrictRoute53()
    create(route53, given, "A", "10.0.0.1")
    assert written(route53) == [shown]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        (f"a{LABEL}.ecs.internal", "DomainLabelTooLong (Domain label is too long)"),
        (f"{LABEL}.{LABEL}.{LABEL}.{LABEL}.ecs.internal", "DomainNameTooLong (Domain name is"),
        ("web..ecs.internal", "DomainLabelEmpty (Domain label is empty)"),
        (".ecs.internal", "DomainLabelEmpty (Domain label is empty)"),
        ("", "DomainNameEmpty (Domain name is empty)"),
        ("we b.ecs.internal", "UnsupportedCharacter (Value contains unsupported characters)"),
        ("wéb.ecs.internal", "UnsupportedCharacter (Value contains unsupported characters)"),
        (r"we\b.ecs.internal", "UnsupportedCharacter (Value contains unsupported characters)"),
    ],
)
def test_names_that_are_refused(name: str, said: str) -> None:
    """GUIDE: DNS domain name format: labels of 1 to 63 bytes, 255 in all, escapes in octal."""
    message = refused(name, "A", "10.0.0.1")
    assert message.startswith(f"FATAL problem: {said}")


def test_the_longest_label_and_name_are_taken() -> None:
    """RFC 1035, 2.3.4: 63 octets a label, 255 octets a name on the wire."""
    route53 = StrictRoute53()
    create(route53, f"{LABEL}.{LABEL}.{LABEL}.{'a' * 48}.ecs.internal", "A", "10.0.0.1")
    assert len(written(route53)[0]) == 254


def test_bad_names_in_values_and_alias_targets() -> None:
    """GUIDE: Supported DNS record types: a CNAME's value has the format of a domain name."""
    assert "DomainLabelTooLong" in refused("web.ecs.internal", "CNAME", f"a{LABEL}.example.com")
    route53 = StrictRoute53()
    zone = route53.create_zone("ecs.internal")
    with pytest.raises(ClientError, match="DomainLabelTooLong"):
        route53.client().change_resource_record_sets(
            HostedZoneId=zone,
            ChangeBatch=change_batch(("CREATE", alias("a.ecs.internal", "A", f"a{LABEL}.com"))),
        )


def test_names_in_a_wildcards_place() -> None:
    """API: ResourceRecordSet, Name: no wildcard for NS. The words are not published."""
    assert "can't have a wildcard" in refused("*.ecs.internal", "NS", "ns.example.com")


@pytest.mark.parametrize(
    "value", ["10.0.0", "10.0.0.256", "010.0.0.1", "web.example.com", "10.0.0.1 ", ""]
)
def test_what_is_no_ipv4_address(value: str) -> None:
    """GUIDE: Supported DNS record types, "A record type"."""
    assert refused("web.ecs.internal", "A", value) == (
        "Invalid Resource Record: 'FATAL problem: ARRDATAIllegalIPv4Address (Value is not a valid "
        f"IPv4 address) encountered with '{value}''"
    )


@pytest.mark.parametrize("value", ["10.0.0.1", "2001:db8:::1", "fe80::1%eth0", "2001:db8::g"])
def test_what_is_no_ipv6_address(value: str) -> None:
    """GUIDE: Supported DNS record types, "AAAA record type"."""
    assert "AAAARRDATAIllegalIPv6Address" in refused("web.ecs.internal", "AAAA", value)


@pytest.mark.parametrize("type_", ["CNAME", "SOA"])
def test_types_with_one_value(type_: str) -> None:
    """API: ResourceRecord, Value: several for all types except CNAME and SOA. Words: our own."""
    assert "can have only one value" in refused("web.ecs.internal", type_, "a.com", "b.com")


def test_a_value_twice() -> None:
    """Words from published error reports of ChangeResourceRecordSets."""
    message = refused("web.ecs.internal", "A", "10.0.0.1", "10.0.0.1")
    assert message == "Duplicate Resource Record: '10.0.0.1'"


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("plain", "InvalidCharacterString (Value should be enclosed in quotation marks)"),
        ("", "InvalidCharacterString (Value should be enclosed in quotation marks)"),
        ('"a" b', "InvalidCharacterString (Value should be enclosed in quotation marks)"),
        ('"a', "InvalidCharacterString (Value should be enclosed in quotation marks)"),
        ('"a"b"', "InvalidCharacterString (Value should be enclosed in quotation marks)"),
        ('"a""b"', "InvalidCharacterString (Value should be enclosed in quotation marks)"),
        (f'"{"x" * 256}"', "CharacterStringTooLong (Value is too long)"),
        ('"é"', "UnsupportedCharacter (Value contains unsupported characters)"),
        ('"a\tb"', "UnsupportedCharacter (Value contains unsupported characters)"),
    ],
)
def test_txt_values_that_are_refused(value: str, said: str) -> None:
    """GUIDE: Supported DNS record types, "TXT record type": quoted strings of 255 characters."""
    assert refused("t.ecs.internal", "TXT", value).startswith(
        f"Invalid Resource Record: 'FATAL problem: {said}"
    )


@pytest.mark.parametrize(
    "value",
    ['"a"', '"a" "b"', '""', f'"{"x" * 255}"', r'"\"quoted\" and \\ and \052"', '"a b; c=d"'],
)
def test_txt_values_come_back_as_they_were_given(value: str) -> None:
    """GUIDE: Supported DNS record types, "TXT record type": `"`, `\\` and octal escapes."""
    route53 = StrictRoute53()
    create(route53, "t.ecs.internal", "TXT", value)
    assert route53.records(route53.zones[0].id)[0].values == (value,)


def test_a_value_has_4000_characters_at_most() -> None:
    """GUIDE: TXT record type; API: ResourceRecord, Value "not to exceed 4,000 characters"."""
    longest = " ".join(f'"{"x" * 247}"' for _ in range(16))  # 3,999 characters
    create(StrictRoute53(), "t.ecs.internal", "TXT", longest + " ")
    with pytest.raises(ClientError, match="maxLength '4000' for type 'RData'") as caught:
        create(StrictRoute53(), "t.ecs.internal", "TXT", longest + "  ")
    assert caught.value.response["Error"]["Code"] == "InvalidInput"
