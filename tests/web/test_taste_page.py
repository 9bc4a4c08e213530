"""The page of a listener's taste: its pictures and their tables, what it rests on, and the card to share."""

import re
from dataclasses import replace
from html.parser import HTMLParser
from itertools import accumulate, combinations, product
from pathlib import Path
from types import SimpleNamespace

import pytest
from flask import render_template
from PIL import ImageFont
from resvg_py import svg_to_bytes

import web
from languages import OFFERED, load_language
from recommender.catalogue.features import FEATURE_WORDS
from recommender.picture.density import N_CELLS
from recommender.picture.picture import PicturedTaste
from recommender.picture.traits import MAX_TRAITS
from recommender.song import Song
from recommender.tastes.taste_names import OTHER_SONGS, TasteName
from standin.named_faults import FAULTS
from tests.support.songs import song_id
from tests.support.website import read_everything
from web.playlist_page import N_COLOURS
from web.taste_card import (
    CAPITAL,
    COLOURS,
    MAX_HEADING,
    MAX_LINE,
    WIDE,
    describe_card,
    join_words,
    shorten,
)
from web.taste_page import MAP_SIZE, MIN_APART, spread_labels

N_SAVED = 320
EMPTY_TAGS = {"circle", "rect", "path", "img", "input", "link", "meta", "br", "fegaussianblur"}


class Tags(HTMLParser):
    """Every tag of a page with its attributes, those around it, and the text in it."""

    def __init__(self, page):
        super().__init__()
        self.all, self.open = [], []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        found = {"tag": tag, "around": list(self.open), "text": "", **dict(attrs)}
        self.all.append(found)
        if tag not in EMPTY_TAGS:
            self.open.append(found)

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        if tag not in EMPTY_TAGS:
            self.open.pop()

    def handle_endtag(self, tag):
        if tag in EMPTY_TAGS:
            return
        while self.open.pop()["tag"] != tag:
            pass

    def handle_data(self, data):
        for each in self.open:
            each["text"] += data

    def find(self, tag, within=None, **attributes):
        """Return the tags of this name with these attributes inside another; `class_` is one of its classes."""
        wanted = attributes.pop("class_", None)
        return [
            each
            for each in self.all
            if each["tag"] == tag
            and (wanted is None or wanted in (each.get("class") or "").split())
            and (within is None or any(around is within for around in each["around"]))
            and all(each.get(name) == value for name, value in attributes.items())
        ]


@pytest.fixture
def nora(site):
    """A listener with a playlist, signed in."""
    browser = site.browser()
    browser.listener = site.add_listener("Nora Nightingale", saved=N_SAVED)
    browser.sign_in(browser.listener)
    browser.make_playlist(site)
    return browser


@pytest.fixture
def page(nora):
    """What the tags of Nora's page are."""
    return Tags(nora.client.get("/taste").text)


def read_rows(page, table):
    """Return the figures of a table's rows, and the rows."""
    rows = [row for row in page.find("tr", within=table) if page.find("td", within=row)]
    return [([cell["text"] for cell in page.find("td", within=row)], row) for row in rows]


@pytest.mark.slow
def test_the_table_of_the_map_has_the_figures_of_every_point(page):
    (table,) = page.find("table", class_="map-table")
    rows = {row["id"]: figures for figures, row in read_rows(page, table)}
    (plot,) = page.find("figure", class_="map")
    drawn = {}
    for link in page.find("a", within=plot):
        mark = next(each for each in page.all if any(around is link for around in each["around"]))
        if mark["tag"] == "circle":
            x, y = int(mark["cx"]), int(mark["cy"])
        else:
            x, y = map(int, re.match(r"M(\d+) (-?\d+)l", mark["d"]).groups())
            y += 19
        drawn[link["href"].removeprefix("#")] = (f"{(MAP_SIZE - y) / 10:.1f}", f"{x / 10:.1f}")

    assert drawn == {number: tuple(figures[1:]) for number, figures in rows.items()}
    assert len(page.find("path", within=page.find("g", class_="map-picked")[0])) == 50
    assert len(rows) > 50 + 200


def test_the_points_of_a_taste_are_listed_under_its_name_in_the_table(page):
    (table,) = page.find("table", class_="map-table")
    names = [head["text"].strip() for head in page.find("th", within=table, scope="rowgroup")]
    cards = [
        re.sub(r"\s+", " ", head["text"].strip())
        for head in page.find("h2", within=page.find("ol", class_="taste-cards")[0])
    ]

    assert names == [*cards, "Songs of your playlist"]
    groups = page.find("g", class_="map-saved")
    bodies = page.find("tbody", within=table)
    assert [len(page.find("circle", within=group)) for group in groups] == [
        len(page.find("tr", within=body)) - 1 for body in bodies[:-1]
    ]


def test_the_table_tells_the_taste_of_a_picked_song_that_its_colour_shows(page):
    (table,) = page.find("table", class_="map-table")
    picked = page.find("tbody", within=table)[-1]
    told = [int(each["text"].removeprefix("taste ")) for each in page.find("small", within=picked)]
    marks = page.find("a", within=page.find("g", class_="map-picked")[0])

    assert [each["class"] for each in marks] == [f"taste-{(number - 1) % N_COLOURS}" for number in told]
    assert 1 <= min(told) <= max(told) <= len(page.find("li", class_="taste-card"))


def test_the_density_of_the_catalogue_is_in_a_table_from_energetic_to_calm(page):
    (table,) = page.find("table", class_="density-table")
    figures = [float(figure) for row, _ in read_rows(page, table)[1:] for figure in row]
    cells = {
        (int(cell["x"]), int(cell["y"])): float(cell["fill-opacity"])
        for cell in page.find("rect", within=page.find("g", class_="map-density")[0])
    }
    drawn = [cells.get((100 * column, 100 * row), 0) for row in range(N_CELLS) for column in range(N_CELLS)]

    assert sum(figures) == pytest.approx(100, abs=5)
    # As strong as the cell has songs.
    assert drawn == pytest.approx([figure / max(figures) * max(drawn) for figure in figures], abs=0.01)


def test_the_bars_of_the_decades_are_as_long_as_their_figures(page):
    (table,) = page.find("table", class_="decades")
    rows = read_rows(page, table)
    counts = [0, 0]

    for figures, row in rows:
        bars = page.find("rect", within=row)
        for at, (bar, figure) in enumerate(zip(bars, figures, strict=True)):
            percent, n_songs = re.match(r"([\d.]+)%([\d,]+) songs?", figure).groups()
            assert bar["width"] == percent
            counts[at] += int(n_songs)
    assert counts == [N_SAVED, 50]
    longest = max(float(bar["width"]) for bar in page.find("rect", within=table))
    widths = {float(svg["viewbox"].split()[2]) for svg in page.find("svg", within=table)}
    assert len(widths) == 1 and longest <= widths.pop() < longest + 1


def test_the_marks_of_the_profile_stand_at_their_figures(page):
    (table,) = page.find("table", class_="profile")
    rows = read_rows(page, table)

    assert len(rows) == 9
    for figures, row in rows:
        usual, own = page.find("circle", within=row)
        name = page.find("th", within=row)[0]["text"].split()[0]
        expected = [(int(figure) - 60) / 1.2 if name == "Tempo" else int(figure) for figure in figures]
        assert [float(own["cx"]), float(usual["cx"])] == pytest.approx(expected, abs=0.06)


def test_tastes_have_their_share_and_none_is_without_songs(page):
    bar = page.find("rect", within=page.find("svg", class_="share-bar")[0])
    sizes = [
        re.match(r"(\d+)% ([\d,]+) songs?", each["text"].strip()).groups()
        for each in page.find("p", class_="taste-size")
    ]

    assert [each["width"] for each in bar] == [percent for percent, _ in sizes]
    assert sum(int(each["width"]) for each in bar) == 100
    assert [int(each["x"]) for each in bar] == [
        sum(int(each["width"]) for each in bar[:at]) for at in range(len(bar))
    ]
    assert min(int(n_songs) for _, n_songs in sizes) > 0
    assert sum(int(n_songs) for _, n_songs in sizes) <= N_SAVED


def test_it_tells_how_many_songs_were_recognised_estimated_and_left_out_and_lists_the_others(site):
    known = [song for song in site.songs if song.artists][:60]
    estimated = [replace(song, id=song_id(at), title=f"New song {at}") for at, song in enumerate(known[:3])]
    strange = [Song(song_id(100), "Stranger", ("Nobody at all",), 2001), Song(song_id(101), "", (), 2001)]
    listener = site.standin.state.add_listener("Nora", [*known, *estimated, *strange])
    browser = site.browser()
    browser.sign_in(listener)
    browser.make_playlist(site)

    page = Tags(browser.client.get("/taste").text)

    (section,) = page.find("section", class_="library")
    counts = {
        term["text"]: figure["text"]
        for term, figure in zip(page.find("dt", within=section), page.find("dd", within=section), strict=True)
    }
    assert counts == {
        "of your songs read": "65",
        "found in the catalogue": "60",
        "not in it, but their sound is known or estimated": "3",
        "left out": "2",
    }
    not_found, left_out = page.find("details", within=section)
    assert [each["text"] for each in page.find("cite", within=not_found)] == [
        song.title for song in estimated
    ]
    assert [each["text"].partition(":")[0] for each in page.find("li", within=left_out)] == [
        "Stranger by Nobody at all",
        "A song without a name",
    ]
    assert len(page.find("circle", class_="is-estimated")) == 3


def test_without_a_library_the_page_tells_how_it_is_read(site):
    browser = site.browser()
    browser.sign_in(site.add_listener("Nora"))

    page = browser.client.get("/taste")

    assert page.status_code == 200
    assert "Make your first playlist" in page.text
    assert "map-plot" not in page.text


def test_a_library_that_was_read_is_shown_though_no_playlist_was_made(site):
    browser = site.browser()
    browser.sign_in(site.add_listener("Nora", saved=100))
    site.standin.state.faults.add("POST /v1/me/playlists", FAULTS["403 not on the list"])
    browser.post("/playlists")
    site.work()

    page = Tags(browser.client.get("/taste").text)

    assert len(page.find("table", class_="map-table")) == 1
    assert page.find("path", within=page.find("g", class_="map-picked")[0]) == []
    assert [head["text"] for head in page.find("th", within=page.find("table", class_="decades")[0], scope="col")] == [
        "Decade", "Yours",
    ]  # fmt: skip
    assert "your playlist" not in page.find("main")[0]["text"]


@pytest.mark.parametrize(
    ("songs", "sentence"),
    [
        ([], "You have no liked songs yet."),
        (
            [Song(song_id(1), "Stranger", ("Nobody at all",))],
            "None of your liked songs is in our catalogue yet.",
        ),
    ],
    ids=["none", "unknown"],
)
def test_a_library_without_a_known_song_is_told_what_helps(site, songs, sentence):
    browser = site.browser()
    browser.sign_in(site.standin.state.add_listener("Nora", songs))
    browser.post("/playlists")
    site.work()

    page = browser.client.get("/taste")

    assert (page.status_code, sentence in page.text) == (422, True)
    assert browser.client.get("/taste/card.png").status_code == 422


def test_the_page_is_led_to_from_every_page_of_a_listener(site, nora):
    playlist = nora.client.get("/").location

    for path in ("/taste", "/history", "/blocked", playlist):
        assert '<a href="/taste"' in nora.client.get(path).text
    assert 'href="/taste"' not in site.browser().client.get("/").text


def test_looking_at_it_changes_nothing(site, nora):
    before = read_everything(site)

    for path in ("/taste", "/taste/card.svg", "/taste/card.png"):
        assert nora.client.get(path).status_code == 200

    assert read_everything(site) == before


def test_the_card_holds_the_tastes_and_no_word_of_whose_they_are(site, nora):
    page = Tags(nora.client.get("/taste").text)
    names = [
        each["text"].strip()[1:].strip()
        for each in page.find("h2", within=page.find("ol", class_="taste-cards")[0])
    ]
    card = nora.client.get("/taste/card.svg")
    texts = [each["text"] for each in Tags(card.text).find("text")]

    assert (card.mimetype, card.headers["Cache-Control"]) == ("image/svg+xml", "no-store")
    for name in names:
        for part in re.split(": |, ", name):
            assert any(part in text or (text.endswith("…") and text[:-1] in name) for text in texts)
    listener = nora.listener
    playlist = listener.playlists[0]
    for personal in ("Nora", listener.id, listener.account_id, playlist.id):
        assert personal not in card.text
    # Neither is any song's id, nor an address.
    assert "track" not in card.text and not re.search(r'href|https?://(?!www\.w3\.org/2000/svg")', card.text)
    # Nor what is not drawn.
    assert re.findall(r"<!--|<metadata|<desc", card.text) == []


def test_the_card_has_the_figures_of_the_tastes_beside_it(nora):
    page, card = (Tags(nora.client.get(address).text) for address in ("/taste", "/taste/card.svg"))
    sizes = [re.search(r"\d+%", each["text"])[0] for each in page.find("p", class_="taste-size")]

    assert [each["text"] for each in card.find("text") if each.get("text-anchor") == "end"] == sizes
    bars = [rect for rect in card.find("rect") if rect.get("height") == "44"]
    assert [f"{bar['width']}%" for bar in bars] == sizes
    starts = list(accumulate((int(bar["width"]) for bar in bars), initial=0))
    assert [int(bar["x"]) for bar in bars] == starts[:-1]


def test_every_word_of_the_card_is_legible_where_the_window_is_narrowest(nora):
    card = nora.client.get("/taste/card.svg").text

    # Of 320 pixels the page leaves it 280.
    sizes = [280 / 1080 * int(size) for size in re.findall(r'font-size="(\d+)"', card)]
    assert len(sizes) > 5
    # As on the map.
    assert min(sizes) >= 9


def test_the_card_is_a_png_of_the_same_size_too(nora):
    svg, png = (nora.client.get(f"/taste/card.{kind}") for kind in ("svg", "png"))

    assert (png.mimetype, png.data[:8]) == ("image/png", b"\x89PNG\r\n\x1a\n")
    size = [int.from_bytes(png.data[at : at + 4], "big") for at in (16, 20)]
    assert size == [int(side) for side in re.search(r'width="(\d+)" height="(\d+)"', svg.text).groups()]
    # Nothing but the picture is in it: no text, no time, no name.
    kinds, at = [], 8
    while at < len(png.data):
        kinds.append(png.data[at + 4 : at + 8])
        at += 12 + int.from_bytes(png.data[at : at + 4], "big")
    assert set(kinds) == {b"IHDR", b"IDAT", b"IEND"}


@pytest.mark.parametrize(
    "name", ['<script>x</script> & "Co"', "a\x00b\x1bc\ufffe\ud800", "夜に \u202eabc", "R&B"], ids=ascii
)
def test_whatever_artists_are_called_the_card_is_a_picture(site, name):
    drawn = draw_card(site, TasteName(f"{name}: {name}, {name}", "", (), name, (name, name)))

    assert "<script" not in drawn
    assert svg_to_bytes(drawn).startswith(b"\x89PNG")


def draw_card(site, name):
    card = describe_card(SimpleNamespace(tastes=[PicturedTaste(name, 3, 100, (), ())]))
    with site.app.test_request_context():
        return render_template("taste_card.svg", card=card)


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        (TasteName("Folk: A: B, C, D", "", (), "Folk", ("A: B, C", "D")), ["Folk", "A: B, C, D", ""]),
        (TasteName("A: B, C, D", "", (), "", ("A: B, C", "D")), ["A: B, C, D", "", ""]),
        (TasteName("Folk", "", (), "Folk", ()), ["Folk", "", ""]),
        (TasteName(OTHER_SONGS, "", (), "", ()), ["Other songs", "", ""]),
    ],
    ids=["genre and artists", "artists alone", "genre alone", "neither"],
)
def test_the_genre_of_a_taste_is_the_heading_whatever_its_artists_are_called(site, name, lines):
    texts = [each["text"] for each in Tags(draw_card(site, name)).find("text")]

    # Before them the card's title and the number of the taste; behind them its share.
    assert texts[2:5] == lines


def test_the_colours_of_the_card_are_those_of_the_pages_on_paper():
    style = (Path(__file__).parents[2] / "static" / "style.css").read_text(encoding="utf-8")

    assert COLOURS == tuple(re.findall(r"--taste-\d: light-dark\((#\w+),", style))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Classic rock", "Classic rock"),
        ("a" * MAX_HEADING, "a" * MAX_HEADING),
        ("a" * (MAX_HEADING + 1), "a" * (MAX_HEADING - 1) + "…"),
        ("夜" * int(MAX_HEADING / WIDE), "夜" * int(MAX_HEADING / WIDE)),
        ("夜" * MAX_HEADING, "夜" * (int(MAX_HEADING / WIDE) - 1) + "…"),
        ("", ""),
        ("A\uffffB\ufffe", "AB"),
        ("A" * MAX_HEADING, "A" * (int(MAX_HEADING / CAPITAL) - 1) + "…"),
    ],
    ids=["short", "full", "too long", "wide", "wide and too long", "none", "no XML", "capitals"],
)
def test_a_line_of_the_card_is_cut_off_where_its_room_ends(text, shown):
    assert shorten(text, MAX_HEADING) == shown


@pytest.mark.parametrize("code", OFFERED)
def test_no_line_of_the_card_reaches_its_margin(code):
    # From where it begins to the margin, as the card is drawn as a PNG.
    room = 1080 - 72 - (72 + 92)
    font = ImageFont.truetype(Path(web.__file__).parent / "fonts" / "DejaVuSans.ttf", 36)
    translate = load_language(code).translate
    traits = [
        join_words(list(map(translate, words)))
        for features in combinations(FEATURE_WORDS.values(), MAX_TRAITS)
        for words in product(*features)
    ]
    artists = [
        shorten(names, MAX_LINE)
        for names in (
            "KAYTRANADA, MGMT, BADBADNOTGOOD, SAULT",
            "MF DOOM, Madvillain, MGMT, Wu-Tang Clan and others",
            "Mammút, Mumm-Ra, Mum, Common, Emmylou Harris",
            "Машина времени, Наутилус Помпилиус, Земфира",
            "Ελευθερία Αρβανιτάκη, Χάρις Αλεξίου, Μάνος Χατζιδάκις",
            "M" * 60,
            "ш" * 60,
        )
    ]
    lines = {*traits, *artists}

    assert max(map(font.getlength, lines)) <= room
    # Nearly all of it is used.
    assert max(map(font.getlength, lines)) > 0.85 * room


@pytest.mark.parametrize(
    "places",
    [
        [],
        [(500, 500)],
        [(500, 500)] * 8,
        [(0, 0), (0, 0), (5, 3)],
        [(1000, 1000)] * 3,
        [(100, 100), (900, 900)],
    ],
    ids=["none", "one", "eight at one place", "corner", "other corner", "apart"],
)
def test_the_numbers_on_the_map_do_not_cover_each_other_nor_leave_it(places):
    moved = spread_labels(places)

    assert len(moved) == len(places)
    assert all(0 < x < MAP_SIZE and 0 < y < MAP_SIZE for x, y in moved)
    distances = [
        ((one[0] - other[0]) ** 2 + (one[1] - other[1]) ** 2) ** 0.5
        for at, one in enumerate(moved)
        for other in moved[:at]
    ]
    assert all(distance > 0.85 * MIN_APART for distance in distances)
    if len(places) == 2:
        assert moved == places
