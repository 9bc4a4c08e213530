"""Recordings that are released under several titles or artists."""

import pytest

from tests.support.judged import Judged, judge

SOUND = {
    "duration_ms": 200_000,
    "tempo": 120,
    "danceability": 0.5,
    "energy": 0.5,
    "valence": 0.5,
    "acousticness": 0.2,
}


def is_one_recording(first, second):
    catalogue = judge([first, second])
    return len(set(catalogue.find_recordings([0, 1]).tolist())) == 1


@pytest.mark.parametrize(
    ("title", "artists", "changes", "is_one"),
    [
        ("Culo", ("Lil Jon", "Pitbull"), {}, True),
        ("Culo - 2011 Remaster", ("Plasmatics",), {"energy": 0.55}, True),
        ("Culo", ("Plasmatics",), {"energy": 0.6}, False),
        ("Culo", ("Plasmatics",), {"duration_ms": 201_001}, False),
        ("Culo", ("Plasmatics",), {"tempo": 121}, False),
        ("El Culo", ("Pitbull",), {"energy": 0.52}, True),
        ("El Culo", ("Pitbull",), {"energy": 0.55}, False),
        ("Brahms' Lullaby", ("Nobody",), {}, True),
        ("Brahms' Lullaby", ("Nobody",), {"valence": 0.51}, False),
    ],
)
def test_what_sounds_alike_and_shares_a_title_or_an_artist_is_one_recording(title, artists, changes, is_one):
    song = Judged("Culo", ("Pitbull", "Lil Jon"), SOUND)

    assert is_one_recording(song, Judged(title, artists, SOUND | changes)) == is_one


def test_versions_of_one_song_are_one_recording_however_they_sound():
    first, second = Judged("Song", features=SOUND), Judged("Song (Live)", features=SOUND | {"energy": 0.9})

    assert is_one_recording(first, second)


@pytest.mark.parametrize("unknown", ["duration_ms", "tempo"])
def test_a_song_of_unknown_length_or_tempo_is_like_no_other(unknown):
    sound = SOUND | {unknown: 0}

    assert not is_one_recording(Judged("Song", ("A",), sound), Judged("Song", ("B",), sound))


def test_of_many_alike_all_are_one_recording():
    rows = [Judged("Song", (f"Artist {n}",), SOUND | {"duration_ms": 200_000 + 700 * n}) for n in range(9)]

    assert len(set(judge(rows).recordings.tolist())) == 1
