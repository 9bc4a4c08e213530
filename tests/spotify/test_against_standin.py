"""The calls against the stand-in, whose answers have the fields of Spotify's."""

import pytest

import spotify
from recommender.song import Song
from standin.grants import Consent
from standin.state import APP_SCOPES
from tests.support.standin import CLIENT_ID, CLIENT_SECRET, REDIRECT_URI, made_up_songs


@pytest.fixture
def ada(standin):
    return standin.add_listener(saved=3, name="Ada")


@pytest.fixture
def client(standin, ada):
    with spotify.client_for(standin.token_for(ada), standin.url + "/v1") as client:
        yield client


def test_knows_who_has_signed_in(client, ada):
    assert spotify.current_user(client) == spotify.User(ada.account_id, ada.id, "Ada")


@pytest.mark.parametrize(("saved", "requests"), [(0, 1), (50, 1), (51, 2), (120, 3)])
def test_reads_every_page(standin, saved, requests):
    listener = standin.add_listener(saved=saved)

    with spotify.client_for(standin.token_for(listener), standin.url + "/v1") as client:
        pages = list(spotify.read_saved_pages(client))

    assert [song for page in pages for song in page.songs] == made_up_songs(saved)
    assert standin.count("GET /v1/me/tracks") == requests


def test_a_local_file_is_told_from_a_song(standin):
    listener = standin.add_listener(saved=[Song("", "Demo tape", ("Ada",)), *made_up_songs(1)])

    with spotify.client_for(standin.token_for(listener), standin.url + "/v1") as client:
        [page] = spotify.read_saved_pages(client)

    assert [(song.id, song.title) for song in page.songs] == [("", "Demo tape"), (f"{0:022d}", "Song 0")]


@pytest.mark.parametrize("is_public", [True, False])
def test_makes_fills_reads_and_describes_a_playlist(client, ada, is_public):
    ids = [song.id for song in made_up_songs(51)]

    made = spotify.create_playlist(client, "Mix", "New songs", is_public)
    spotify.replace_songs(client, made.id, ids)
    spotify.replace_songs(client, made.id, ids[::-1])
    spotify.describe_playlist(client, made.id, name="Newer mix")

    entries = spotify.read_playlist_entries(client, made.id)
    assert entries == [spotify.PlaylistEntry(song_id, is_playable=True) for song_id in ids[::-1]]
    [playlist] = ada.playlists
    assert (playlist.id, playlist.is_public) == (made.id, is_public)
    assert (playlist.name, playlist.description) == ("Newer mix", "New songs")
    assert made.url.endswith(f"/playlist/{made.id}")


def test_a_playlist_is_kept_until_the_listener_removes_it(client, ada):
    made = spotify.create_playlist(client, "Mix", "", False)

    kept = spotify.is_in_library(client, made.id)
    ada.drop(ada.playlists[0])

    assert kept
    assert not spotify.is_in_library(client, made.id)


def test_a_marked_playlist_is_found_until_it_is_removed(client, ada):
    marked = spotify.create_playlist(client, "Mix", "New songs. k7x2", False)
    spotify.create_playlist(client, "Mix", "New songs. another", False)

    found = spotify.find_marked(client, "k7x2")
    spotify.remove_playlist(client, marked.id)

    assert found == [marked]
    assert spotify.find_marked(client, "k7x2") == []
    assert not spotify.is_in_library(client, marked.id)


def test_songs_are_added_at_the_end_of_a_playlist(client):
    ids = [song.id for song in made_up_songs(3)]
    made = spotify.create_playlist(client, "Mix", "", False)
    spotify.replace_songs(client, made.id, ids[:2])

    spotify.add_songs(client, made.id, ids[1:])

    entries = spotify.read_playlist_entries(client, made.id)
    assert [entry.id for entry in entries] == [*ids[:2], *ids[1:]]


def test_a_page_of_the_library_says_how_many_there_are(standin):
    listener = standin.add_listener(saved=60)

    with spotify.client_for(standin.token_for(listener), standin.url + "/v1") as client:
        assert spotify.read_saved_page(client, 50) == spotify.Page(tuple(made_up_songs(10, first=50)), 60)
        assert client.calls == 1


def test_an_expired_token_a_missing_scope_and_a_missing_playlist_are_told_apart(standin, client, ada):
    with spotify.client_for(standin.token_for(ada, scopes=()), standin.url + "/v1") as narrow:
        with pytest.raises(spotify.MissingScope):
            spotify.read_saved_page(narrow, 0)
    with pytest.raises(spotify.NotFound):
        spotify.read_playlist_entries(client, "0" * 22)
    standin.state.expire_tokens()
    with pytest.raises(spotify.SignInExpired):
        spotify.current_user(client)


def test_a_refreshed_token_opens_the_web_api_until_consent_is_revoked(standin, ada):
    grants = standin.state.grants
    code = grants.issue_code(Consent(ada.id, APP_SCOPES, standin.state.now(), REDIRECT_URI))
    old = grants.exchange(code, REDIRECT_URI, verifier="", is_public=False)["refresh_token"]

    token = spotify.refresh(old, CLIENT_ID, CLIENT_SECRET, standin.url)

    assert (token.refresh_token, token.scopes, token.expires_in_s) == (None, set(spotify.scopes.ALL), 3600)
    with spotify.client_for(token.access_token, standin.url + "/v1") as client:
        assert spotify.current_user(client).user_id == ada.id
    with pytest.raises(spotify.Refused, match="invalid_client"):
        spotify.refresh(old, CLIENT_ID, "another secret", standin.url)
    standin.state.revoke(ada)
    with pytest.raises(spotify.SignInExpired):
        spotify.refresh(old, CLIENT_ID, CLIENT_SECRET, standin.url)
