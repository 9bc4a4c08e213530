"""What a listener has deleted is in no file of the state folder, while the site runs."""

import base64
import json
from urllib.parse import quote

import pytest
from sqlalchemy import literal_column, select

from store import opinions, recipes
from store.tables import metadata, spent
from tests.support.draft_desk import DraftDesk
from tests.support.nora import browser
from tests.support.secret_search import written_in

__all__ = ["browser"]

MIN_PROBES = 200


@pytest.fixture
def nora(site):
    """A listener with 2,000 saved songs that nobody else has."""
    return site.standin.state.add_listener("Nora Ångström", site.songs[-2_000:])


@pytest.fixture
def desk(site, browser, nora):
    """Nora with a playlist, a history of mixes, a draft, opinions, recipes, and a refresh every week."""
    desk = DraftDesk(site, nora)
    for number in range(3):
        desk.reorder()
        desk.save()
        desk.change(name=f"Nora's draft number {number}", removed=tuple(desk.songs[:3]))
    path = f"/playlists/{desk.playlist.id}"
    for place in (3, 4):
        page = browser.client.get(path).text
        song = desk.get_draft().record.songs[place]
        assert song.id in page
        opinions.give(site.database, nora.account_id, "song", song.id, "never", f"A label of Nora's {place}")
        recipes.keep(
            site.database, nora.account_id, f"A recipe of Nora's {place}", desk.playlist.record.tuning
        )
    desk.refresh_weekly()
    desk.let_a_week_pass()
    return desk


@pytest.fixture
def others(site):
    """Two listeners who stay, one from before Nora and one from after."""

    def join(name):
        browser = site.browser()
        browser.sign_in(site.add_listener(name))
        browser.make_playlist(site)
        return browser

    return join


def list_rows(site, account_id):
    """Return every value in the rows of an account, and every value in those of all others."""
    hers, theirs = [], []
    with site.database.reading() as connection:
        for table in metadata.sorted_tables:
            owner = "id" if table.name == "accounts" else "account_id"
            for row in connection.execute(select(literal_column("*")).select_from(table)).mappings():
                (hers if row.get(owner) == account_id else theirs).extend(row.values())
    return hers, theirs


def list_texts(value):
    """Yield every text inside a value of JSON."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        for each in value:
            yield from list_texts(each)
    elif isinstance(value, str):
        yield value


def encode(text):
    """Return a text as it may be written."""
    plain = text.encode()
    return {plain, quote(text).encode(), json.dumps(text)[1:-1].encode(), base64.b64encode(plain)[:-4]}


def find_probes(site, nora):
    """Return what is Nora's alone, as bytes: ids, names, and pieces of what is encrypted or compressed."""
    hers, theirs = list_rows(site, nora.account_id)
    kept = b"\0".join(value if isinstance(value, bytes) else str(value).encode() for value in theirs)
    texts = {nora.account_id, nora.display_name, *(song.id for song in site.songs[-2_000:])}
    pieces = set()
    for value in hers:
        if isinstance(value, bytes):
            pieces |= {value[at : at + 32] for at in range(0, len(value) - 32, 997)}
        elif isinstance(value, str):
            texts |= set(list_texts(json.loads(value))) if value.startswith(("[", "{")) else {value}
    long_texts = {text for text in texts if len(text) >= 16 or "Nora" in text}
    forms = {form for text in long_texts for form in encode(text) if len(form) >= 12}
    return {probe for probe in forms | pieces if probe not in kept}


def list_times_kept(site):
    """Return when what counts for a day, under nobody's name, was asked of Spotify, as SQLite writes it."""
    with site.database.reading() as connection:
        times = connection.scalars(select(spent.c.at))
        return {f"{at:%Y-%m-%d %H:%M:%S.%f}".encode() for at in times}


def search_files(folder, probes):
    """Return which probes are in which files."""
    return {(name, probe) for name, content in written_in(folder) for probe in probes if probe in content}


@pytest.mark.slow
def test_after_a_disconnect_nothing_of_the_listener_is_in_any_file(site, others, tmp_path, request):
    ole = others("Ole")
    browser, nora = request.getfixturevalue("browser"), request.getfixturevalue("nora")
    request.getfixturevalue("desk")
    pia = others("Pia")
    probes = find_probes(site, nora)
    there = {probe for _, probe in search_files(tmp_path, probes)}
    assert len(there) >= MIN_PROBES

    told = browser.client.get(browser.post("/disconnect").location)

    assert "Everything about you has been deleted here." in told.text
    kept = list_times_kept(site)
    assert kept
    assert search_files(tmp_path, probes - kept) == set()
    site.clock.move(days=1)
    site.work()
    assert search_files(tmp_path, probes) == set()
    for other in (ole, pia):
        assert other.client.get("/", follow_redirects=True).status_code == 200
