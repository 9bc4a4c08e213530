"""The audio features of songs that the catalogue lacks, from a source outside: asked for once, then kept."""

from collections.abc import Sequence

from jobs import reccobeats
from jobs.run import Parts
from recommender import Song
from recommender.tastes.known_features import Features
from store import features


def fetch_features(songs: Sequence[Song], parts: Parts) -> dict[str, Features]:
    """Return the features of songs that the catalogue lacks, by id; none where no source is set.

    Parameters
    ----------
    songs : with an id each, newest first
        New songs are asked for before old ones, as many as fit in the time of
        one job; the next job asks for the rest.
    """
    if parts.settings.feature_source != "reccobeats":
        return {}
    song_ids = list(dict.fromkeys(song.id for song in songs))
    known = features.load(parts.database, song_ids)
    if new := [song_id for song_id in song_ids if song_id not in known]:
        fetched = reccobeats.fetch_audio_features(new, parts.settings.reccobeats_url)
        features.save(parts.database, fetched)
        known |= fetched
    return {song_id: measured for song_id, measured in known.items() if measured}
