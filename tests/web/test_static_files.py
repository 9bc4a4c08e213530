"""The files of `static/`: compressed, addressed by what is in them, kept for a year."""

import gzip
from pathlib import Path

import pytest
from flask import Flask, url_for

from web.static_files import add_static_files, load_static_files

FOLDER = Path(__file__).parents[2] / "static"
FILES = sorted(path.relative_to(FOLDER).as_posix() for path in FOLDER.rglob("*") if path.is_file())
GZIP = {"Accept-Encoding": "gzip, deflate, br"}


@pytest.fixture
def make_app(tmp_path):
    """Make an application that serves one file, `style.css`, with this content."""

    def make(content):
        (tmp_path / "style.css").write_text(content)
        app = Flask(__name__, static_folder=None)
        add_static_files(app, tmp_path)
        return app

    return make


def find_address(app, filename="style.css"):
    with app.test_request_context():
        return url_for("static", filename=filename)


@pytest.mark.parametrize("filename", FILES)
def test_a_file_is_sent_compressed_and_kept_for_a_year(site, filename):
    content = (FOLDER / filename).read_bytes()

    answer = site.browser().client.get(find_address(site.app, filename), headers=GZIP)

    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert "Set-Cookie" not in answer.headers
    if len(content) > 1024:
        assert answer.headers["Content-Encoding"] == "gzip"
        assert answer.headers["Vary"] == "Accept-Encoding"
        assert len(answer.data) < 0.7 * len(content)
        assert gzip.decompress(answer.data) == content
    else:
        assert answer.data == content


@pytest.mark.parametrize(
    "accepted", [{}, {"Accept-Encoding": "br"}, {"Accept-Encoding": "gzip;q=0"}], ids=str
)
def test_who_does_not_take_it_compressed_gets_it_as_it_is(site, accepted):
    answer = site.browser().client.get(find_address(site.app), headers=accepted)

    assert "Content-Encoding" not in answer.headers
    assert answer.headers["Vary"] == "Accept-Encoding"
    assert answer.data == (FOLDER / "style.css").read_bytes()


def test_the_two_forms_have_tags_of_their_own_and_are_not_sent_twice(make_app):
    app = make_app("a { color: red } " * 100)
    client, address = app.test_client(), find_address(app)
    plain, compressed = client.get(address), client.get(address, headers=GZIP)

    again = client.get(address, headers={**GZIP, "If-None-Match": compressed.headers["ETag"]})
    other = client.get(address, headers={**GZIP, "If-None-Match": plain.headers["ETag"]})

    assert (again.status_code, again.data) == (304, b"")
    assert (other.status_code, other.data) == (200, compressed.data)


def test_the_address_changes_with_the_content_and_an_old_one_is_not_found(make_app):
    before, after = make_app("a { color: red }"), make_app("a { color: blue }")

    assert find_address(before) != find_address(after)
    assert after.test_client().get(find_address(after)).text == "a { color: blue }"
    old = after.test_client().get(find_address(before))
    assert old.status_code == 404
    assert "Cache-Control" not in old.headers


@pytest.mark.parametrize("path", ["../settings.py", "..%2fsettings.py", "none.css", "vendor", ""])
def test_nothing_else_is_served(site, path):
    version = find_address(site.app).split("/")[2]

    assert site.browser().client.get(f"/assets/{version}/{path}").status_code == 404


def test_a_template_that_names_a_file_that_is_not_there_fails_at_once(make_app):
    with pytest.raises(KeyError, match=r"none\.css"):
        find_address(make_app(""), "none.css")


def test_what_would_not_become_smaller_is_sent_as_it_is(tmp_path):
    (tmp_path / "noise.bin").write_bytes(gzip.compress(bytes(range(256)) * 8))
    (tmp_path / "small.css").write_text("a { color: red }")

    assert [file.compressed for file in load_static_files(tmp_path).values()] == [None, None]
