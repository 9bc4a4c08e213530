"""Who may see and do what at every address of the application, taken from its own URL map."""

import io
import re
from urllib.parse import unquote

import pytest

from store import jobs, mixes
from tests.support.brought_files import write_file
from tests.support.website import find_static_version, read_everything

UNSAFE = {"POST", "PUT", "PATCH", "DELETE"}
# What a stranger may see or do. Every other address is for signed-in listeners.
FOR_STRANGERS = {
    "pages.home",
    "pages.privacy",
    "pages.healthz",
    "pages.readyz",
    "auth.sign_in",
    "auth.callback",
    "auth.sign_out",
    "language.choose",
    "songs.offer",
    "songs.receive",
    "static",
}
# There is no such page but for the operator, who is nobody here.
NOT_FOUND = {"operator.show"}
# The variable parts of addresses that belong to a listener.
OWNED = {"job_id", "playlist_id", "mix_id"}


@pytest.fixture
def nora(site):
    """A signed-in listener with a playlist and a job that has not ended."""
    browser = site.browser()
    browser.listener = site.add_listener("Nora")
    browser.sign_in(browser.listener)
    page = browser.make_playlist(site)
    browser.post(f"{page}/refresh")
    return browser


@pytest.fixture
def hers(site, nora):
    """A value for every variable part of an address, by its name there: all of them exist, and are Nora's."""
    account_id = nora.listener.account_id
    return {
        "job_id": jobs.get_live(site.database, account_id).id,
        "playlist_id": nora.listener.playlists[0].id,
        "song_id": nora.listener.playlists[0].entries[0].song.id,
        "mix_id": mixes.list_history(site.database, account_id, 1)[0].id,
        "change": "swap",
        "code": "en",
        "form": "csv",
        "filename": "style.css",
        "version": find_static_version(site, "style.css"),
    }


def list_addresses(site, hers, names=None):
    """Yield the rule, the method and the address of everything that the application answers."""
    adapter = site.app.url_map.bind("127.0.0.1")
    for rule in site.app.url_map.iter_rules():
        assert rule.arguments <= hers.keys(), f"{rule} needs a value in `hers`: think about whose it is"
        values = {name: hers[name] for name in rule.arguments}
        for method in sorted(rule.methods - {"HEAD", "OPTIONS"}):
            yield rule, method, adapter.build(rule.endpoint, values, method=method)


@pytest.mark.parametrize("form", [{}, {"csrf_token": ""}, {"csrf_token": "forged"}], ids=str)
def test_a_change_without_a_token_is_refused_everywhere_and_changes_nothing(site, nora, hers, form):
    before = read_everything(site)

    changing = [(method, address) for _, method, address in list_addresses(site, hers) if method in UNSAFE]

    assert changing
    for method, address in changing:
        answer = nora.client.open(address, method=method, data=form)
        assert (answer.status_code, "try again" in answer.text) == (400, True), address
    assert read_everything(site) == before
    assert "Nora" in nora.client.get("/", follow_redirects=True).text


def test_a_token_of_another_session_is_none(site, nora, hers):
    ole = site.browser()
    ole.sign_in(site.add_listener("Ole"))
    token = ole.csrf_token()

    for _, method, address in list_addresses(site, hers):
        if method in UNSAFE:
            answer = nora.client.open(address, method=method, data={"csrf_token": token})
            assert answer.status_code == 400, address


def test_what_is_another_listeners_is_not_found(site, nora, hers):
    ole = site.browser()
    ole.sign_in(site.add_listener("Ole"))
    before = read_everything(site)
    owned = [each for each in list_addresses(site, hers) if each[0].arguments & OWNED]

    assert {rule.endpoint for rule, _, _ in owned} >= {"pages.show_job", "pages.show_playlist"}
    for _, method, address in owned:
        form = {"csrf_token": ole.csrf_token()} if method in UNSAFE else None
        answer = ole.client.open(address, method=method, data=form)
        assert answer.status_code == 404, (method, address)
        assert "Nora" not in answer.text
    assert read_everything(site) == before
    # They do exist, for their owner.
    for _, method, address in owned:
        if method == "GET":
            assert nora.client.get(address).status_code in (200, 302), address


def test_a_stranger_is_sent_to_the_front_from_everything_that_is_not_for_all(site, nora, hers):
    # So that they are turned away because nobody is signed in, not because a token is missing.
    site.app.config["WTF_CSRF_ENABLED"] = False
    stranger = site.browser().client
    before = read_everything(site)

    for rule, method, address in list_addresses(site, hers):
        if rule.endpoint in FOR_STRANGERS | NOT_FOUND:
            continue
        answer = stranger.open(address, method=method)
        wanted = address if method == "GET" else "/"
        assert answer.status_code == 302, (method, address)
        assert unquote(answer.headers["Location"]) == f"/?next={wanted}", (method, address)
        polled = stranger.open(address, method=method, headers={"HX-Request": "true"})
        assert (polled.headers["HX-Redirect"], polled.text) == ("/?next=/", ""), (method, address)
    assert read_everything(site) == before


def test_what_is_for_all_shows_a_stranger_nobodys_name_and_nothing_of_theirs(site, nora, hers):
    named = {rule.endpoint for rule in site.app.url_map.iter_rules()}
    stranger = site.browser().client

    assert named >= FOR_STRANGERS
    for rule, method, address in list_addresses(site, hers):
        if rule.endpoint in FOR_STRANGERS and method == "GET":
            with stranger.get(address) as answer:
                assert not re.search(f"Nora|{hers['job_id']}|{hers['playlist_id']}", answer.text), address


def test_a_change_is_never_made_by_following_a_link(site, nora, hers):
    before = read_everything(site)

    for rule, method, address in list_addresses(site, hers):
        if method == "GET" and rule.endpoint not in ("auth.sign_in", "auth.callback"):
            nora.client.get(address).close()

    assert read_everything(site) == before
    assert "Nora" in nora.client.get("/", follow_redirects=True).text


# Of the addresses for signed-in listeners, those where a visitor is let in; no other may be, as it may call Spotify.
FOR_VISITORS = {
    "account.export",
    "account.show",
    "drafts.add_start",
    "drafts.change_song",
    "drafts.discard",
    "drafts.find_starts",
    "drafts.remove_start",
    "drafts.rename",
    "drafts.show_song",
    "drafts.show_tune",
    "drafts.shuffle",
    "drafts.take_back",
    "drafts.tune",
    "drafts.undo",
    "drafts.wish",
    "exports.download_playlist",
    "exports.show_playlist",
    "opinions.show_opinions",
    "opinions.show_opinions_by_old_address",
    "opinions.withdraw_opinion",
    "pages.show_playlist",
    "recipes.delete",
    "recipes.keep",
    "songs.delete",
    "taste.show_card",
    "taste.show_card_as_png",
    "taste.show_taste",
}


def test_a_visitor_is_refused_wherever_spotify_might_be_asked_and_offered_to_sign_in(site, nora, hers):
    visitor = site.browser()
    content = write_file("exportify.csv", site.songs[:60])
    visitor.client.post(
        "/songs",
        data={"file": (io.BytesIO(content), "songs.csv")},
        content_type="multipart/form-data",
        headers={"Origin": site.settings.public_url},
    )
    n_before = len(site.standin.state.requests)

    for rule, method, address in list_addresses(site, hers):
        if rule.endpoint in FOR_STRANGERS | FOR_VISITORS | NOT_FOUND:
            continue
        form = {"csrf_token": visitor.csrf_token()} if method in UNSAFE else None
        answer = visitor.client.open(address, method=method, data=form)
        assert (answer.status_code, "Sign in with Spotify" in answer.text) == (403, True), address
    assert site.standin.state.requests[n_before:] == []
