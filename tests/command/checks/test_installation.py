"""`signpost doctor`: the installation that is examined."""

from __future__ import annotations

from signpost.settings import Settings
from signpost_cli.checks.installation import environment_of
from tests.support.parameters import EXAMPLE, SETTINGS
from tests.support.template import TEMPLATE

MADE = ("STACK_ID", "LEDGER_KEY_ARN", "BOUNDS_PATH", "ACCOUNT_ID", "AWS_REGION")


def test_the_parameters_become_the_variables_that_the_template_makes_of_them() -> None:
    names = environment_of(TEMPLATE["Parameters"], SETTINGS.stack_id, SETTINGS.ledger_key_arn)
    assert EXAMPLE.keys() <= names.keys()
    assert Settings.from_env(EXAMPLE | {key: names[key] for key in MADE}) == SETTINGS
