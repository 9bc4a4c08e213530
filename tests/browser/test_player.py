"""The stand-in's iFrame API, driven from a page of ours under its Content-Security-Policy."""

import pytest
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.slow]

# What a page does with the API: make one player, and note what it tells.
MAKE_PLAYER = """(uri) => {
  window.told = [];
  window.onSpotifyIframeApiReady = (api) => {
    const element = document.createElement("div");
    document.querySelector("main").prepend(element);
    api.createController(element, { uri, width: "100%", height: 80 }, (controller) => {
      window.player = controller;
      controller.addListener("ready", () => window.told.push("ready"));
      controller.addListener("playback_update", ({ data }) => window.told.push(data));
    });
  };
}"""


@pytest.fixture
def songs(website):
    return website.songs[:2]


@pytest.fixture
def player(page, website, songs):
    """A page of ours with a compact player of the first song; the frame that it is in."""
    page.goto(website.settings.public_url)
    page.evaluate(MAKE_PLAYER, f"spotify:track:{songs[0].id}")
    page.add_script_tag(url=f"{website.standin.url}/embed/iframe-api/v1")
    wait_for_update(page, "update === 'ready'")
    return page.frame_locator("iframe")


def wait_for_update(page, is_so):
    """Return the first update of the playback of which an expression in `update` is true.

    Playwright's own waiting evaluates text in the page, which our policy forbids.
    """
    return page.evaluate(f"""() => new Promise((done) => {{
      const look = () => {{
        const found = window.told.find((update) => {is_so});
        if (found) done(found); else setTimeout(look, 20);
      }};
      look();
    }})""")


def test_a_song_is_played_paused_and_gone_on_with(page, player, songs):
    page.evaluate("player.play()")

    expect(player.get_by_text(f"Playing: {songs[0].title}")).to_be_visible()
    update = wait_for_update(page, "update.position > 0")
    assert update["isPaused"] is False
    assert update["isBuffering"] is False
    assert update["duration"] == songs[0].duration_ms
    page.evaluate("player.pause()")
    expect(player.get_by_text(f"Paused: {songs[0].title}")).to_be_visible()
    page.evaluate("player.resume()")
    expect(player.get_by_text(f"Playing: {songs[0].title}")).to_be_visible()
    page.evaluate("player.togglePlay()")
    expect(player.get_by_text(f"Paused: {songs[0].title}")).to_be_visible()


def test_another_song_is_loaded_and_plays_once_it_is_there(page, player, songs):
    page.evaluate("(uri) => { player.loadUri(uri); player.play(); }", f"spotify:track:{songs[1].id}")

    expect(player.get_by_text(f"Playing: {songs[1].title}")).to_be_visible()
    assert page.locator("iframe").evaluate("frame => [frame.width, frame.height]") == ["100%", "80"]


def test_near_its_end_a_song_stops_and_starts_anew(page, player, songs):
    page.evaluate("(seconds) => { player.play(); player.seek(seconds); }", songs[0].duration_ms / 1000 - 0.1)

    update = wait_for_update(page, "update.isPaused && update.position === 0")

    assert update["playingURI"] == f"spotify:track:{songs[0].id}"


def test_a_listener_that_is_taken_off_hears_no_more_and_a_destroyed_player_is_gone(page, player):
    page.evaluate("""() => {
      window.heard = 0;
      const listener = () => { window.heard += 1; };
      player.on("playback_update", listener);
      player.off("playback_update", listener);
      player.play();
    }""")
    wait_for_update(page, "update.isPaused === false")

    page.evaluate("player.destroy()")

    assert page.evaluate("window.heard") == 0
    expect(page.locator("iframe")).to_have_count(0)


def test_a_listener_plays_with_the_players_own_button(page, player, songs):
    player.get_by_role("button", name="Play").click()

    expect(player.get_by_text(f"Playing: {songs[0].title}")).to_be_visible()
    wait_for_update(page, "update.isPaused === false")
