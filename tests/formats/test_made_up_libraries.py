import gzip
import json

import pytest

from formats.columns import EXPORTERS
from formats.library import read_content
from formats.registry import load_library
from recommender.song import Song
from tests.support.brought_files import write_file
from tests.support.library_files import EXPORTIFY, every_file
from tests.support.songs import song_id

FILES = {file.name: file for file in every_file()}


def test_the_table_has_at_least_60_files_and_every_exporter_by_name():
    assert len(FILES) >= 60
    assert set(EXPORTIFY) <= {name.removeprefix("exportify-").partition("-utf-8-sig")[0] for name in FILES}
    assert {exporter.name for exporter in EXPORTERS} > {
        "Exportify",
        "TuneMyMusic",
        "Soundiiz",
        "Chosic",
        "Skiley",
    }


@pytest.mark.parametrize("name", FILES)
def test_every_song_of_every_made_up_file_is_read(name):
    reading = read_content(name, FILES[name].content)

    assert reading.songs == FILES[name].songs
    assert not reading.odd


@pytest.mark.parametrize("name", FILES)
def test_a_file_is_known_by_what_it_is_and_not_by_its_name(name, tmp_path):
    for content in (FILES[name].content, gzip.compress(FILES[name].content)):
        (tmp_path / "download").write_bytes(content)
        assert tuple(load_library(tmp_path / "download")) == FILES[name].songs


@pytest.mark.parametrize(
    "name",
    [
        "YourLibrary.json",
        "Playlist1.json",
        "Streaming_History_Audio_2022.json",
        "songs.json",
        "playlist.jspf",
    ],
)
def test_half_a_character_is_replaced_in_every_form_of_json(name):
    """As a program leaves it that cuts a long title off in the middle of an emoji."""
    written = json.loads(write_file(name, [Song(song_id(1), "the title", ("the artist",), duration_ms=1)]))
    cut = (
        json.dumps(written)
        .replace("the title", r"cut \ud83d")
        .replace("the artist", r"\udfb5 both \ud83c\udfb5")
    )

    (song,) = read_content(name, cut.encode()).songs

    assert (song.title, song.artists) == ("cut \ufffd", ("\ufffd both \U0001f3b5",))


@pytest.mark.parametrize(
    "content",
    [
        b"Track Name,Artist Name(s)\na\0title,an\0artist\n",
        b"#EXTM3U\n#EXTINF:9,an\0artist - a\0title\nx.mp3\n",
    ],
    ids=["CSV", "M3U"],
)
def test_a_nul_in_a_text_is_replaced(content):
    """PostgreSQL would refuse to read a mix that holds one."""
    (song,) = read_content("songs", content).songs

    assert (song.title, song.artists) == ("a\ufffdtitle", ("an\ufffdartist",))
