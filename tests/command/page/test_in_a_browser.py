"""The page in a real browser: it is drawn as meant, in the light and in the dark."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.browser import Browser
from tests.support.pages import HOSTILE, Seen, conflict, shown

pytestmark = pytest.mark.browser
EMPTY_PAGE_BYTES = 20_000  # a white picture of this size has fewer

# What sticks out of its box, which labels overlap, what the marked and the other states are drawn
# with, and whether the page is wider than the window.
LOOK = """(() => {
  const inside = (a, b) => a.left >= b.left && a.right <= b.right && a.bottom <= b.bottom;
  const states = [...document.querySelectorAll(".state")];
  const shape = state => state.querySelector("rect, polygon");
  const stroke = state => getComputedStyle(shape(state)).stroke;
  return {
    sticking_out: states.filter(state => [...state.querySelectorAll("text")].some(text =>
      !inside(text.getBoundingClientRect(), shape(state).getBoundingClientRect()))).length,
    taken: [...new Set(states.filter(s => s.matches(".taken")).map(stroke))],
    others: [...new Set(states.filter(s => !s.matches(".taken")).map(stroke))],
    labels_meeting: [...document.querySelectorAll(".label")].map(label =>
      label.getBoundingClientRect()).filter((a, i, all) => all.some((b, j) => j > i &&
      a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom)).length,
    too_wide: document.documentElement.scrollWidth > window.innerWidth,
    background: getComputedStyle(document.body).backgroundColor,
    bars: [...document.querySelectorAll(".times .bar span")].every(bar =>
      bar.getBoundingClientRect().width > 0),
  };
})()"""

# The drawing of the way taken: whether one sees it, whole, and how high its smallest letters are.
WAY = """(() => {
  const box = document.querySelector(".drawing.narrow svg").getBoundingClientRect();
  const texts = [...document.querySelectorAll(".drawing.narrow text")];
  return {
    seen: box.width > 0,
    whole: box.right <= window.innerWidth,
    letters: Math.min(...texts.map(text => text.getBoundingClientRect().height)),
  };
})()"""
LEGIBLE_PIXELS = 11


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Browser:
    return Browser(tmp_path_factory.mktemp("browser"))


@pytest.fixture(scope="module")
def page(browser: Browser) -> Path:
    file = browser.folder / "page.html"
    file.write_text(shown("Unchanged", conflict(), reason=HOSTILE))
    return file


def test_it_is_read_without_a_complaint_and_marks_the_states_that_were_entered(
    browser: Browser, page: Path
) -> None:
    dom = browser.dom(page)

    assert browser.complaints == ""
    assert set(Seen(dom).all("taken-state")) == {step.name for step in conflict().steps}


def test_names_fit_their_boxes_and_the_way_taken_stands_out_in_light_and_dark(
    browser: Browser, page: Path
) -> None:
    light = browser.measure(page, LOOK, width=1280)
    dark = browser.measure(page, LOOK, width=420, dark=True)

    for seen in (light, dark):
        assert (seen["sticking_out"], seen["labels_meeting"]) == (0, 0)
        assert (seen["too_wide"], seen["bars"]) == (False, True)
        assert seen["taken"]
        assert not set(seen["taken"]) & set(seen["others"])
    assert light["background"] != dark["background"]


def test_on_a_telephone_the_way_taken_is_drawn_by_itself_and_legibly(
    browser: Browser, page: Path
) -> None:
    telephone, desk = (browser.measure(page, WAY, width=width) for width in (420, 1280))

    assert (telephone["seen"], telephone["whole"], desk["seen"]) == (True, True, False)
    assert telephone["letters"] >= LEGIBLE_PIXELS


def test_it_can_be_seen(browser: Browser, page: Path) -> None:
    picture = browser.screenshot(page, width=1280)

    assert picture.startswith(b"\x89PNG")
    assert len(picture) > EMPTY_PAGE_BYTES
