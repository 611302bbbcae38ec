"""The page of an execution: what it tells, and that nothing is loaded."""

from __future__ import annotations

from signpost_cli.starter import Starter
from signpost_cli.timeline import read as read_timeline
from tests.support.announcement import REFUSED
from tests.support.history import waiting
from tests.support.pages import HOSTILE, Seen, shown


def test_what_comes_from_outside_is_text_and_nothing_else() -> None:
    document = Seen(shown("HostnameTaken!", reason=HOSTILE, service="web"))

    assert not {"script", "img", "iframe", "link", "object"} & set(document.tags)
    assert not any(name.startswith("on") for name, _ in document.attributes)
    assert any(HOSTILE in text for text in document.texts)


def test_the_page_loads_nothing() -> None:
    document = shown()

    assert Seen(document).all("src") == []
    assert Seen(document).all("href") == ["https://console.example/#/x"]
    assert document.count("url(") == document.count("url(#")
    assert "default-src 'none'" in document


def test_waits_between_attempts_are_drawn_and_told() -> None:
    document = shown("TargetsNotHealthy!", read_timeline(waiting().events))

    assert document.count('<span class="waited" style=') == 2
    assert "then waited 7.5 s" in document


def test_the_page_tells_errors_and_the_receipt() -> None:
    text = " ".join(" ".join(Seen(shown()).texts).split())

    assert "RecordConflict" in text
    assert "12.3 s from event to verified" in text
    assert "arn:aws:iam::123456789012:user/ada" in text


def test_the_page_tells_what_was_refused_and_is_not_green() -> None:
    document = shown("PartlyChanged", refused=[{**REFUSED, "reason": HOSTILE}])

    assert '<span class="outcome bad">PartlyChanged' in document
    said = f"www.ecs.internal (zone Z1): HostnameNotAllowed: {HOSTILE}"
    assert said in Seen(document).texts


def test_the_page_says_who_started_it_and_not_whom_the_input_names() -> None:
    text = " ".join(Seen(shown(started_by=Starter("caller", f"arn:{HOSTILE}"))).texts)

    assert f"by arn:{HOSTILE}, CloudTrail says; what the input claims" in text
    assert "arn:aws:iam::123456789012:user/ada" not in text.partition("As JSON")[0]
