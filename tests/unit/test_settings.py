"""The parameters of the stack: what can be used, and what an error says of the rest."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import pytest

from signpost.errors import InvalidConfiguration
from signpost.settings import Settings
from tests.support.parameters import EXAMPLE, SETTINGS


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("OWNER_ID", "Not_A_Label"),
        ("HOSTNAME_TEMPLATE", "{zone}"),
        ("HOSTNAME_TEMPLATE", "{service}.{planet}"),
        ("HOSTNAME_TEMPLATE", "{service}.{"),
        ("RECORD_KIND", "A"),
        ("RECORD_TTL", "0"),
        ("RECORD_TTL", "ten"),
        ("POLICY", ""),
        ("ADOPT_IDENTICAL", "yes"),
        ("ACCOUNT_ID", ""),
    ],
)
def test_a_bad_parameter_is_named_with_its_value(variable: str, value: str) -> None:
    with pytest.raises(InvalidConfiguration, match=variable) as raised:
        Settings.from_env(EXAMPLE | {variable: value})
    assert repr(value.strip()) in str(raised.value)


@pytest.mark.parametrize("variable", EXAMPLE)
def test_a_missing_parameter_is_named(variable: str) -> None:
    with pytest.raises(InvalidConfiguration, match=variable):
        Settings.from_env({key: value for key, value in EXAMPLE.items() if key != variable})


def test_two_installations_with_one_owner_id_tell_each_other_apart() -> None:
    here, there = SETTINGS, replace(SETTINGS, stack_id=SETTINGS.stack_id[:-1] + "1")
    assert len({here.installation, there.installation}) == 2
    assert here.label != there.label


def test_an_installation_can_not_be_guessed_from_account_region_and_names() -> None:
    """A stack's ARN ends with a random UUID: only that makes two alike stacks two."""
    known = "/".join((SETTINGS.account, SETTINGS.region, SETTINGS.owner_id))
    assert SETTINGS.installation == hashlib.sha256(SETTINGS.stack_id.encode()).hexdigest()[:16]
    assert SETTINGS.installation != hashlib.sha256(known.encode()).hexdigest()[:16]


def test_a_label_has_room_in_a_name() -> None:
    longest = replace(SETTINGS, owner_id="o" * 32).label
    assert len(longest) <= 63


@pytest.mark.parametrize("value", ["000000001999999999", "0", "604801", "9" * 5000, "-1"])
def test_a_ttl_out_of_range_is_no_parameter(value: str) -> None:
    with pytest.raises(InvalidConfiguration, match="RECORD_TTL"):
        Settings.from_env(EXAMPLE | {"RECORD_TTL": value})
