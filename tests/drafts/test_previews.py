"""The cache of prepared libraries: fresh, and within its bound."""

import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest

from drafts.kept_library import read_kept
from drafts.previews import DEFAULT_DECADES, N_SCORED, Previews
from recommender import Wishes, pick
from recommender.catalogue.build import Build
from recommender.errors import BadModels, EmptyLibrary
from store import libraries
from web.context import context


def prepare(previews, account_id):
    """Return what a preview of a listener picks from."""
    with previews.use(account_id) as prepared:
        return prepared


def prepare_and_pick(previews, account_id):
    with previews.use(account_id) as prepared:
        pick(prepared, Wishes())
        return prepared


def make_playlists(site, names):
    """Let listeners of these names make a playlist each; return their accounts."""
    listeners = [site.add_listener(name) for name in names]
    for listener in listeners:
        browser = site.browser()
        browser.sign_in(listener)
        browser.make_playlist(site)
    return [listener.account_id for listener in listeners]


def test_a_library_is_prepared_once(desk):
    assert prepare(desk.previews, desk.account_id) is prepare(desk.previews, desk.account_id)


def test_a_library_that_was_read_again_is_prepared_again(desk, site, browser, nora):
    before = prepare(desk.previews, desk.account_id)
    site.clock.move(days=1)
    browser.make_playlist(site)

    assert prepare(desk.previews, desk.account_id) is not before


def test_nothing_is_kept_where_the_operator_allows_no_memory(desk):
    previews = Previews(desk.build, desk.database, max_megabytes=0)

    assert prepare(previews, desk.account_id) is not prepare(previews, desk.account_id)
    assert previews.nbytes == 0


def test_the_listener_of_longest_ago_makes_room(desk, site):
    others = make_playlists(site, ["One", "Two"])
    previews = Previews(desk.build, desk.database, max_megabytes=1)
    first = prepare(previews, desk.account_id)
    prepare(previews, others[0])
    previews._max_bytes = previews.nbytes + 1
    assert prepare(previews, desk.account_id) is first
    prepare(previews, others[1])

    assert prepare(previews, desk.account_id) is first
    assert previews.nbytes <= previews._max_bytes


def test_what_scores_songs_goes_before_what_took_longer_to_prepare(desk, site, monkeypatch):
    monkeypatch.setattr("drafts.previews.N_SCORED", 1)
    others = make_playlists(site, ["One", "Two"])
    previews = Previews(desk.build, desk.database, max_megabytes=1)
    prepared = [prepare_and_pick(previews, account_id) for account_id in (desk.account_id, *others)]
    previews._max_bytes = previews.nbytes - 1
    again = prepare_and_pick(previews, others[1])

    assert [each.has_scores for each in prepared] == [False, True, True]
    assert again is prepared[2]
    assert previews.nbytes == sum(each.nbytes for each in prepared) <= previews._max_bytes


def test_the_last_listeners_keep_what_scores_their_songs_however_many_were_here_before(desk):
    previews = Previews(desk.build, desk.database, max_megabytes=10**6)
    songs = read_kept(libraries.load(desk.database, desk.account_id)).songs
    prepared = [previews.prepare_songs(songs) for _ in range(3 * N_SCORED)]
    for each in prepared:
        pick(each, Wishes())
    whole = max(each.nbytes for each in prepared)
    bare = previews.prepare_songs(songs).nbytes
    previews._max_bytes = N_SCORED * whole + 4 * bare
    for number, each in enumerate(prepared):
        previews.keep(str(number), desk.database.clock.now(), each)

    kept = [each.prepared for each in previews._prepared.values()]
    assert kept == prepared[-len(kept) :]
    assert len(kept) >= N_SCORED + 3
    assert all(each.has_scores for each in kept[-N_SCORED:])
    assert not all(each.has_scores for each in kept)
    assert previews.nbytes <= previews._max_bytes


def test_one_whose_scores_alone_are_beyond_the_bound_keeps_what_took_longer(desk):
    previews = Previews(desk.build, desk.database, max_megabytes=1)
    prepared = prepare_and_pick(previews, desk.account_id)
    previews._max_bytes = previews.nbytes - 1

    assert prepare_and_pick(previews, desk.account_id) is prepared
    assert not prepared.has_scores
    assert 0 < previews.nbytes <= previews._max_bytes


def test_what_is_kept_is_counted_while_others_pick_from_it(desk):
    songs = read_kept(libraries.load(desk.database, desk.account_id)).songs
    switch_interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(4) as threads:
            for _ in range(8):
                prepared = desk.previews.prepare_songs(songs)
                picking = [threads.submit(pick, prepared, Wishes(seed=seed)) for seed in range(3)]
                while not all(each.done() for each in picking):
                    assert prepared.nbytes > 0
    finally:
        sys.setswitchinterval(switch_interval)


def test_decades_that_cannot_be_read_now_are_usual_ones_and_asked_again(desk, monkeypatch):
    previews = Previews(desk.build, desk.database, max_megabytes=64)

    def tell_cut_off(_):
        raise BadModels("cut off")

    with monkeypatch.context() as patch:
        patch.setattr(Build, "require_whole", tell_cut_off)
        assert previews.find_decades(desk.account_id) == DEFAULT_DECADES
    assert previews.find_decades(desk.account_id) == desk.previews.find_decades(desk.account_id)


def test_what_a_mix_has_worked_out_counts_once_it_is_picked(desk):
    previews = Previews(desk.build, desk.database, max_megabytes=1)
    prepare(previews, desk.account_id)
    before = previews.nbytes
    prepared = prepare_and_pick(previews, desk.account_id)

    assert before < previews.nbytes == prepared.nbytes


def test_a_library_that_was_never_read_is_empty(desk):
    assert libraries.get_read_at(desk.database, "nobody") is None
    with pytest.raises(EmptyLibrary):
        prepare(desk.previews, "nobody")


def test_a_listener_who_has_disconnected_leaves_nothing_in_memory(desk, site, browser):
    prepare(desk.previews, desk.account_id)
    other = site.add_listener("Other")
    others_browser = site.browser()
    others_browser.sign_in(other)
    others_browser.make_playlist(site)
    browser.post("/disconnect")

    with pytest.raises(EmptyLibrary):
        prepare(desk.previews, desk.account_id)
    prepare(desk.previews, other.account_id)
    assert set(desk.previews._prepared) == {other.account_id}


def test_the_process_that_disconnects_a_listener_drops_their_library_at_once(site, browser, nora):
    browser.make_playlist(site)
    with site.app.app_context():
        previews = context().previews
    prepare(previews, nora.account_id)

    browser.post("/disconnect")

    assert previews.nbytes == 0


@pytest.mark.parametrize(
    ("catalogue_years", "decades"), [([0, 1987, 2003], (1980, 2000)), ([0, 0, 0], (1950, 2020))]
)
def test_decades_of_nobodys_library_are_the_catalogues_or_usual_ones(desk, catalogue_years, decades):
    catalogue = replace(desk.build.catalogue, first_years=np.array(catalogue_years))
    previews = Previews(replace(desk.build, catalogue=catalogue), desk.database, max_megabytes=0)

    assert previews.find_decades("nobody") == decades


def test_looking_at_a_page_keeps_the_decades_of_the_songs_and_not_the_library(desk, site, browser):
    decades = desk.previews.find_decades(desk.account_id)
    saved = prepare(desk.previews, desk.account_id).listener.years
    others = Previews(desk.build, desk.database, max_megabytes=64)

    assert decades == (saved[saved > 0].min() // 10 * 10, saved.max() // 10 * 10)
    assert others.find_decades(desk.account_id) == decades
    assert others.nbytes == 0


def test_listeners_who_look_at_once_have_their_library_prepared_once(desk, monkeypatch):
    previews, loaded = Previews(desk.build, desk.database, max_megabytes=64), []
    load = libraries.load
    monkeypatch.setattr(libraries, "load", lambda *whose: loaded.append(whose) or load(*whose))

    with ThreadPoolExecutor(4) as threads:
        found = set(threads.map(previews.find_decades, 4 * [desk.account_id]))

    assert (len(found), len(loaded)) == (1, 1)
