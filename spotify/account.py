"""Who has signed in."""

from dataclasses import dataclass

from spotipy import Spotify

from spotify.answers import as_documented, parse_text
from spotify.client import Client


@dataclass(frozen=True, slots=True)
class User:
    """The account behind a token; `account_id` is the key, it never changes."""

    account_id: str
    user_id: str
    display_name: str


def current_user(client: Client) -> User:
    """Fetch the user who has signed in; this needs no scope.

    Apps from before May 2026 may get no `account_id`: the user id then stands
    in for it, as it does for a missing display name.

    Raises
    ------
    SpotifyError
        See `spotify.errors`.
    """
    # Spotify.me() would ask for `me/`, which the reference does not have.
    answer = client.ask(Spotify._get, "me")
    with as_documented():
        user_id = parse_text(answer["id"])
        return User(
            account_id=parse_text(answer.get("account_id") or user_id),
            user_id=user_id,
            display_name=parse_text(answer.get("display_name") or user_id),
        )
