"""`signpost doctor`: what it prints."""

from __future__ import annotations

from signpost_cli.checks.findings import Finding, found, not_checked, note, sound
from signpost_cli.checks.report import print_findings, print_summary
from tests.support.console import printed

COMMAND = f"aws events enable-rule --name {'n' * 80}"
OFF = found("rule-disabled", "The rule is DISABLED.", COMMAND)


def told(*findings: Finding, not_looked_at: tuple[str, ...] = ()) -> str:
    out, text = printed()
    print_findings(out, "rule", findings)
    print_summary(out, findings, not_looked_at)
    return text.getvalue()


def test_a_finding_says_what_why_and_what_mends_it() -> None:
    text = told(OFF)

    assert text.startswith("✗ rule           The rule is DISABLED.\n")
    assert "why  Events do not start the workflow" in text
    assert f"mend  {COMMAND}\n" in text  # in one line, to be copied
    assert "1 finding stops the work." in text


def test_prose_fits_into_80_columns() -> None:
    text = told(found("rule-pattern", "word " * 60, "short"))
    assert max(map(len, text.splitlines())) <= 80


def test_what_looks_like_markup_is_printed_as_it_is() -> None:
    assert "[red]x[/red]" in told(sound("rule", "[red]x[/red]"))


def test_many_of_a_kind_are_cut_short_and_explained_once() -> None:
    text = told(*[found("service-hostname", f"prod/s{n} …", "mend") for n in range(12)])

    assert "and 2 more of service-hostname" in text
    assert text.count("The service lacks the name") == 1
    assert "12 findings stop the work." in text


def test_each_thing_that_was_not_checked_has_its_own_reason() -> None:
    text = told(not_checked("rule", "this", "call A"), not_checked("rule", "that", "call B"))
    assert "call A" in text
    assert "call B" in text
    assert "2 checks were not made." in text


def test_nothing_to_say_is_said_of_what_was_looked_at_only() -> None:
    text = told(sound("rule", "It is on."), note("sweeps", "None yet."), not_looked_at=("DNS.",))

    assert "Nothing is wrong with what was looked at.\n  not looked at  DNS.\n" in text
    assert "· rule           None yet." in text


def test_where_a_check_was_not_made_the_headline_does_not_sound_like_success() -> None:
    text = told(sound("rule", "It is on."), not_checked("rule", "this", "call A"))

    assert "1 check was not made.\nSo whether all is well is not known." in text
    assert "Nothing is wrong" not in text


def test_how_many_of_each_there_are_is_said_with_what_was_not_checked_first() -> None:
    warned = found("rule-pattern", "It was edited.", "mend")

    text = told(OFF, OFF, warned, not_checked("rule", "this", "call A"))

    assert "1 check was not made, 2 findings stop the work, 1 warning." in text
