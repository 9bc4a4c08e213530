"""How the songs that the catalogue lacks sound, from the source outside: asked for once, then remembered."""

from collections.abc import Sequence

from jobs import reccobeats
from jobs.run import Parts
from recommender import Song
from recommender.matching.match import match
from recommender.tastes.known_features import Features
from store import features


def fetch_features(library: Sequence[Song], parts: Parts) -> dict[str, Features]:
    """Give what is known of the songs that the catalogue lacks, by id; of none where no source is set.

    New songs are asked for before old ones, as many as can be in the time of
    one job; the next one asks for the rest.
    """
    if parts.settings.feature_source != "reccobeats":
        return {}
    is_matched = match(library, parts.build.catalogue).is_matched.tolist()
    # A local file has no id to ask by.
    lacking = [song.id for song, has_row in zip(library, is_matched, strict=True) if song.id and not has_row]
    known = features.load(parts.database, lacking)
    if new := [song_id for song_id in dict.fromkeys(lacking) if song_id not in known]:
        answered = reccobeats.audio_features(new, parts.settings.reccobeats_url)
        features.save(parts.database, answered)
        known |= answered
    return {song_id: said for song_id, said in known.items() if said}
