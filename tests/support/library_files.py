"""Made-up library files of every kind that people have: exporter x language x encoding x delimiter x date."""

import csv
import io
import json
import zipfile
from dataclasses import dataclass

from recommender.song import Song
from tests.support.songs import song_id

#: Titles and artists that test the reader, in the letters of each language.
LETTERS = {
    "en": ("Don't Stop", "Mary & Co"),
    "ar": ("أغنية قديمة", "فرقة الليل"),
    "de": ("Grüße aus Köln", "Die Größten"),
    "el": ("Παλιό τραγούδι", "Νύχτες"),
    "es": ("Señorita, ¿bailas?", "Los Niños"),
    "fr": ("Où étais-tu", "Les Élèves"),
    "it": ("Perché no", "La Città"),
    "ja": ("古い歌", "夜の楽団"),
    "nl": ("Vóór de zee", "De Zeeën"),
    "pt": ("Canção da manhã", "Irmãos João"),
    "sv": ("Gå hem", "Fjällens Söner"),
    "tr": ("Eski şarkı", "Gece Işığı"),
    "yue-Hant-HK": ("舊歌仔", "夜晚樂隊"),
    "zh-Hans": ("旧歌", "夜晚乐队"),
    "zh-Hant": ("舊歌", "夜晚樂隊"),
}
#: Exportify's header in each of its languages: address, title, artists' addresses, artists, album's address,
#: album, its artists' addresses, its artists, date, picture, disc, number, duration, sample, explicit,
#: popularity, ISRC, added by, added at.
EXPORTIFY = {
    "en": "Track URI|Track Name|Artist URI(s)|Artist Name(s)|Album URI|Album Name|Album Artist URI(s)|Album Artist Name(s)|Album Release Date|Album Image URL|Disc Number|Track Number|Track Duration (ms)|Track Preview URL|Explicit|Popularity|ISRC|Added By|Added At",
    "ar": "رابط الأغنية (URI)|اسم الأغنية|روابط الفنانين (URI)|أسماء الفنانين|رابط الألبوم (URI)|اسم الألبوم|روابط فناني الألبوم (URI)|أسماء فناني الألبوم|تاريخ إصدار الألبوم|رابط صورة الألبوم|رقم القرص|رقم الأغنية|مدة الأغنية (بالمللي ثانية)|رابط معاينة الأغنية|صريح|الشعبية|ISRC|أضيف بواسطة|أضيف في",
    "de": "Track-URI|Track-Name|Künstler-URI(s)|Künstlername(n)|Album-URI|Album-Name|Album-Künstler-URI(s)|Album-Künstlername(n)|Veröffentlichungsdatum des Albums|Album-Bild-URL|Disc-Nummer|Track-Nummer|Track-Dauer (ms)|Track-Vorschau-URL|Explizit|Beliebtheit|ISRC|Hinzugefügt von|Hinzugefügt am",
    "el": "URI κομματιού|Όνομα κομματιού|URI καλλιτέχνη/ων|Όνομα/τα καλλιτέχνη|URI άλμπουμ|Όνομα άλμπουμ|URI καλλιτέχνη/ων άλμπουμ|Όνομα/τα καλλιτέχνη άλμπουμ|Ημερομηνία κυκλοφορίας άλμπουμ|URL εικόνας άλμπουμ|Αριθμός δίσκου|Αριθμός κομματιού|Διάρκεια κομματιού (ms)|URL προεπισκόπησης κομματιού|Ακατάλληλο|Δημοτικότητα|ISRC|Προστέθηκε από|Προστέθηκε στις",
    "es": "URI de la canción|Nombre de la canción|URI(s) del artista|Nombre(s) del artista|URI del álbum|Nombre del álbum|URI(s) del artista del álbum|Nombre(s) del artista del álbum|Fecha de lanzamiento del álbum|URL de la imagen del álbum|Número de disco|Número de la canción|Duración de la canción (ms)|URL de vista previa de la canción|Explícito|Popularidad|ISRC|Añadido por|Añadido en",
    "fr": "URI du titre|Nom du titre|URI(s) de l'artiste|Nom(s) de l'artiste|URI de l'album|Nom de l'album|URI(s) de l'artiste de l'album|Nom(s) de l'artiste de l'album|Date de sortie de l'album|URL de l'image de l'album|Numéro de disque|Numéro du titre|Durée du titre (ms)|URL de prévisualisation du titre|Explicite|Popularité|ISRC|Ajouté par|Ajouté le",
    "it": "URI della traccia|Nome della traccia|URI dell'artista|Nome dell'artista|URI dell'album|Nome dell'album|URI dell'artista dell'album|Nome dell'artista dell'album|Data di rilascio dell'album|URL dell'immagine dell'album|Numero del disco|Numero della traccia|Durata della traccia (ms)|URL di anteprima della traccia|Esplicito|Popolarità|ISRC|Aggiunto da|Aggiunto il",
    "ja": "トラックURI|トラック名|アーティストURI|アーティスト名|アルバムURI|アルバム名|アルバムアーティストURI|アルバムアーティスト名|アルバム発売日|アルバム画像URL|ディスク番号|トラック番号|トラックの長さ（ミリ秒）|トラックプレビューURL|明示的な内容|人気度|ISRC|追加者|追加日時",
    "nl": "Nummer URI|Nummernaam|Artiest-URI|Naam van artiest|Album-URI|Naam van album|Artiest-URI van het album|Naam van artiest op het album|Releasedatum van het album|Album afbeelding-URL|Schijfnummer|Nummernummer|Nummerduur (ms)|Voorbeeld-URL|Expliciet|Populariteit|ISRC|Toegevoegd door|Toegevoegd op",
    "pt": "URI da faixa|Nome da faixa|URI(s) do artista|Nome(s) do artista|URI do álbum|Nome do álbum|URI(s) do artista do álbum|Nome(s) do artista do álbum|Data de lançamento do álbum|URL da imagem do álbum|Número do disco|Número da faixa|Duração da faixa (ms)|URL de prévia da faixa|Explícita|Popularidade|ISRC|Adicionado por|Adicionado em",
    "sv": "Låtens URI|Låtens namn|Artistens URI|Artistens namn|Albumets URI|Albumets namn|Albumartistens URI|Albumartistens namn|Albumets releasedatum|Albumets bild-URL|Skivnummer|Låtnummer|Låtlängd (ms)|Förhandsgranskning URL|Explicit|Popularitet|ISRC|Tillagd av|Tillagd vid",
    "tr": "Parça URI|Parça Adı|Sanatçı URI|Sanatçı Adı|Albüm URI|Albüm Adı|Albümdeki Sanatçı URI|Albümdeki Sanatçı Adı|Albüm Çıkış Tarihi|Albüm Resim URL'si|Disk Numarası|Parça Numarası|Parça Süresi (ms)|Parça Önizleme URL'si|Açık İçerik|Popülerlik|ISRC|Ekleyen|Eklenme Tarihi",
    "yue-Hant-HK": "歌 Link|歌名|Artist Link|Artist 名|專輯 Link|專輯名|專輯 Artist Link|專輯 Artist 名|專輯發行日|專輯封面條 Link|碟片冧把|曲目冧把|曲目時長（毫秒）|曲目試聽 Link|家長指引|熱門度|ISRC|加入者|加入時間",
    "zh-Hans": "曲目 URI|曲目名称|艺人 URI|艺人名称|专辑 URI|专辑名称|专辑艺人 URI|专辑艺人名称|专辑发行日期|专辑封面 URL|光盘编号|曲目编号|曲目时长（毫秒）|曲目试听 URL|含露骨内容|热度|ISRC|添加者|添加时间",
    "zh-Hant": "曲目 URI|曲目名稱|藝人 URI|藝人名稱|專輯 URI|專輯名稱|專輯藝人 URI|專輯藝人名稱|專輯發行日期|專輯封面 URL|光碟編號|曲目編號|曲目長度（毫秒）|曲目試聽 URL|含露骨內容|熱門度|ISRC|新增者|新增時間",
}
#: What spreadsheets in a language write with, besides UTF-8 and UTF-16.
CODE_PAGES = {
    "ar": "cp1256", "de": "cp1252", "el": "cp1253", "en": "cp1252", "es": "cp1252", "fr": "cp1252",
    "it": "cp1252", "ja": "cp932", "nl": "cp1252", "pt": "cp1252", "sv": "cp1252", "tr": "cp1254",
    "yue-Hant-HK": "big5hkscs", "zh-Hans": "gb18030", "zh-Hant": "big5",
}  # fmt: skip
#: How a date is written: the ways of writing 25 June of a year.
DATES = {"iso": "{}-06-25", "year": "{}", "us": "6/25/{}", "german": "25.6.{}", "british": "25/06/{}"}
EXPLICIT = {True: "true", False: "false", None: ""}


@dataclass(frozen=True)
class MadeUpFile:
    """A file, its name, and the songs that are in it."""

    name: str
    content: bytes
    songs: tuple[Song, ...]


def songs_in(language):
    """Four songs: in the letters of a language, with commas, with marks, and with titles that look like nothing."""
    title, artist = LETTERS[language]
    return (
        Song(song_id(1), title, (artist,), 2013, 225_000, True),
        Song(song_id(2), "NA", ("One, Two",), 1999, 183_000, False),
        Song(song_id(3), 'Say "No"; or not', (artist,), 1977, 61_000, False),
        Song(song_id(4), "1999", ("None",), 1982, 379_000, False),
    )


def write_table(header, rows, encoding="utf-8", delimiter=",", sep_line=False):
    text = io.StringIO()
    text.write(f"sep={delimiter}\r\n" if sep_line else "")
    writer = csv.writer(text, delimiter=delimiter)
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue().encode(encoding)


def exportify(language, encoding="utf-8-sig", delimiter=",", date="iso", sep_line=False):
    songs = songs_in(language)
    rows = [
        [
            f"spotify:track:{song.id}", song.title, "spotify:artist:1", ";".join(song.artists), "spotify:album:1",
            "An Album", "spotify:artist:2", "Somebody Else", DATES[date].format(song.year), "https://i.example/1",
            1, 7, song.duration_ms, "", EXPLICIT[song.is_explicit], 48, "X", "me", "2024-02-24T16:06:00Z",
        ]
        for song in songs
    ]  # fmt: skip
    name = f"exportify-{language}-{encoding}-{date}-{ord(delimiter)}{'-sep' * sep_line}.csv"
    content = write_table(EXPORTIFY[language].split("|"), rows, encoding, delimiter, sep_line)
    return MadeUpFile(name, content, songs)


def table(name, header, cells, known=("id", "year", "duration_ms", "is_explicit"), **form):
    """A table of the English songs: `cells` makes a row of a song, `known` is what the file tells of it."""
    songs = songs_in("en")
    content = write_table(header.split("|"), [cells(song) for song in songs], **form)
    return MadeUpFile(name, content, tuple(keep(song, *known) for song in songs))


def keep(song, *known):
    """What is left of a song in a file that does not tell the rest."""
    told = {name: getattr(song, name) for name in known}
    return Song(**{"id": "", "title": song.title, "artists": song.artists, **told})


def clock(song):
    return f"{song.duration_ms // 60_000}:{song.duration_ms // 1000 % 60:02}"


def url(song):
    return f"https://open.spotify.com/track/{song.id}?si=0123456789abcdef"


def other_tables():
    """What other exporters and scripts write."""
    us = DATES["us"].format
    yield table(
        "tunemymusic.csv",
        "Track name|Artist name|Album|Playlist name|Type|ISRC|Spotify - id",
        lambda song: [song.title, song.artists[0], "A", "Liked", "Favorite", "", song.id],
        ("id",),
        encoding="utf-8-sig",
    )
    yield table(
        "tunemymusic-no-id.csv",
        "Track name|Artist name|Album|Playlist name|Type|ISRC",
        lambda song: [song.title, song.artists[0], "A", "Liked", "Playlist", "X"],
        (),
    )
    for unit in ("", "s"):
        yield table(
            f"soundiiz-{unit}.csv",
            "title|artist|album|isrc|addedDate|addedBy|duration|url",
            lambda song, unit=unit: [
                song.title,
                song.artists[0],
                "A",
                "",
                "2024-01-01T00:00:00+00:00",
                "me",
                f"{song.duration_ms // 1000}{unit}",
                url(song),
            ],
            ("id", "duration_ms"),
            encoding="utf-8-sig",
            delimiter=";",
        )
    yield table(
        "soundiiz-bare.csv",
        "title;artist;album;isrc".replace(";", "|"),
        lambda song: [song.title, song.artists[0], "A", "X"],
        (),
        delimiter=";",
    )
    yield table(
        "chosic.csv",
        "#|Song|Artist|Popularity|BPM|Genres|Parent Genres|Album|Album Date|Time|Dance|Energy|Key|Added At|Spotify Track Id|Album Label|Camelot|ISRC",
        lambda song: [
            1,
            song.title,
            song.artists[0],
            72,
            93,
            "rock",
            "Rock",
            "A",
            DATES["iso"].format(song.year),
            clock(song),
            50,
            60,
            "C",
            "2024-01-01",
            song.id,
            "L",
            "8B",
            "X",
        ],
        ("id", "year", "duration_ms"),
    )
    yield table(
        "skiley.csv",
        "trackName|artistName|secondaryArtistsNames|albumName|trackUrl",
        lambda song: [song.title, song.artists[0], "", "A", url(song)],
        ("id",),
    )
    yield table(
        "spotify-dl.csv",
        "title|artist|album|release_date|duration|track_id",
        lambda song: [song.title, song.artists[0], "A", song.year, song.duration_ms, song.id],
        ("id", "year", "duration_ms"),
    )
    yield table(
        "backup-script.csv",
        "track_id,track_name,artists,album,album_release_date,added_at,added_by,duration_ms,is_local".replace(
            ",", "|"
        ),
        lambda song: [
            song.id,
            song.title,
            song.artists[0],
            "A",
            us(song.year),
            "2024-01-01T12:00:00Z",
            "me",
            song.duration_ms,
            "False",
        ],
        ("id", "year", "duration_ms"),
    )
    yield table(
        "seconds.csv",
        "playlist_name|track_name|artist_name|album_name|release_date|duration_s|popularity",
        lambda song: [
            "Jams",
            song.title,
            song.artists[0],
            "A",
            us(song.year),
            f"{song.duration_ms / 1000:.3f}",
            38,
        ],
        ("year", "duration_ms"),
    )
    yield table(
        "decimal-comma.csv",
        "Song Name|Artist|Release Year|Duration (s)|Spotify URL",
        lambda song: [
            song.title,
            song.artists[0],
            song.year,
            f"{song.duration_ms / 1000:.3f}".replace(".", ","),
            url(song),
        ],
        ("id", "year", "duration_ms"),
        delimiter=";",
    )
    yield table(
        "shouting.csv",
        "  TRACK_NAME |ARTIST-NAME(S)|track.uri|EXPLICIT?",
        lambda song: [
            song.title,
            song.artists[0],
            f"spotify:track:{song.id}",
            EXPLICIT[song.is_explicit].upper(),
        ],
        ("id", "is_explicit"),
    )
    yield table(
        "index-column.csv",
        "|id|name|artists|Spotify ID",
        lambda song: [7, 7, song.title, song.artists[0], song.id],
        ("id",),
    )
    yield table(
        "german-excel.csv",
        "Titel|Interpret|Jahr|Dauer|Explizit",
        lambda song: [
            song.title,
            song.artists[0],
            song.year,
            clock(song),
            {True: "WAHR", False: "FALSCH"}[song.is_explicit],
        ],
        ("year", "duration_ms", "is_explicit"),
        encoding="cp1252",
        delimiter=";",
    )
    yield table(
        "itunes.txt",
        "Name|Artist|Composer|Album|Genre|Size|Time|Year",
        lambda song: [song.title, song.artists[0], "", "A", "Pop", 1000, song.duration_ms // 1000, song.year],
        ("year", "duration_ms"),
        encoding="utf-16",
        delimiter="\t",
    )
    yield table(
        "kaggle.csv",
        "id|name|artists|release_date|year|duration_ms|explicit",
        lambda song: [
            song.id,
            song.title,
            repr(list(song.artists)),
            DATES["iso"].format(song.year),
            song.year,
            song.duration_ms,
            int(song.is_explicit),
        ],
    )
    yield table("bare.csv", "name|artists", lambda song: [song.title, song.artists[0]], ())


def other_forms():
    """Spotify's data export, playlists of players, lists in JSON and plain lines."""
    songs = songs_in("en")
    saved = [
        {"artist": song.artists[0], "album": "A", "track": song.title, "uri": f"spotify:track:{song.id}"}
        for song in songs
    ]
    library = json.dumps(
        {"tracks": saved, "albums": [], "shows": [], "bannedTracks": [], "other": []}, indent=1
    ).encode()
    with_id = tuple(keep(song, "id") for song in songs)
    yield MadeUpFile("YourLibrary.json", library, with_id)
    items = [
        {
            "track": {
                "trackName": song.title,
                "artistName": song.artists[0],
                "albumName": "A",
                "trackUri": f"spotify:track:{song.id}",
            },
            "episode": None,
            "localTrack": None,
            "addedDate": "2023-01-01",
        }
        for song in songs
    ]
    playlists = [
        {"name": "Mine", "lastModifiedDate": "2023-01-01", "items": items[:2]},
        {"name": "Ours", "lastModifiedDate": "2023-01-01", "items": items[1:]},
    ]
    yield MadeUpFile("Playlist1.json", json.dumps({"playlists": playlists}).encode(), with_id)
    short = [
        {
            "endTime": "2022-12-05 16:52",
            "artistName": song.artists[0],
            "trackName": song.title,
            "msPlayed": 152_293,
        }
        for song in reversed(songs)
    ]
    yield MadeUpFile(
        "StreamingHistory0.json", json.dumps(short).encode(), tuple(keep(song) for song in songs)
    )
    extended = [
        {
            "ts": "2022-06-17T19:53:06Z",
            "ms_played": 227_451,
            "master_metadata_track_name": song.title,
            "master_metadata_album_artist_name": song.artists[0],
            "master_metadata_album_album_name": "A",
            "spotify_track_uri": f"spotify:track:{song.id}",
            "episode_name": None,
            "spotify_episode_uri": None,
        }
        for song in reversed(songs)
    ]
    yield MadeUpFile("Streaming_History_Audio_2022.json", json.dumps(extended).encode(), with_id)
    skiley = [
        {
            "trackName": song.title,
            "artistName": song.artists[0],
            "secondaryArtistsNames": "",
            "albumName": "A",
            "trackUrl": url(song),
        }
        for song in songs
    ]
    yield MadeUpFile("Liked Songs - Skiley Export.json", json.dumps(skiley).encode("utf-8-sig"), with_id)
    web_api = [
        {
            "added_at": "2024-01-01T00:00:00Z",
            "track": {
                "id": song.id,
                "name": song.title,
                "artists": [{"id": "1", "name": name} for name in song.artists],
                "album": {"id": "2", "name": "A", "release_date": f"{song.year}-06-25"},
                "duration_ms": song.duration_ms,
                "explicit": song.is_explicit,
                "uri": f"spotify:track:{song.id}",
            },
        }
        for song in songs
    ]
    yield MadeUpFile("saved_tracks.json", json.dumps({"items": web_api, "total": 4}).encode(), songs)
    tracks = [
        {
            "title": song.title,
            "creator": song.artists[0],
            "duration": song.duration_ms,
            "identifier": ["https://musicbrainz.org/recording/1", url(song)],
        }
        for song in songs
    ]
    yield MadeUpFile(
        "playlist.jspf",
        json.dumps({"playlist": {"title": "Mine", "track": tracks}}).encode(),
        tuple(keep(song, "id", "duration_ms") for song in songs),
    )
    xspf = "".join(
        f"<track><title>{song.title}</title><creator>{song.artists[0].replace('&', '&amp;')}</creator><duration>{song.duration_ms}</duration><location>spotify:track:{song.id}</location></track>"
        for song in songs
    )
    for encoding in ("utf-8", "utf-16"):
        content = f'<?xml version="1.0" encoding="{encoding}"?>\n<playlist version="1" xmlns="http://xspf.org/ns/0/"><trackList>{xspf}</trackList></playlist>'
        yield MadeUpFile(
            f"playlist-{encoding}.xspf",
            content.encode(encoding),
            tuple(keep(song, "id", "duration_ms") for song in songs),
        )
    m3u = "#EXTM3U\n" + "".join(
        f"#EXTINF:{song.duration_ms // 1000},{song.artists[0]} - {song.title}\nC:\\Music\\{song.id}.mp3\n"
        for song in songs
    )
    for encoding in ("utf-8", "cp1252"):
        yield MadeUpFile(
            f"playlist-{encoding}.m3u8",
            m3u.encode(encoding),
            tuple(keep(song, "duration_ms") for song in songs),
        )
    yield MadeUpFile(
        "lines.txt",
        "".join(f"{song.artists[0]} - {song.title}\r\n" for song in songs).encode(),
        tuple(keep(song) for song in songs),
    )
    numbered = "".join(
        f"{at}. {song.artists[0]} \u2013 {song.title}\n" for at, song in enumerate(songs, start=1)
    )
    yield MadeUpFile("numbered.txt", numbered.encode("utf-16"), tuple(keep(song) for song in songs))
    for name, line in (
        ("uris.txt", "spotify:track:{}\n"),
        ("urls.txt", "https://open.spotify.com/intl-de/track/{}?si=1\n"),
        ("ids.txt", "{}\n"),
    ):
        content = "".join(line.format(song.id) for song in songs).encode()
        yield MadeUpFile(name, content, tuple(Song(song.id, "", ()) for song in songs))
    yield MadeUpFile(
        "export-all.zip",
        pack({"a.csv": exportify("de").content, "b\\c.csv": exportify("de").content}),
        songs_in("de"),
    )
    yield MadeUpFile(
        "my_spotify_data.zip",
        pack(
            {
                "Spotify Account Data/YourLibrary.json": library,
                "Spotify Account Data/Userdata.json": b'{"username": "me"}',
                "Spotify Account Data/StreamingHistory_music_0.json": json.dumps(
                    [{**short[0], "trackName": "Played"}]
                ).encode(),
            }
        ),
        with_id,
    )


def pack(files):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, packed in files.items():
            archive.writestr(name, packed)
    return content.getvalue()


def every_file():
    """Every file of the table."""
    dates = list(DATES)
    for number, language in enumerate(EXPORTIFY):
        yield exportify(language)
        yield exportify(language, "utf-8", ";", dates[number % len(dates)])
        yield exportify(language, "utf-16", "\t", dates[(number + 1) % len(dates)])
        yield exportify(
            language, CODE_PAGES[language], ";", dates[(number + 2) % len(dates)], sep_line=number % 2 == 1
        )
    yield exportify("en", "utf-8", ",", "us", sep_line=True)
    yield exportify("en", "utf-16-le", "\t", "british")
    yield from other_tables()
    yield from other_forms()
