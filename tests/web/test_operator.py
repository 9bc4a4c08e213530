"""The operator's page: for one account, and without a word about any other."""

import re
from typing import get_args

import pytest

from standin.music import make_user_id
from store.job import Kind
from version import VERSION
from web.operator import KINDS


@pytest.fixture
def site(make_site):
    """A website whose operator is the first listener at the stand-in, Olga."""
    return make_site(OPERATOR_ID=make_user_id(0, "Olga"), SPOTIFY_CALLS_A_DAY="500")


@pytest.fixture
def olga(site):
    browser = site.browser()
    browser.sign_in(site.add_listener("Olga"))
    return browser


def sign_in(site, name):
    browser = site.browser()
    browser.listener = site.add_listener(name)
    browser.sign_in(browser.listener)
    return browser


def read_page(browser):
    """Return the text of the page, one blank between two words."""
    page = browser.client.get("/operator")
    assert page.status_code == 200
    return " ".join(re.sub("<[^>]*>", " ", page.text).split())


def test_the_operator_sees_the_catalogue_the_jobs_the_calls_and_the_versions(site, olga):
    nora = sign_in(site, "Nora")
    nora.make_playlist(site)
    nora.post("/playlists/no-such/refresh")

    page = read_page(olga)

    assert "All parts are ready." in page
    assert f"songs {len(site.songs):,}" in page
    assert "data.csv" in page
    assert "make done 1" in page
    n_calls = sum(one.path.startswith("/v1") for one in site.standin.state.requests)
    # Signing in asks for the profile, which is no job's call.
    shown = int(re.search(r"calls within 24 hours (\d+)", page)[1])
    assert 0 < shown <= n_calls
    assert f"calls left of SPOTIFY_CALLS_A_DAY {500 - shown}" in page
    assert f"Program {VERSION}" in page
    assert "Database sqlite 3." in page
    assert re.search(r"Trained with python \d", page)


def test_it_tells_nothing_about_any_listener(site, olga):
    nora = sign_in(site, "Nora")
    address = nora.make_playlist(site)

    page = olga.client.get("/operator").text

    for word in ("Nora", nora.listener.id, nora.listener.account_id, address.rpartition("/")[2]):
        assert word not in page


def test_jobs_that_wait_and_that_failed_are_told(site, olga):
    nora, ole = sign_in(site, "Nora"), sign_in(site, "Ole")
    ole.listener.saved.clear()
    ole.post("/playlists")
    site.work()
    nora.post("/playlists")

    page = read_page(olga)

    assert "waiting 1 running 0 parked 0" in page
    assert "make failed: EmptyLibrary 1" in page


def test_every_kind_of_job_has_a_name():
    assert set(KINDS) == set(get_args(Kind))


def test_what_is_not_ready_is_told(site, olga):
    manifest = site.settings.models_dir / "manifest.json"
    moved = manifest.rename(manifest.with_suffix(".moved"))
    try:
        page = read_page(olga)
    finally:
        moved.rename(manifest)

    assert "Not ready: models: missing or damaged" in page


def is_not_found(browser):
    """Return whether the answer is that to an address that does not exist, word for word."""
    answer, unknown = (browser.client.get(address) for address in ("/operator", "/no-such-page"))
    # But for its token, and for where the choice of a language leads back to.
    own = re.compile(r'name="csrf_token" value="[^"]*"|\?next=[^"]*')
    texts = [own.sub("", each.text) for each in (answer, unknown)]
    return answer.status_code == unknown.status_code == 404 and texts[0] == texts[1]


def test_only_the_operators_menu_leads_there(site, olga):
    nora = sign_in(site, "Nora")

    assert 'href="/operator"' in olga.client.get("/blocked").text
    assert "operator" not in nora.client.get("/blocked").text.casefold()


def test_for_everybody_else_there_is_no_such_page(site, olga):
    assert not is_not_found(olga)
    assert is_not_found(sign_in(site, "Nora"))
    assert is_not_found(site.browser())


@pytest.mark.parametrize("settings", [{}, {"OPERATOR_ID": ""}], ids=["not set", "empty"])
def test_without_the_setting_there_is_no_such_page_for_anybody(make_site, settings):
    site = make_site(**settings)

    assert is_not_found(sign_in(site, "Olga"))
    assert is_not_found(site.browser())
