"""Who has signed in."""

import pytest

from spotify import Listener, client_for, listener
from tests.support.scripted_server import Answer, answering


@pytest.mark.parametrize(
    ("me", "expected"),
    [
        ({"account_id": "a1", "id": "ada", "display_name": "Ada"}, Listener("a1", "ada", "Ada")),
        ({"id": "ada", "display_name": "Ada"}, Listener("ada", "ada", "Ada")),
        ({"account_id": "a1", "id": "ada", "display_name": None}, Listener("a1", "ada", "ada")),
        # A database may refuse the one, a page the other.
        ({"account_id": "a1", "id": "ada", "display_name": "A\0d\ud83da"}, Listener("a1", "ada", "A?d?a")),
    ],
)
def test_reads_who_has_signed_in(me, expected):
    with answering(Answer(me)) as server, client_for("token", server.url) as client:
        assert listener(client) == expected
