"""`signpost doctor`: the installation that is examined."""

from __future__ import annotations

from signpost_cli.checks.installation import environment_of
from tests.support.parameters import EXAMPLE
from tests.support.template import TEMPLATE


def test_the_parameters_become_the_variables_that_the_template_makes_of_them() -> None:
    names = environment_of(TEMPLATE["Parameters"], "1", "eu-west-1")
    assert EXAMPLE.keys() <= names.keys()
