"""What the tests in a real Chromium share: the four forms of a page, the way in, and what every page must keep to."""

import re
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from languages import load_languages
from recommender.language import ENGLISH, Language
from standin.state import Listener
from tests.support.left_over import list_left_over
from tests.support.website import Website

#: Each run leaves its pictures of the pages here.
PICTURES = Path(__file__).parents[2] / "instance" / "screenshots"
PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True}
DESK = {"viewport": {"width": 1280, "height": 800}}
LIGHT, DARK = {"color_scheme": "light"}, {"color_scheme": "dark"}
#: A browser that asks for German. Its tests find by `say` what a page tells.
GERMAN = {"locale": "de-DE"}
#: The size and the colours that a listener's browser may have; in the dark it is a German one.
FORMS = {
    "phone, light": {**PHONE, **LIGHT},
    "German phone, dark": {**PHONE, **DARK, **GERMAN},
    "desk, light": {**DESK, **LIGHT},
    "German desk, dark": {**DESK, **DARK, **GERMAN},
}
#: Parametrises a test's `page`: once in each form.
in_all_forms = pytest.mark.parametrize("page", FORMS.values(), ids=FORMS, indirect=True)
#: The same in two forms, which have each size, each colour and each language. The phone is the German one.
OPPOSITE_FORMS = {name: FORMS[name] for name in ("German phone, dark", "desk, light")}
in_opposite_forms = pytest.mark.parametrize(
    "page", OPPOSITE_FORMS.values(), ids=OPPOSITE_FORMS, indirect=True
)
#: Parametrises a test's `page`: once with scripts, and once without at the other size.
#: The phone asks for German, whose long words have least room there.
_PLAIN = {"java_script_enabled": False}
with_and_without_scripts = pytest.mark.parametrize(
    "page",
    [{**PHONE, **GERMAN}, {**DESK, **_PLAIN}],
    ids=["German phone with scripts", "desk without"],
    indirect=True,
)
without_and_with_scripts = pytest.mark.parametrize(
    "page",
    [{**PHONE, **GERMAN, **_PLAIN}, DESK],
    ids=["German phone without scripts", "desk with"],
    indirect=True,
)
LANGUAGES = load_languages()
#: The narrowest window that pages are made for.
MIN_WIDTH = 320
# A job takes a second or two; on a machine that does much else, longer.
MAX_WAIT_MS = 30_000
MAX_FIRST_PAINT_MS = 1000
# Of the layout, by Chromium's measure, of which 0.1 is called good. A page that arrives in pieces on a machine that
# does much else moves what stands at the right by up to 0.016; one line of text above all others moves it by 0.03.
MAX_SHIFT = 0.02
MAX_TRANSFERRED_BYTES = 150_000
# Not objections: a page that answers 404, and a request that breaks off when its page is left.
NO_OBJECTIONS = ("Failed to load resource", "htmx:sendError", "htmx:afterRequest", "Response Status Error")
AXE = Axe()
# Spotify's player is another site's page, to which axe could not even speak.
AXE_OPTIONS = {"resultTypes": ["violations"], "iframes": False}
# In forced colours Chromium still tells axe the colours of our stylesheet (as -webkit-text-fill-color).
FORCED_AXE_OPTIONS = {**AXE_OPTIONS, "rules": {"color-contrast": {"enabled": False}}}
ARE_COLOURS_FORCED = "matchMedia('(forced-colors: active)').matches"

# The shifts that the listener did not cause, by what moved. Entries are handed over in a task of their own.
LIST_SHIFTS = """() => new Promise((done) => {
  const shifts = [];
  const add = (entries) => {
    for (const { hadRecentInput, value, sources } of entries) {
      const moved = sources.map(({ node, previousRect, currentRect }) =>
        `${node?.nodeName}.${node?.className?.baseVal ?? node?.className}: ${previousRect.y} to ${currentRect.y}`);
      if (!hadRecentInput) shifts.push([value, ...moved]);
    }
  };
  const observer = new PerformanceObserver((list) => add(list.getEntries()));
  observer.observe({ type: "layout-shift", buffered: true });
  setTimeout(() => { add(observer.takeRecords()); done(shifts); }, 50);
})"""
FIND_FIRST_PAINT_MS = "() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0"
# Of files in the browser's cache, too; of other hosts' files the browser tells nothing.
COUNT_BYTES = """() => ["navigation", "resource"].flatMap((kind) => performance.getEntriesByType(kind))
  .filter((each) => each.name.startsWith(location.origin) && each.initiatorType !== "iframe")
  .reduce((sum, each) => sum + each.encodedBodySize, 0)"""
FIND_WIDTH = "document.documentElement.scrollWidth"


def say(page: Page, sentence: str, **values: object) -> str:
    """Return an English sentence of the program as this browser shows it: in its language, filled, without tags."""
    told = find_language(page).translate(sentence)
    return re.sub("<[^>]*>", "", told % values if "%(" in told else told.format(**values))


def find_language(page: Page) -> Language:
    """Return the language that a browser of the fixture `visit` asks for."""
    return page.context.language


def is_complaint(message) -> bool:
    """Check whether the browser objects to something of ours."""
    return message.type in ("error", "warning") and not message.text.startswith(NO_OBJECTIONS)


def check_page(page: Page, name: str) -> None:
    """Check what every page keeps to, and leave a picture of it.

    That it objects to nothing and asks no other host is checked by the fixture `page` at the end of each test.
    """
    page.wait_for_load_state()
    shifts = page.evaluate(LIST_SHIFTS)
    assert sum(value for value, *_ in shifts) < MAX_SHIFT, f"{name} moves while it loads: {shifts}"
    assert page.evaluate(COUNT_BYTES) < MAX_TRANSFERRED_BYTES, f"{name} is large"
    if page.evaluate(FIND_FIRST_PAINT_MS) >= MAX_FIRST_PAINT_MS:
        # A machine that does much else may be late now and then.
        again = (page.reload() and page.evaluate(FIND_FIRST_PAINT_MS) for _ in range(3))
        assert any(late < MAX_FIRST_PAINT_MS for late in again), f"{name} is painted late"
    is_forced = page.evaluate(ARE_COLOURS_FORCED)
    found = AXE.run(page, options=FORCED_AXE_OPTIONS if is_forced else AXE_OPTIONS)
    assert found.violations_count == 0, f"{name}: {found.generate_report()}"
    left_over = list_left_over(page.content(), find_language(page).code)
    assert left_over == [], f"{name} says this in English"
    take_picture(page, name)
    check_width(page)


def check_width(page: Page) -> None:
    """Check that a page is no wider than the window, nor than the narrowest one."""
    page.wait_for_load_state()  # without its stylesheet any page is wider
    size = page.viewport_size
    assert page.evaluate(FIND_WIDTH) <= size["width"], page.url
    page.set_viewport_size({"width": MIN_WIDTH, "height": size["height"]})
    assert page.evaluate(FIND_WIDTH) <= MIN_WIDTH, page.url
    page.set_viewport_size(size)


def take_picture(page: Page, name: str) -> None:
    """Leave a picture of a page as it is seen: `name-phone.png`, and `name.png` on a light desk.

    The code of another language than English comes last.
    """
    PICTURES.mkdir(parents=True, exist_ok=True)
    code = find_language(page).code
    language = "" if code == ENGLISH.code else f"-{code}"
    phone = "-phone" if page.viewport_size["width"] < 600 else ""
    dark = "-dark" if page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches") else ""
    page.screenshot(path=PICTURES / f"{name}{phone}{dark}{language}.png")


def confirm_disconnect(page: Page) -> None:
    """Disconnect on the page that asks about it, and wait until it is told to be done."""
    page.get_by_role("button", name=say(page, "Disconnect and delete")).click()
    expect(
        page.get_by_text(
            say(
                page,
                "Everything about you has been deleted here. The playlist stays in your Spotify account; to end the permission as well, remove this app on Spotify’s page of your apps.",
            )
        )
    ).to_be_visible()


def sign_in(page: Page, site: Website, name: str) -> None:
    """Sign in from the front page, as the listener with this name."""
    page.goto(site.settings.public_url)
    page.get_by_role("link", name=say(page, "Sign in with Spotify")).first.click()
    agree(page, name)
    expect(page.get_by_text(name).first).to_be_attached()


def agree(page: Page, name: str) -> None:
    """Agree at Spotify, as the listener with this name."""
    page.get_by_label(re.compile(name)).check()
    page.get_by_role("button", name="Agree").click()


def find_listener(site: Website, at_least: int):
    """Return the demo listener with the fewest saved songs of those who have at least so many."""
    many = [listener for listener in site.standin.state.listeners.values() if len(listener.saved) >= at_least]
    return min(many, key=lambda listener: len(listener.saved))


def make_first_playlist(page: Page, site: Website, at_least: int = 100) -> Listener:
    """Sign in a listener who has saved so many songs, make their first playlist, and wait for its page."""
    listener = find_listener(site, at_least)
    sign_in(page, site, listener.display_name)
    page.get_by_role("button", name=say(page, "Make my playlist")).click()
    page.wait_for_url("**/playlists/*", timeout=MAX_WAIT_MS)
    expect(page.locator(".song")).to_have_count(50)
    return listener


def read_songs(page: Page) -> list[str]:
    """Return the ids of the songs that a page shows, in order, once all of it has arrived."""
    page.wait_for_load_state()
    return page.locator(".song").evaluate_all("rows => rows.map((row) => row.id.replace('song-', ''))")


def expect_undo(page: Page, deed: str, **values: str) -> None:
    """Wait until the last step of a draft is what the page offers to undo."""
    told = say(page, "Undo: %(deed)s", deed=say(page, deed, **values))
    expect(page.locator("#undo")).to_contain_text(told)


def tab_to(page: Page, name: str, key: str = "Tab") -> None:
    """Press Tab, or Shift+Tab, until the link or button of this name has the focus."""
    for _ in range(90):
        page.keyboard.press(key)
        if (
            page.evaluate("document.activeElement.ariaLabel ?? document.activeElement.textContent").strip()
            == name
        ):
            return
    pytest.fail(f"{key} never reaches {name!r}")
