"""What the columns of exported libraries are called, in every exporter and language that we know."""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from recommender.language import mark

# Of the columns that a sentence names.
MAX_NAMES = 8
MAX_NAME = 40
# No name that is known is half as long: as much of a longer one tells that it is none.
MAX_COMPARED = 100


@dataclass(frozen=True)
class Exporter:
    """What writes libraries, and what it calls the columns: field -> names, the surest first.

    name : "" for tables that nobody in particular writes
    """

    name: str
    columns: Mapping[str, tuple[str, ...]]


#: Fields: id, title, artists, more_artists (beside the first), released, explicit, and a duration in a
#: unit, or `duration` where only the values tell. In the order in which names are preferred: what
#: names a track comes before a mere "name".
EXPORTERS = (
    Exporter(
        "Exportify",
        {
            "id": (
                "Track URI", "Spotify URI", "Spotify ID", "Track ID", "رابط الأغنية (URI)", "URI κομματιού",
                "URI de la canción", "URI du titre", "URI della traccia", "トラックURI", "Nummer URI",
                "URI da faixa", "Låtens URI", "Parça URI", "歌 Link", "曲目 URI",
            ),
            "title": (
                "Track Name", "اسم الأغنية", "Όνομα κομματιού", "Nombre de la canción", "Nom du titre",
                "Nome della traccia", "トラック名", "Nummernaam", "Nome da faixa", "Låtens namn", "Parça Adı",
                "歌名", "曲目名称", "曲目名稱",
            ),
            "artists": (
                "Artist Name(s)", "أسماء الفنانين", "Künstlername(n)", "Όνομα/τα καλλιτέχνη",
                "Nombre(s) del artista", "Nom(s) de l'artiste", "Nome dell'artista", "アーティスト名",
                "Naam van artiest", "Nome(s) do artista", "Artistens namn", "Sanatçı Adı", "Artist 名",
                "艺人名称", "藝人名稱",
            ),
            "released": (
                "Album Release Date", "Release Date", "تاريخ إصدار الألبوم",
                "Veröffentlichungsdatum des Albums", "Ημερομηνία κυκλοφορίας άλμπουμ",
                "Fecha de lanzamiento del álbum", "Date de sortie de l'album", "Data di rilascio dell'album",
                "アルバム発売日", "Releasedatum van het album", "Data de lançamento do álbum",
                "Albumets releasedatum", "Albüm Çıkış Tarihi", "專輯發行日", "专辑发行日期", "專輯發行日期",
            ),
            "duration_ms": (
                "Track Duration (ms)", "Duration (ms)", "مدة الأغنية (بالمللي ثانية)", "Track-Dauer (ms)",
                "Διάρκεια κομματιού (ms)", "Duración de la canción (ms)", "Durée du titre (ms)",
                "Durata della traccia (ms)", "トラックの長さ（ミリ秒）", "Nummerduur (ms)",
                "Duração da faixa (ms)", "Låtlängd (ms)", "Parça Süresi (ms)", "曲目時長（毫秒）",
                "曲目时长（毫秒）", "曲目長度（毫秒）",
            ),
            "explicit": (
                "Explicit", "صريح", "Explizit", "Ακατάλληλο", "Explícito", "Explicite", "Esplicito",
                "明示的な内容", "Expliciet", "Explícita", "Açık İçerik", "家長指引",
                "含露骨内容", "含露骨內容",
            ),
        },
    ),
    Exporter("TuneMyMusic", {"id": ("Spotify - id",), "title": ("Track name",), "artists": ("Artist name",)}),
    Exporter(
        "Soundiiz",
        {"title": ("title",), "artists": ("artist",), "duration": ("duration",), "id": ("url",)},
    ),
    Exporter(
        "Chosic",
        {
            "id": ("Spotify Track Id",),
            "title": ("Song",),
            "artists": ("Artist",),
            "released": ("Album Date",),
            "duration": ("Time", "Duration"),
        },
    ),
    Exporter(
        "Skiley",
        {
            "id": ("trackUrl", "trackUri", "trackId"),
            "title": ("trackName",),
            "artists": ("artistName",),
            "more_artists": ("secondaryArtistsNames",),
            "released": ("albumReleaseDate",),
            "duration": ("trackDuration",),
        },
    ),
    Exporter(
        mark("Spotify's data export"),
        {
            "id": ("spotify_track_uri", "trackUri", "uri"),
            "title": ("master_metadata_track_name", "trackName", "track"),
            "artists": ("master_metadata_album_artist_name", "artistName", "artist"),
        },
    ),
    Exporter(
        mark("scripts for Spotify's Web API"),
        {
            "id": (
                "Spotify Track URI", "Spotify Track URL", "Spotify URL", "Spotify Link", "Spotify Track",
                "Track URL", "Track Link", "Track Href", "Song ID", "Song URI", "Song URL", "Song Link",
                "External URL", "External URLs", "External URLs Spotify", "Link", "Href", "Spotify",
            ),
            "title": ("Track Title", "Song Name", "Song Title", "Song"),
            "artists": (
                "Artist Names", "Artists Names", "Artists Name", "Artist(s)", "Track Artist", "Track Artists",
                "Artists", "Main Artist", "Creator", "Performer",
            ),
            "released": (
                "Album Release Year", "Release Year", "Released", "Album Year", "Track Release Date",
            ),
            "duration_ms": ("Track Duration ms", "Song Duration ms", "Length ms", "Duration in ms"),
            "duration_s": (
                "Duration (s)", "Duration Sec", "Duration Seconds", "Duration in Seconds", "Length (s)",
                "Track Duration (s)",
            ),
            "duration": ("Track Duration", "Song Duration", "Track Length", "Length", "Track Time"),
            "explicit": ("Is Explicit", "Track Explicit"),
        },
    ),
    Exporter(
        "",  # spreadsheets by hand
        {
            "title": (
                "Titel", "Titre", "Título", "Titolo", "Título da música", "Canción", "Chanson", "Brano",
                "Música", "Låt", "Şarkı", "Lied", "Nummer", "Название", "Трек", "Tytuł", "曲名", "タイトル",
            ),
            "artists": (
                "Interpret", "Künstler", "Künstlerin", "Artiste", "Artista", "Artiest", "Sanatçı",
                "Исполнитель", "Wykonawca", "アーティスト", "艺人", "藝人", "歌手",
            ),
            "released": (
                "Jahr", "Année", "Año", "Anno", "Ano", "Jaar", "År", "Yıl", "Erscheinungsdatum", "Год", "Rok",
                "年",
            ),
            "duration": ("Dauer", "Durée", "Duración", "Durata", "Duração", "Duur", "Längd", "Süre"),
        },
    ),
    Exporter(
        "",  # our own columns, which are those of the Kaggle dataset
        {
            "id": ("id",),
            "title": ("name",),
            "artists": ("artists",),
            "released": ("release_date", "year"),
            "duration_ms": ("duration_ms",),
            "explicit": ("explicit",),
        },
    ),
)  # fmt: skip
FIELDS = tuple(dict.fromkeys(field for exporter in EXPORTERS for field in exporter.columns))
#: Names of ids that may be of anything.
OF_ANYTHING = ("id", "uri", "url", "link", "href", "externalurl", "externalurls", "spotify")


def normalise(name: str) -> str:
    """Return the letters and digits of a column's name alone, in lower case; of a long one its beginning."""
    folded = unicodedata.normalize("NFKC", name[:MAX_COMPARED]).casefold()
    return "".join(character for character in folded if character.isalnum())


ALIASES = {
    field: tuple(
        dict.fromkeys(normalise(name) for exporter in EXPORTERS for name in exporter.columns.get(field, ()))
    )
    for field in FIELDS
}


def find_columns(header: Sequence[str]) -> dict[str, tuple[int, ...]]:
    """Return the places of the columns of each known field, the surest first; a field may have none."""
    places: dict[str, int] = {}
    for place, name in enumerate(header):
        places.setdefault(normalise(name), place)
    return {
        field: tuple(places[name] for name in names if name in places) for field, names in ALIASES.items()
    }


def name_songs(header: Sequence[str]) -> bool:
    """Return whether columns are enough to know songs by: a title and artists, or a track's id.

    A mere "id" may be that of an album or artist.
    """
    columns = find_columns(header)
    has_track_id = any(normalise(header[place]) not in OF_ANYTHING for place in columns["id"])
    return has_track_id or bool(columns["title"] and columns["artists"])


def join_names(names: Sequence[str]) -> str:
    """Join names that come from a file, as far as they fit a line."""
    shown = ["".join(filter(str.isprintable, name))[:MAX_NAME] for name in names[:MAX_NAMES]]
    more = ", …" if len(names) > MAX_NAMES else ""
    return ", ".join(shown) + more
