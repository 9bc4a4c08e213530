"""A listener of today beside a catalogue that ends in 2020, as the one that people download does."""

import csv
import gzip
import json
from dataclasses import replace

import pytest

from cli.__main__ import main
from formats.registry import load_library
from recommender.catalogue.build import load_build
from recommender.matching.match import match
from standin.state import State
from tests.support.secret_search import serve
from tests.support.songs import real_data, song_id
from tests.support.standin import CLIENT_ID, CLIENT_SECRET, REDIRECT_URI
from tests.support.website import Website, settings_for
from training.train import train

pytestmark = pytest.mark.slow
LAST_YEAR = 2020
CASE = "../cases/listener-2026/listener2026.csv"
NEWER = "58 of your songs are newer than every song of the catalogue."


@pytest.fixture(scope="module")
def models(tmp_path_factory):
    """A build of the real songs up to 2020."""
    folder = tmp_path_factory.mktemp("until-2020")
    with gzip.open(real_data("data.csv.gz"), "rt", encoding="utf-8", newline="") as source:
        songs = list(csv.DictReader(source))
    with (folder / "data.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(songs[0]))
        writer.writeheader()
        writer.writerows(song for song in songs if int(song["year"]) <= LAST_YEAR)
    train([folder / "data.csv"], folder / "models", real_data("data_w_genres.csv.gz"))
    return folder / "models"


def run_recommend(models, capsys, *words):
    assert main(["recommend", "--library", str(real_data(CASE)), "--models", str(models), *words]) == 0
    return capsys.readouterr().out


def test_the_table_says_how_many_songs_are_newer_than_the_catalogue(models, capsys):
    table = run_recommend(models, capsys)

    assert "Saved songs: 2 matched, 47 estimated, 11 left out" in table
    assert NEWER in table


def test_a_library_of_old_and_new_songs_is_told_how_many_are_newer(models, capsys):
    library = str(real_data("../cases/listener-2026/mixed.csv"))

    assert main(["recommend", "--library", library, "--models", str(models)]) == 0

    table = capsys.readouterr().out
    assert "The newest songs of the catalogue are from 2020" in table
    assert "28 of your songs are newer than every song of the catalogue." in table


@pytest.mark.parametrize("preset", ["familiar", "balanced", "discover"])
def test_no_sentence_claims_more_than_was_compared(preset, models, capsys):
    library = load_library(real_data(CASE))
    is_matched = match(library, load_build(models).catalogue).is_matched
    estimated = {song.title for song, is_it in zip(library, is_matched, strict=True) if not is_it}

    picks = json.loads(run_recommend(models, capsys, "--preset", preset, "--json"))["picks"]
    reasons = [pick["reason"] for pick in picks]

    assert len(reasons) == 50
    # Nothing sounds like, or stands with, a song of which the sound is only estimated.
    assert [reason for reason in reasons for title in estimated if f"like {title}" in reason] == []
    assert [reason for reason in reasons for title in estimated if f"with {title}" in reason] == []
    assert [reason for reason in reasons if reason.startswith("Fits")] == []
    named = [
        sum(song.title in reason for reason in reasons)
        for song, is_it in zip(library, is_matched, strict=True)
        if is_it
    ]
    assert max(named) <= len(reasons) // 10
    assert max(pick["year"] for pick in picks) <= LAST_YEAR


def test_the_page_says_how_many_songs_are_newer_than_the_catalogue(models, tmp_path):
    saved = [replace(song, id=song_id(at)) for at, song in enumerate(load_library(real_data(CASE)))]
    catalogue = load_build(models).catalogue
    songs = [catalogue.song(row) for row in range(len(catalogue))]
    with serve(State([*songs, *saved], CLIENT_ID, CLIENT_SECRET, (REDIRECT_URI,))) as running:
        site = Website(settings_for(running, models, tmp_path), running, songs)
        listener = site.standin.state.add_listener("Nora", saved)
        nora = site.browser()
        nora.sign_in(listener)

        page = nora.client.get(nora.make_playlist(site)).text

    assert "<dt>of your songs read</dt><dd>60</dd>" in page
    assert NEWER in page
