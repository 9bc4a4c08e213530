"""Which values of a setting make sense, and the sentence for one that does not."""

from base64 import urlsafe_b64decode
from collections.abc import Callable, Mapping
from ipaddress import ip_address
from urllib.parse import urlsplit

SPOTIFY_ACCOUNTS_URL = "https://accounts.spotify.com"
SPOTIFY_API_URL = "https://api.spotify.com/v1"
SPOTIFY_OPEN_URL = "https://open.spotify.com"
RECCOBEATS_URL = "https://api.reccobeats.com/v1"
FEATURE_SOURCES = ("none", "reccobeats")
FLAGS = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")


def _is_loopback(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _are_fernet_keys(keys: str) -> bool:
    """Say whether each of the keys, by commas, is 32 bytes in base64."""
    return all(len(urlsafe_b64decode(key.strip())) == 32 for key in keys.split(","))


def _is_public_url(url: str) -> bool:
    """Hold a URL against Spotify's rule for redirects: https, or http on a loopback address."""
    parts = urlsplit(url)
    is_safe = parts.scheme == "https" or (parts.scheme == "http" and _is_loopback(url))
    return is_safe and parts.hostname not in (None, "", "localhost") and parts.path in ("", "/")


def _is_database_url(url: str) -> bool:
    """Say whether it is one of `store.engine`, with a name; a password's own signs would move its parts."""
    if url.startswith("sqlite:///"):
        return url[10:] not in ("", ":memory:")
    parts = urlsplit(url)
    is_ours = parts.scheme.partition("+")[0] in ("postgresql", "postgres")
    return is_ours and _has_clear_parts(url) and len(parts.path) > 1


def _is_redis_url(url: str) -> bool:
    parts = urlsplit(url)
    has_number = parts.path in ("", "/") or parts.path[1:].isdecimal()
    return (
        parts.scheme in ("redis", "rediss") and bool(parts.hostname) and _has_clear_parts(url) and has_number
    )


def _has_clear_parts(url: str) -> bool:
    """Say whether no part holds a sign that ends it, as a password does that was not percent-encoded."""
    parts = urlsplit(url)
    is_port = parts.port is None or parts.port > 0
    return is_port and parts.netloc.count("@") <= 1 and "@" not in parts.path + parts.query + parts.fragment


def _is_theirs(own: str) -> Callable[[str], bool]:
    """Give the check that what a listener entrusts us goes to one place alone, or stays on this machine."""
    return lambda url: url.rstrip("/") == own or _is_loopback(url)


#: Setting -> (whether a value makes sense, the sentence where it does not).
_CHECKS: dict[str, tuple[Callable[[str], bool], str]] = {
    "PUBLIC_URL": (
        _is_public_url,
        "PUBLIC_URL must be https://…, or http://127.0.0.1:PORT; Spotify refuses localhost",
    ),
    "SECRET_KEY": (lambda key: len(key) >= 32, "SECRET_KEY must have at least 32 characters"),
    "TOKEN_KEYS": (_are_fernet_keys, "TOKEN_KEYS must be Fernet keys by commas, each 32 bytes in base64"),
    "SPOTIFY_ACCOUNTS_URL": (
        _is_theirs(SPOTIFY_ACCOUNTS_URL),
        "SPOTIFY_ACCOUNTS_URL may only be Spotify's or a loopback address",
    ),
    "SPOTIFY_API_URL": (
        _is_theirs(SPOTIFY_API_URL),
        "SPOTIFY_API_URL may only be Spotify's or a loopback address",
    ),
    "SPOTIFY_OPEN_URL": (
        _is_theirs(SPOTIFY_OPEN_URL),
        "SPOTIFY_OPEN_URL may only be Spotify's or a loopback address",
    ),
    "DATABASE_URL": (
        _is_database_url,
        "DATABASE_URL (or what RDS_* make of it) must be sqlite:///FILE or postgresql://USER:PASSWORD@HOST:PORT/NAME,"
        " the password percent-encoded",
    ),
    "REDIS_URL": (
        _is_redis_url,
        "REDIS_URL must be redis://:PASSWORD@HOST:PORT/NUMBER or rediss://…, the password percent-encoded",
    ),
    "PLAYLIST_NAME": (lambda name: len(name) <= 100, "PLAYLIST_NAME may have at most 100 characters"),
    "PLAYLIST_PUBLIC": (lambda flag: flag.lower() in FLAGS, "PLAYLIST_PUBLIC must be yes or no"),
    "FEATURE_SOURCE": (
        lambda source: source.lower() in FEATURE_SOURCES,
        f"FEATURE_SOURCE must be one of {', '.join(FEATURE_SOURCES)}",
    ),
    "RECCOBEATS_URL": (
        _is_theirs(RECCOBEATS_URL),
        "RECCOBEATS_URL may only be ReccoBeats' or a loopback address",
    ),
    "PROXY_HOPS": (
        lambda hops: hops.isdecimal() and int(hops) < 10,
        "PROXY_HOPS must be a number from 0 to 9",
    ),
    "LOG_LEVEL": (
        lambda level: level.upper() in LOG_LEVELS,
        f"LOG_LEVEL must be one of {', '.join(LOG_LEVELS)}",
    ),
}


def wrong_ones(given: Mapping[str, str]) -> list[str]:
    """Give a sentence for every setting whose value makes no sense; none quotes the value."""
    checked = {name: check for name, check in _CHECKS.items() if name in given}
    return [sentence for name, (check, sentence) in checked.items() if not _passes(check, given[name])]


def _passes(check: Callable[[str], bool], value: str) -> bool:
    try:
        return check(value)
    except ValueError:  # of Python's own parsers
        return False
