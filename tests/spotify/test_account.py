"""Who has signed in."""

import pytest

from spotify import User, client_for, current_user
from tests.support.scripted_server import Answer, answering


@pytest.mark.parametrize(
    ("me", "expected"),
    [
        ({"account_id": "a1", "id": "ada", "display_name": "Ada"}, User("a1", "ada", "Ada")),
        ({"id": "ada", "display_name": "Ada"}, User("ada", "ada", "Ada")),
        ({"account_id": "a1", "id": "ada", "display_name": None}, User("a1", "ada", "ada")),
        # A database may refuse the one, a page the other.
        ({"account_id": "a1", "id": "ada", "display_name": "A\0d\ud83da"}, User("a1", "ada", "A?d?a")),
    ],
)
def test_reads_who_has_signed_in(me, expected):
    with answering(Answer(me)) as server, client_for("token", server.url) as client:
        assert current_user(client) == expected
