"""Who has signed in."""

import pytest

from spotify import User, client_for, current_user
from spotify.errors import UnknownShape
from tests.support.scripted_server import Answer, answering


@pytest.mark.parametrize(
    ("me", "expected"),
    [
        ({"account_id": "a1", "id": "ada", "display_name": "Ada"}, User("a1", "ada", "Ada")),
        ({"id": "ada", "display_name": "Ada"}, User("ada", "ada", "Ada")),
        ({"account_id": "a1", "id": "ada", "display_name": None}, User("a1", "ada", "ada")),
        ({"account_id": "", "id": "ada", "display_name": ""}, User("ada", "ada", "ada")),
        ({"account_id": "a1", "id": "ada", "display_name": 1984}, User("a1", "ada", "ada")),
        # A database may refuse the one, a page the other.
        ({"account_id": "a1", "id": "ada", "display_name": "A\0d\ud83da"}, User("a1", "ada", "A?d?a")),
    ],
)
def test_reads_who_has_signed_in(me, expected):
    with answering(Answer(me)) as server, client_for("token", server.url) as client:
        assert current_user(client) == expected


@pytest.mark.parametrize("odd", [{"id": "u" * 256}, {"account_id": "a" * 256}, {"id": ""}, {"account_id": 7}])
def test_who_has_no_id_that_can_be_kept_is_nobody(odd):
    with answering(Answer({"id": "user", "account_id": "account", **odd})) as server:
        with client_for("token", server.url) as client, pytest.raises(UnknownShape):
            current_user(client)


def test_a_display_name_that_is_no_text_is_counted():
    with answering(Answer({"id": "ada", "display_name": 1984})) as server:
        with client_for("token", server.url) as client:
            current_user(client)

    assert client.odd == {"the display name of the user": 1}
