"""Who has signed in."""

from dataclasses import dataclass

from spotipy import Spotify

from spotify.answers import MAX_ID, as_documented, find_text, parse_text
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
    in for it, as it does for a display name that is missing or no text.

    Raises
    ------
    SpotifyError
        See `spotify.errors`.
    """
    # Spotify.me() would ask for `me/`, which the reference does not have.
    answer = client.ask(Spotify._get, "me")
    with as_documented():
        user_id, account_id = parse_text(answer["id"]), answer.get("account_id")
        # One that cannot be read must not lead to another account of the same listener.
        account_id = user_id if account_id in (None, "") else parse_text(account_id)
        if not user_id or max(len(user_id), len(account_id)) > MAX_ID:
            raise ValueError("a user without an id, or with one longer than any")
        name = answer.get("display_name")
        if name is not None and not isinstance(name, str):
            client.note_odd("the display name of the user")
        return User(
            account_id=account_id,
            user_id=user_id,
            display_name=find_text(name) or user_id,
        )
