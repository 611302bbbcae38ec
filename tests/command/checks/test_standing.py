"""`signpost doctor`: how many services have their names, in words."""

from __future__ import annotations

from signpost_cli.checks.standing import Names, Standing, Standings, told


def stands(name: str, names: Names, reason: str = "") -> Standing:
    return Standing(("prod", name), names, reason)


def test_each_service_is_counted_once_and_by_what_is_true() -> None:
    assert told(
        [
            stands("web", Names.RIGHT),
            stands("api", Names.WAITS, "It has no names."),
            stands("shop", Names.NONE, "It has no names."),
            stands("old", Names.NO_SERVICE),
        ]
    ) == ("3 services and their names, by the ledgers: 1 has its names, 1 waits, 1 has none.")


def test_every_standing_has_words_for_one_and_for_several() -> None:
    for names in set(Names) - {Names.NO_SERVICE}:
        one, two = told([stands("a", names)]), told([stands("a", names), stands("b", names)])
        assert one.startswith("1 service and its names, by the ledgers: 1 ")
        assert two.startswith("2 services and their names, by the ledgers: 2 ")


def test_who_should_have_none_is_named_with_the_reason() -> None:
    off, plain = "Its tag signpost:enabled is false.", "It has no load balancer."
    text = told(
        [
            *(stands(name, Names.UNWANTED, off) for name in "abcd"),
            stands("plain", Names.UNWANTED, plain),
        ]
    )

    assert text == (
        "5 services and their names, by the ledgers: 5 should have none. "
        f"prod/a, prod/b, prod/c and 1 more: {off} prod/plain: {plain}"
    )


def test_many_reasons_are_cut_short() -> None:
    text = told([stands(f"s{n}", Names.UNWANTED, f"Reason {n}.") for n in range(5)])
    assert text.endswith("prod/s2: Reason 2. And so on, for 2 more reasons.")


def test_json_names_the_execution_that_is_at_work_or_failed() -> None:
    assert stands("web", Names.RIGHT).to_json() == {
        "cluster": "prod",
        "service": "web",
        "names": "has its names",
        "reason": None,
        "execution": None,
    }


def test_a_service_is_found_by_its_key() -> None:
    web = stands("web", Names.RIGHT)
    assert Standings((web,)).of(("prod", "web")) is web
    assert Standings((web,)).of(("prod", "api")) is None
