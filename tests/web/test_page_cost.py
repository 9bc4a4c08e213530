"""What a page asks of the database, little, and little more with years of playlists; and what it keeps."""

from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import event

from store import playlists


@pytest.fixture
def nora(site):
    """A listener with a playlist: the account's id, the browser, and the address of its page."""
    listener = site.add_listener("Nora")
    browser = site.browser()
    browser.sign_in(listener)
    return listener.account_id, browser, browser.make_playlist(site)


@contextmanager
def watching(site):
    """Collect what is sent to the database."""
    statements = []

    def note(_, __, statement, *___):
        statements.append(statement)

    event.listen(site.database.engine, "before_cursor_execute", note)
    yield statements
    event.remove(site.database.engine, "before_cursor_execute", note)


def test_the_page_of_a_playlist_takes_two_transactions(site, nora):
    _, browser, address = nora
    browser.client.get(address)

    with watching(site) as statements:
        assert browser.client.get(address).status_code == 200

    assert statements.count("BEGIN") == 2
    assert len(statements) <= 11
    assert not [statement for statement in statements if "tokens.encrypted" in statement]


def test_the_front_page_takes_one_transaction(site):
    with watching(site) as statements:
        assert site.browser().client.get("/").status_code == 200

    assert statements.count("BEGIN") == 1
    assert len(statements) == 2


def test_the_way_to_the_latest_of_many_playlists_reads_the_record_of_that_one_only(site, nora):
    account_id, browser, address = nora
    latest = playlists.get_latest_written(site.database, account_id)
    with site.database.writing() as connection:
        for number in range(1, 40):
            older = replace(latest, id=f"old-{number}", made_at=latest.made_at - timedelta(days=number))
            playlists.write(connection, older)

    with watching(site) as statements:
        home = browser.client.get("/")

    assert home.location.startswith(address)
    assert sum("playlists.mix" in statement for statement in statements) == 1


def test_an_address_that_is_kept_for_the_next_page_is_that_of_this_site(site, nora):
    """A link to share names the site, whatever host another request named."""
    _, browser, address = nora

    browser.client.get(address, headers={"Host": "evil.example"})
    page = browser.client.get(address).text

    assert "evil.example" not in page
    assert f'value="{site.settings.public_url}/?n=' in page


@pytest.mark.parametrize("path", ["/", "/nowhere", "/callback", "{playlist}", "{playlist}/tune", "/history"])
def test_no_address_is_kept_that_holds_what_somebody_typed(site, nora, path):
    _, browser, playlist = nora
    path = path.format(playlist=playlist)
    url_for = site.app.jinja_env.globals["url_for"]
    browser.client.get(f"{path}?code=0&state=0&sort=0&only=x0")
    n_kept = url_for.cache_info().currsize

    for number in range(1, 4):
        typed = f"x{number}" * 50
        browser.client.get(path, query_string=dict.fromkeys(("code", "state", "sort", "only", "q"), typed))
        browser.client.get(f"{path}?only={number}00&sort={number}")

    assert url_for.cache_info().currsize == n_kept
