"""The page of a listener's taste in a real browser: four listeners, in both languages, with scripts and without."""

import pytest
from playwright.sync_api import expect

from tests.support.chromium import (
    DARK,
    DESK,
    FORMS,
    GERMAN,
    MAX_WAIT_MS,
    PHONE,
    check_page,
    in_opposite_forms,
    make_first_playlist,
    say,
    sign_in,
    take_picture,
    with_and_without_scripts,
)

pytestmark = [pytest.mark.browser, pytest.mark.slow]

N_LISTENERS = 4
NARROW = {"viewport": {"width": 320, "height": 640}}
#: The smallest text that is read without effort, and the smallest mark that is told from another, in pixels.
MIN_TEXT_PX, MIN_MARK_PX = 9, 4
LIST_SMALL_TEXTS = """least => [...document.querySelectorAll("main *")].filter((each) =>
  [...each.childNodes].some((child) => child.nodeType === Node.TEXT_NODE && child.data.trim())
  && each.checkVisibility() && !each.closest(".visually-hidden")).map((each) => {
    const drawn = each.closest("svg");
    const scale = drawn ? drawn.getScreenCTM().a : 1;
    return [each.textContent, parseFloat(getComputedStyle(each).fontSize) * scale];
  }).filter(([, size]) => size < least)"""


def open_taste(page, website):
    page.goto(f"{website.settings.public_url}/taste")
    expect(page.get_by_role("heading", name=say(page, "Your taste"))).to_be_visible()


def list_listeners(website):
    """List the demo's listeners with most saved songs."""
    listeners = sorted(website.standin.state.listeners.values(), key=lambda each: -len(each.saved))
    return listeners[:N_LISTENERS]


@in_opposite_forms
def test_the_pages_of_four_listeners_keep_to_what_every_page_keeps_to(page, website, visit, request):
    for number, listener in enumerate(list_listeners(website)):
        theirs = visit(**request.node.callspec.params["page"])
        sign_in(theirs, website, listener.display_name)
        open_taste(theirs, website)
        is_first = number == 0
        if is_first:
            # Before a library is read the page is the same for all.
            check_page(theirs, "taste-unread")
        theirs.get_by_role("link", name=say(theirs, "Make my playlist")).click()
        theirs.get_by_role("button", name=say(theirs, "Make my playlist")).click()
        theirs.wait_for_url("**/playlists/*", timeout=MAX_WAIT_MS)
        theirs.get_by_role("link", name=say(theirs, "Taste"), exact=True).click()

        expect(theirs.locator(".map-picked path")).to_have_count(50)
        if is_first:
            check_page(theirs, "taste")
        for unfolded in theirs.locator("main summary").all():
            unfolded.click()
        check_page(theirs, f"taste-{number}-unfolded")
        theirs.locator(".map").scroll_into_view_if_needed()
        take_picture(theirs, f"taste-{number}-map")
        theirs.context.close()


@pytest.mark.parametrize("page", [FORMS["German phone, dark"]], ids=["German phone, dark"], indirect=True)
def test_so_do_the_pages_of_four_listeners_with_real_libraries(page, real_website, visit, request):
    for listener in list_listeners(real_website):
        theirs = visit(**request.node.callspec.params["page"])
        sign_in(theirs, real_website, listener.display_name)
        theirs.get_by_role("button", name=say(theirs, "Make my playlist")).click()
        theirs.wait_for_url("**/playlists/*", timeout=MAX_WAIT_MS)

        open_taste(theirs, real_website)

        expect(theirs.locator(".map-picked path")).to_have_count(50)
        for unfolded in theirs.locator("main summary").all():
            unfolded.click()
        check_page(theirs, f"taste-real-{listener.display_name}")
        theirs.context.close()


@pytest.mark.parametrize(
    "page",
    [NARROW, {**NARROW, **DARK, **GERMAN}, {**NARROW, **GERMAN, "forced_colors": "active"}],
    ids=["light", "German, dark", "German, forced colours"],
    indirect=True,
)
def test_its_pictures_are_legible_on_the_narrowest_phone(page, website):
    make_first_playlist(page, website)
    open_taste(page, website)

    check_page(page, "taste-320")
    assert page.evaluate(LIST_SMALL_TEXTS, MIN_TEXT_PX) == []
    sizes = page.evaluate("""() => [...document.querySelectorAll(".map a, .profile circle")].map(
        (each) => each.getBoundingClientRect().width)""")
    assert min(sizes) >= MIN_MARK_PX
    # The numbers of the tastes are all to be read: none lies on another.
    assert (
        page.evaluate("""() => {
        const places = [...document.querySelectorAll(".map-number text")].map((each) => each.getBoundingClientRect());
        return places.filter((one, at) => places.slice(0, at).some((other) =>
          one.x < other.right && other.x < one.right && one.y < other.bottom && other.y < one.bottom)).length;
      }""")
        == 0
    )


@pytest.mark.parametrize(
    "page",
    [{**DESK, "forced_colors": "active"}, {**PHONE, **DARK, "forced_colors": "active"}],
    ids=["desk", "dark phone"],
    indirect=True,
)
def test_in_the_colours_that_a_listener_has_chosen_all_marks_are_told_from_what_is_behind_them(page, website):
    make_first_playlist(page, website)
    open_taste(page, website)

    check_page(page, "taste-forced-colours")
    unseen = page.evaluate("""() => {
        const canvas = document.createElement("div");
        canvas.style.color = "Canvas";
        document.body.append(canvas);
        const background = getComputedStyle(canvas).color;
        const marks = document.querySelectorAll(".map a > *, .chart rect, .chart circle, .share-bar rect, .map-number *");
        return [...marks].filter((mark) => {
          const { fill, stroke } = getComputedStyle(mark);
          return fill === background && [background, "none"].includes(stroke);
        }).length;
      }""")
    assert unseen == 0
    # Saved and picked songs are of two colours there, too, and of two forms.
    fills = page.evaluate("""() => [".map-saved circle:not(.is-estimated)", ".map-picked path"].map(
        (kind) => getComputedStyle(document.querySelector(kind)).fill)""")
    assert fills[0] != fills[1]
    page.locator(".map").scroll_into_view_if_needed()
    take_picture(page, "taste-forced-colours-map")


def find_lonely_point(page):
    """Return the number of the point that is furthest from all others, and where it is on the screen."""
    page.locator(".map").scroll_into_view_if_needed()
    return page.evaluate("""() => {
        const points = [...document.querySelectorAll(".map a")].map((link) => {
          const { x, y, width, height } = link.getBoundingClientRect();
          return { href: link.getAttribute("href"), x: x + width / 2, y: y + height / 2 };
        });
        const others = (one) => points.filter((each) => each !== one);
        const room = (one) => Math.min(...others(one).map((each) => Math.hypot(each.x - one.x, each.y - one.y)));
        return points.reduce((best, each) => (room(each) > room(best) ? each : best));
      }""")


def test_a_song_that_is_pointed_at_is_told_with_its_taste_and_figures(page, website):
    make_first_playlist(page, website)
    open_taste(page, website)
    point = find_lonely_point(page)

    page.mouse.move(point["x"] + 3, point["y"] - 3)

    told = page.locator("[data-map-told]")
    cells = page.locator(point["href"]).locator("td")
    expect(told).to_contain_text(cells.nth(0).locator("cite").text_content())
    expect(told).to_contain_text(f"Energy {cells.nth(1).text_content()} · Mood {cells.nth(2).text_content()}")
    page.mouse.move(point["x"], 5)
    page.mouse.wheel(0, -3000)
    page.mouse.move(5, 5)
    expect(told).to_be_hidden()


def test_a_song_that_was_pressed_stays_until_escape_so_that_its_link_can_be_followed(page, website):
    make_first_playlist(page, website)
    open_taste(page, website)
    point = find_lonely_point(page)
    page.mouse.click(point["x"], point["y"])
    link = page.locator("[data-map-told] a")

    link.hover()

    title = page.locator(point["href"]).locator("cite").text_content()
    expect(link).to_have_text(title)
    with page.context.expect_page() as opened:
        link.click()
    expect(opened.value.get_by_role("heading", name=title)).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("[data-map-told]")).to_be_hidden()


@pytest.mark.parametrize("page", [PHONE], ids=["phone"], indirect=True)
def test_a_song_that_is_tapped_is_told_inside_the_window_until_another_place_is_tapped(page, website):
    make_first_playlist(page, website)
    open_taste(page, website)
    point = find_lonely_point(page)

    page.touchscreen.tap(point["x"] + 5, point["y"] + 5)

    told = page.locator("[data-map-told]")
    expect(told).to_contain_text(page.locator(point["href"]).locator("cite").text_content())
    box = told.bounding_box()
    assert box["x"] >= 0 and box["x"] + box["width"] <= 360
    assert page.url.endswith("/taste")
    assert told.get_by_role("link").get_attribute("href").startswith(website.settings.spotify_open_url)
    page.locator(".map-end.map-top").scroll_into_view_if_needed()
    page.locator("#map").click()
    page.locator(".map-key").tap()
    expect(told).to_be_hidden()


@with_and_without_scripts
def test_the_card_is_offered_and_every_figure_is_in_a_table(page, website):
    make_first_playlist(page, website)
    open_taste(page, website)

    with page.expect_download() as png:
        page.get_by_role("link", name=say(page, "Download as PNG")).click()
    with page.expect_download() as svg:
        page.get_by_role("link", name=say(page, "Download as SVG")).click()

    assert png.value.suggested_filename == f"{say(page, 'my-taste')}.png"
    assert svg.value.suggested_filename == f"{say(page, 'my-taste')}.svg"
    page.get_by_text(say(page, "The map’s songs as a table")).click()
    points = page.locator(".map a").count()
    expect(page.locator(".map-table tbody tr[id]")).to_have_count(points)
    expect(page.locator(".map-table tbody tr[id]").first).to_be_visible()


@pytest.mark.parametrize("page", [{**PHONE, "java_script_enabled": False}], ids=["no scripts"], indirect=True)
def test_without_scripts_a_point_that_is_tapped_leads_to_its_row_in_the_table(page, website):
    make_first_playlist(page, website)
    open_taste(page, website)
    link = page.locator(".map-picked a").last

    link.locator("path").click(force=True)

    row = page.locator(link.get_attribute("href"))
    expect(row).to_be_in_viewport()


def test_the_page_is_led_to_from_the_playlist_by_keyboard(page, website):
    make_first_playlist(page, website)

    page.get_by_role("link", name="Taste", exact=True).focus()
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", name=say(page, "Your taste"))).to_be_visible()
    expect(page.get_by_role("link", name="Taste", exact=True)).to_have_attribute("aria-current", "page")
    # The points are for pointing at: a key meets the tables, not hundreds of them.
    assert page.evaluate("document.querySelectorAll('.map a:not([tabindex=\"-1\"])').length") == 0
