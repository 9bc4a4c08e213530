"""Everything that is kept about a listener, as one file from the page of their account, in real Chromium."""

import json

import pytest
from playwright.sync_api import expect
from sqlalchemy import func, select

from store import tables
from tests.support.chromium import (
    DESK,
    MAX_WAIT_MS,
    expect_undo,
    make_first_playlist,
    say,
    sign_in,
    without_and_with_scripts,
)

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def count_rows(website, account_id):
    """Count the rows of an account in each table that has any."""
    counts = {}
    with website.database.reading() as connection:
        for name, table in tables.metadata.tables.items():
            owner = table.c.id if name == "accounts" else table.c.get("account_id")
            if owner is not None:
                wanted = select(func.count()).where(owner == account_id)
                counts[name] = connection.scalar(wanted)
    return {name: n_rows for name, n_rows in counts.items() if n_rows}


@without_and_with_scripts
def test_a_listener_downloads_each_tables_rows_of_theirs_and_nobody_elses(page, visit, website):
    other = website.standin.state.add_listener("Somebody Else", website.songs[:60])
    others_page = visit(**DESK)
    sign_in(others_page, website, other.display_name)
    others_page.get_by_role("button", name="Make my playlist").click()
    expect(others_page.locator(".song")).to_have_count(50, timeout=MAX_WAIT_MS)
    listener = make_first_playlist(page, website)
    title = page.locator(".song cite").first.inner_text()
    page.locator("[data-sheet]").first.click()
    page.locator(".sheet-actions").get_by_role("button", name=say(page, "More like this")).click()
    expect_undo(page, "liked “{subject}”", subject=title)

    page.goto(f"{website.settings.public_url}/account")
    with page.expect_download() as download:
        page.get_by_role("link", name=say(page, "Download everything")).click()
    text = download.value.path().read_text(encoding="utf-8")
    kept = json.loads(text)

    # What was spent of the allowance has no account's name on it.
    counted = {name: len(rows) for name, rows in kept.items() if rows and name != "spent"}
    assert counted == count_rows(website, listener.account_id)
    assert {"accounts", "libraries", "mixes", "opinions", "draft_steps", "playlists"} <= set(counted)
    assert kept["accounts"][0]["display_name"] == listener.display_name
    for theirs in (other.display_name, other.id, other.account_id, other.playlists[0].id):
        assert theirs not in text
