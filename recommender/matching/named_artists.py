"""Artists of the catalogue by what somebody may have typed: whole names, in whatever spelling."""

from collections.abc import Sequence
from dataclasses import dataclass

from recommender.catalogue.catalogue import Catalogue
from recommender.catalogue.keys import find, hash_texts
from recommender.matching.normalise import normalise_all


@dataclass(frozen=True, slots=True)
class NamedArtist:
    """An artist of the catalogue: `peak` is the popularity of the best-known song, from 0 to 100."""

    name: str
    peak: int


def find_named(texts: Sequence[str], catalogue: Catalogue) -> list[NamedArtist | None]:
    """Find the artist that each text is the name of, None where there is none; a leading "the" may miss."""
    names = normalise_all(texts)
    exact = find(hash_texts(names), catalogue.artist_keys).tolist()
    with_the = find(hash_texts([f"the {name}" for name in names]), catalogue.artist_keys).tolist()
    places = [place if place >= 0 else other for place, other in zip(exact, with_the, strict=True)]
    return [
        NamedArtist(catalogue.name_artist(place), int(catalogue.artist_peaks[place])) if place >= 0 else None
        for place in places
    ]
