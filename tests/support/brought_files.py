"""The songs of a listener as files of every form that can be brought to the site."""

import csv
import gzip
import io
import json
import zipfile
from xml.sax.saxutils import escape

from formats.written_songs import SONG_FILES


def write_xspf(songs):
    tracks = "".join(
        f"<track><title>{escape(song.title)}</title><creator>{escape(song.artists[0])}</creator>"
        f"<location>spotify:track:{song.id}</location></track>"
        for song in songs
    )
    return f'<?xml version="1.0"?><playlist version="1" xmlns="http://xspf.org/ns/0/"><trackList>{tracks}</trackList></playlist>'


def write_your_library(songs):
    tracks = [
        {"artist": song.artists[0], "album": "A", "track": song.title, "uri": f"spotify:track:{song.id}"}
        for song in songs
    ]
    return json.dumps({"tracks": tracks, "albums": [], "bannedTracks": []})


def write_playlists(songs):
    items = [
        {
            "track": {
                "trackName": song.title,
                "artistName": song.artists[0],
                "trackUri": f"spotify:track:{song.id}",
            }
        }
        for song in songs
    ]
    return json.dumps({"playlists": [{"name": "Mine", "items": items}]})


def write_history(songs):
    plays = [
        {"ts": "2022-06-17T19:53:06Z", "ms_played": 200_000, "master_metadata_track_name": song.title,
         "master_metadata_album_artist_name": song.artists[0], "spotify_track_uri": f"spotify:track:{song.id}"}
        for song in songs
    ]  # fmt: skip
    return json.dumps(plays)


def write_json(songs):
    return json.dumps([{"id": song.id, "name": song.title, "artists": list(song.artists)} for song in songs])


def write_soundiiz(songs):
    table = io.StringIO()
    writer = csv.writer(table, delimiter=";")
    writer.writerow(["title", "artist", "album", "url"])
    writer.writerows(
        [song.title, song.artists[0], "A", f"https://open.spotify.com/track/{song.id}"] for song in songs
    )
    return table.getvalue()


def write_zip(songs):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a/songs.csv", SONG_FILES["csv"].write("", songs[::2]))
        archive.writestr("a/more.json", write_json(songs[1::2]))
    return packed.getvalue()


def write_gzip(songs):
    return gzip.compress(SONG_FILES["csv"].write("", songs).encode(), mtime=0)


#: Name of a file -> its writer.
WRITERS = {
    "exportify.csv": lambda songs: SONG_FILES["csv"].write("", songs),
    "soundiiz.csv": write_soundiiz,
    "playlist.m3u8": lambda songs: SONG_FILES["m3u8"].write("", songs),
    "playlist.jspf": lambda songs: SONG_FILES["jspf"].write("", songs),
    "playlist.xspf": write_xspf,
    "lines.txt": lambda songs: SONG_FILES["txt"].write("", songs),
    "YourLibrary.json": write_your_library,
    "Playlist1.json": write_playlists,
    "Streaming_History_Audio_2022.json": write_history,
    "songs.json": write_json,
    "my_spotify_data.zip": write_zip,
    "songs.csv.gz": write_gzip,
}


def write_file(name, songs):
    """Return the content of a file of this name that holds these songs."""
    written = WRITERS[name](songs)
    return written if isinstance(written, bytes) else written.encode()
