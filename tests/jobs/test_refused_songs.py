"""What became of songs that were written: which are refused, and which are missing or unplayable."""

import random

import pytest

from jobs.refused_songs import find_accepted, find_added, find_lost, has_all
from spotify import PlaylistEntry

FIFTY = [f"s{number}" for number in range(50)]


def probe(bad, max_probes, songs=FIFTY):
    """Return which songs are accepted by a Spotify that refuses the bad ones, and the number of probes."""
    probes = []

    def accepts(part):
        probes.append(part)
        return not bad & set(part)

    return find_accepted(songs, accepts, max_probes), len(probes)


@pytest.mark.parametrize("bad", [{song} for song in FIFTY])
def test_one_bad_song_is_found_by_halving_within_twelve_probes(bad):
    accepted, n_probes = probe(bad, 12)

    assert accepted == set(FIFTY) - bad
    assert 5 <= n_probes <= 12


@pytest.mark.parametrize("bad", [{song} for song in FIFTY])
def test_with_eight_probes_at_most_five_songs_beside_a_bad_one_stay_in_doubt(bad):
    accepted, n_probes = probe(bad, 8)

    assert not accepted & bad
    assert len(accepted) >= 44
    assert n_probes <= 8


@pytest.mark.parametrize("n_bad", [2, 3, 5, 50])
@pytest.mark.parametrize("max_probes", [1, 2, 8, 12])
def test_no_bad_song_is_accepted_and_no_probe_is_one_too_many(n_bad, max_probes):
    chance = random.Random(n_bad)
    for _ in range(50):
        bad = set(chance.sample(FIFTY, n_bad))

        accepted, n_probes = probe(bad, max_probes)

        assert not accepted & bad
        assert n_probes <= max_probes


def test_enough_probes_find_every_bad_song():
    bad = {"s0", "s24", "s25", "s49"}

    accepted, n_probes = probe(bad, 200)

    assert accepted == set(FIFTY) - bad
    assert n_probes < 4 * 12


def test_a_single_song_needs_no_probe():
    assert probe({"s0"}, 12, ["s0"]) == (set(), 0)


def test_of_a_pair_the_second_is_bad_if_the_first_is_not():
    assert probe({"s1"}, 12, ["s0", "s1"]) == ({"s0"}, 1)
    assert probe({"s0"}, 12, ["s0", "s1"]) == ({"s1"}, 2)


def entries(*songs):
    """Make entries of these ids; a bracketed one cannot be played."""
    return [PlaylistEntry(song.strip("()"), not song.startswith("(")) for song in songs]


WRITTEN = ["a", "b", "c"]


@pytest.mark.parametrize(
    ("read", "lost"),
    [
        (entries("a", "b", "c"), []),
        (entries("a", "(b)", "c"), [1]),
        (entries("a", "c"), [1]),
        (entries("(a)", "c"), [0, 1]),
        (entries(), [0, 1, 2]),
        # Another release of the same song, which can be played or not.
        (entries("a", "b2", "c"), []),
        (entries("a", "(b2)", "c"), [1]),
        # Not the list that was written, but one as long.
        (entries("x", "y", "z"), [0, 1, 2]),
        # The listener has added a song meanwhile.
        (entries("a", "b", "c", "mine"), []),
        (entries("a", "c", "mine"), [1]),
    ],
)
def test_what_is_missing_or_unplayable_is_lost(read, lost):
    assert find_lost(WRITTEN, read) == lost


@pytest.mark.parametrize(
    ("read", "expected"),
    [
        (entries("a", "b", "c"), True),
        (entries("a", "(b)", "c"), True),
        (entries("a", "b2", "c"), True),
        (entries("a", "b", "c", "mine"), True),
        (entries("a", "c"), False),
        (entries("a", "x", "y"), False),
        (entries(), False),
    ],
)
def test_all_songs_are_there_if_each_is_or_another_release_of_it(read, expected):
    assert has_all(WRITTEN, read) is expected


def added(*songs):
    return [PlaylistEntry(song_id, True, moment) for song_id, moment in songs]


@pytest.mark.parametrize(
    ("entries", "expected"),
    [
        (added(), True),
        (added(("s1", "noon"), ("s0", "one")), True),
        # Another release of s2, in one call with the others.
        (added(("s0", "noon"), ("s1", "noon"), ("x", "noon")), True),
        (added(("s0", "noon"), ("s1", "noon"), ("x", "one")), False),
        # Most of what came at that moment is not known.
        (added(("s0", "noon"), ("s1", "one"), ("x", "one")), False),
        # Only the listener can have added an episode.
        (added(("s0", "noon"), ("s1", "noon"), ("", "noon")), False),
        (added(("s0", ""), ("s1", ""), ("x", "")), False),
    ],
)
def test_a_playlist_is_ours_while_unknown_songs_came_together_with_known_ones(entries, expected):
    assert (find_added(["s0", "s1", "s2"], (), entries) == []) is expected


@pytest.mark.parametrize(
    ("entries", "theirs"),
    [
        # What we wrote back came with ours.
        (added(("s0", "noon"), ("s1", "noon"), ("mine", "noon")), ["mine"]),
        (added(("s0", "noon"), ("s1", "noon"), ("mine", "noon"), ("new", "one")), ["mine", "new"]),
        # One of ours under another id, and theirs as it was.
        (added(("s0", "noon"), ("s1", "noon"), ("x", "noon"), ("mine", "noon")), ["mine"]),
        # Theirs under another id.
        (added(("s0", "noon"), ("s1", "noon"), ("s2", "noon"), ("x", "noon")), ["x"]),
        # Theirs was removed.
        (added(("s0", "noon"), ("s1", "noon"), ("s2", "noon")), []),
    ],
)
def test_what_the_listener_added_is_known_though_we_wrote_it_back(entries, theirs):
    assert [entry.id for entry in find_added(["s0", "s1", "s2"], ("mine",), entries)] == theirs


def test_what_the_listener_added_stays_theirs_though_it_is_ours_as_well():
    entries = added(("s0", "noon"), ("mine", "noon"), ("s2", "noon"))

    assert [entry.id for entry in find_added(["s0", "mine", "s2"], ("mine",), entries)] == ["mine"]
