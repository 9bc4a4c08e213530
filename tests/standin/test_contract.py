"""Every answer of the stand-in's Web API, checked against Spotify's own OpenAPI description."""

import functools
from pathlib import Path

import pytest
import requests
import yaml
from openapi_schema_validator import OAS30Validator
from referencing import Registry
from referencing.jsonschema import DRAFT4

from recommender.song import Song
from tests.support.needs import needs

SPECIFICATION = Path(__file__).parents[3] / "shared" / "reference" / "openapi" / "fixed-spotify-open-api.yml"
ADDRESS = "urn:spotify"

# Where development mode differs from the description, which does not know such
# modes. First: fields that it requires, but that are removed for us.
NOT_REQUIRED = {
    # Removed in February 2026; the description marks them as deprecated, but still requires them.
    "AlbumBase": {"available_markets"},
}
# The description says that an item's `type` names its schema, but names the schemas
# differently: no `"type": "track"` could match. One of the two must still match.
WITHOUT_DISCRIMINATOR = [("PlaylistTrackObject", "item"), ("PlaylistTrackObject", "track")]
# Deprecated there, but still sent to us.
STILL_SENT = {
    "preview_url",  # always null since November 2024
}
# Described there, but sent only if it applies, which is seldom or never here.
SELDOM_APPLIES = {
    "restrictions",  # of a song that cannot be played
    "ean",  # codes of releases, not of recordings
    "upc",
}
# A local file of the listener's has no id and no album, but in the description neither may be null.
NULL_IN_LOCAL_FILES = {
    "TrackObject": {"href", "id"},
    "SimplifiedArtistObject": {"href", "id", "uri"},
    "AlbumBase": {"album_type", "href", "id", "release_date", "release_date_precision", "uri"},
}
NOT_REQUIRED_IN_LOCAL_FILES = {"AlbumBase": {"available_markets", "total_tracks"}}


def specification(not_required, nullable=None):
    """Read the description and relax what it requires (schema name -> field names), or skip the test."""
    needs("shared", SPECIFICATION.exists(), "Spotify's OpenAPI description is not beside the project")
    # The loader in C, if there is one, takes a tenth of the time.
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    found = yaml.load(SPECIFICATION.read_text(encoding="utf-8"), loader)  # noqa: S506 - both are safe
    schemas = found["components"]["schemas"]
    for name, fields in not_required.items():
        schemas[name]["required"] = [field for field in schemas[name]["required"] if field not in fields]
    for name, fields in (nullable or {}).items():
        for field in fields:
            schemas[name]["properties"][field] = {"nullable": True, "type": "string"}
    for name, field in WITHOUT_DISCRIMINATOR:
        del schemas[name]["properties"][field]["discriminator"]
    return found


@pytest.fixture(scope="module")
def contract():
    return Contract(specification(NOT_REQUIRED))


class Contract:
    """The description, ready to check answers against."""

    def __init__(self, found):
        self.found = found
        self.registry = Registry().with_resource(ADDRESS, DRAFT4.create_resource(found))

    def check(self, path, method, response, is_whole=True):
        """Fail unless the response has a described status and the body described for it."""
        answer = self.found["paths"][path][method]["responses"].get(str(response.status_code))
        assert answer is not None, f"{method} {path} is not described to answer {response.status_code}"
        schema = self.find_schema(answer)
        if schema is None:
            assert response.content == b""
            return
        pointed = {"$ref": f"{ADDRESS}{schema['$ref']}"} if "$ref" in schema else self.absolute(schema)
        errors = OAS30Validator(pointed, registry=self.registry).iter_errors(response.json())
        assert [f"{error.json_path}: {error.message}" for error in errors] == []
        if is_whole:
            assert sorted(set(self.differences(schema, response.json(), "$"))) == []

    def resolve(self, schema):
        while "$ref" in schema:
            schema = functools.reduce(
                lambda place, key: place[key], schema["$ref"][2:].split("/"), self.found
            )
        return schema

    def find_schema(self, answer):
        content = self.resolve(answer).get("content")
        return content["application/json"]["schema"] if content else None

    def absolute(self, schema):
        """Make the references of a standalone schema point into the description."""
        if isinstance(schema, dict):
            return {
                key: f"{ADDRESS}{value}" if key == "$ref" else self.absolute(value)
                for key, value in schema.items()
            }
        return [self.absolute(value) for value in schema] if isinstance(schema, list) else schema

    def properties(self, schema):
        """Return all fields of an object's schema, including those of its parts."""
        schema = self.resolve(schema)
        fields = dict(schema.get("properties", {}))
        # Of the kinds that a playlist may contain, songs come first; here there are no others.
        for part in [*schema.get("allOf", []), *schema.get("oneOf", [])[:1]]:
            fields = self.properties(part) | fields
        return fields

    def differences(self, schema, value, place):
        """Yield the fields that are sent but not (or no longer) described, and the other way round."""
        if isinstance(value, list):
            items = self.resolve(schema).get("items", {})
            for element in value:
                yield from self.differences(items, element, f"{place}[]")
        if not isinstance(value, dict):
            return
        fields = self.properties(schema)
        current = {name for name, field in fields.items() if not field.get("deprecated")} | STILL_SENT
        yield from (f"{place}.{name} is not described" for name in value.keys() - current)
        wanted = current - SELDOM_APPLIES - (STILL_SENT - fields.keys())
        yield from (f"{place}.{name} is missing" for name in wanted - value.keys())
        for name in value.keys() & fields.keys():
            yield from self.differences(fields[name], value[name], f"{place}.{name}")


@pytest.fixture
def ask(standin):
    """Calls of a listener who has five saved songs, as (method, path under /v1, JSON)."""
    headers = {"Authorization": f"Bearer {standin.token_for(standin.add_listener(saved=5))}"}

    def ask(method, path, json=None):
        return requests.request(method, f"{standin.url}/v1{path}", json=json, headers=headers, timeout=5)

    return ask


@pytest.fixture
def playlist_id(ask):
    """A playlist of three songs."""
    found = ask("POST", "/me/playlists", {"name": "Mix"}).json()["id"]
    ask("PUT", f"/playlists/{found}/items", {"uris": [f"spotify:track:{number:022d}" for number in range(3)]})
    return found


ONE = f"spotify:track:{1:022d}"


@pytest.mark.parametrize(
    ("method", "path", "asked", "json"),
    [
        ("get", "/me", "", None),
        ("get", "/me/tracks", "?limit=2&offset=1", None),
        ("get", "/me/tracks", "?offset=10", None),
        ("get", "/me/playlists", "", None),
        ("post", "/me/playlists", "", {"name": "Mix", "description": "Mine", "public": False}),
        ("get", "/playlists/{playlist_id}", "", None),
        ("put", "/playlists/{playlist_id}", "", {"name": "New"}),
        ("get", "/playlists/{playlist_id}/items", "?limit=2", None),
        ("put", "/playlists/{playlist_id}/items", "", {"uris": [ONE]}),
        ("put", "/playlists/{playlist_id}/items", "", {"range_start": 0, "insert_before": 2}),
        ("post", "/playlists/{playlist_id}/items", "", {"uris": [ONE]}),
        ("delete", "/playlists/{playlist_id}/items", "", {"items": [{"uri": ONE}]}),
        ("get", "/tracks/{id}", "", None),
        ("get", "/search", "?q=song&type=track", None),
        ("get", "/search", "?q=nothing+at+all&type=track", None),
        ("get", "/me/library/contains", f"?uris={ONE}", None),
        ("put", "/me/library", "?uris=spotify:playlist:{playlist_id}", None),
        ("delete", "/me/library", "?uris=spotify:playlist:{playlist_id}", None),
    ],
)
def test_every_answer_is_as_described(contract, ask, playlist_id, method, path, asked, json):
    address = (path + asked).format(playlist_id=playlist_id, id=f"{1:022d}")

    response = ask(method, address, json)

    assert response.ok
    contract.check(path, method, response, is_whole="nothing" not in asked and path != "/search")


def test_a_song_that_cannot_be_played_is_as_described(contract, standin, ask, playlist_id):
    standin.state.unplayable.add(f"{1:022d}")

    response = ask("get", f"/playlists/{playlist_id}/items")

    assert "restrictions" in response.json()["items"][1]["item"]
    contract.check("/playlists/{playlist_id}/items", "get", response)


def test_found_songs_are_complete(contract, ask):
    found = ask("get", "/search?q=song&type=track").json()["tracks"]["items"]

    assert found
    schema = {"type": "array", "items": {"$ref": "#/components/schemas/TrackObject"}}
    assert list(contract.differences(schema, found, "$")) == []


def test_refusals_are_as_described(contract, standin, ask):
    without_scope = standin.token_for(standin.add_listener(), scopes=())
    forbidden = {"Authorization": f"Bearer {without_scope}"}
    address = f"{standin.url}/v1/me/tracks"

    contract.check("/me/tracks", "get", requests.get(address, timeout=5))
    contract.check("/me/tracks", "get", requests.get(address, headers=forbidden, timeout=5))
    # The description lacks the `error` around this one that Spotify sends.
    too_many = ask("get", f"/me/library/contains?uris={','.join([ONE] * 41)}")
    assert (too_many.status_code, set(too_many.json()["error"])) == (400, {"status", "message"})


def test_local_files_are_as_described_except_for_what_they_lack(standin):
    listener = standin.add_listener(saved=[Song("", "Demo tape", ("Us",), duration_ms=61_000)])
    headers = {"Authorization": f"Bearer {standin.token_for(listener)}"}
    relaxed = Contract(specification(NOT_REQUIRED_IN_LOCAL_FILES, NULL_IN_LOCAL_FILES))

    response = requests.get(f"{standin.url}/v1/me/tracks", headers=headers, timeout=5)

    assert response.json()["items"][0]["track"]["is_local"]
    relaxed.check("/me/tracks", "get", response, is_whole=False)
