"""What the environment decides: read once, checked, and never printed whole."""

from base64 import urlsafe_b64decode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

SPOTIFY_ACCOUNTS_URL = "https://accounts.spotify.com"
SPOTIFY_API_URL = "https://api.spotify.com/v1"
SPOTIFY_OPEN_URL = "https://open.spotify.com"
RECCOBEATS_URL = "https://api.reccobeats.com/v1"
REQUIRED = ("PUBLIC_URL", "SECRET_KEY", "TOKEN_KEYS", "SPOTIFY_CLIENT_ID", "SPOTIFY_CLIENT_SECRET")
FLAGS = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}
FEATURE_SOURCES = ("none", "reccobeats")
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")


class SettingsError(ValueError):
    """The environment lacks a setting, or one makes no sense; the text names them all."""


@dataclass(frozen=True)
class Settings:
    """Every setting; `.env.example` has a sentence on each. Secrets have no default and no repr."""

    public_url: str
    secret_key: str = field(repr=False)
    token_keys: tuple[str, ...] = field(repr=False)
    spotify_client_id: str
    spotify_client_secret: str = field(repr=False)
    spotify_accounts_url: str = SPOTIFY_ACCOUNTS_URL
    spotify_api_url: str = SPOTIFY_API_URL
    spotify_open_url: str = SPOTIFY_OPEN_URL
    database_url: str = "sqlite:///instance/recommender.db"
    models_dir: Path = Path("models")
    playlist_name: str = "New songs for you"
    playlist_public: bool = False
    feature_source: str = "none"
    reccobeats_url: str = RECCOBEATS_URL
    proxy_hops: int = 0
    log_level: str = "INFO"

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> "Settings":
        """Read the settings from environment variables; an empty one counts as not set.

        Raises
        ------
        SettingsError
            Naming every variable that is missing or makes no sense.
        """
        given = {name: value for name, value in env.items() if value.strip()}
        if missing := [name for name in REQUIRED if name not in given]:
            raise SettingsError(f"not set: {', '.join(missing)}; .env.example says what each is")
        if wrong := [
            sentence for name, sentence in _WRONG if name in given and not _CHECKS[name](given[name])
        ]:
            raise SettingsError("; ".join(wrong))
        return cls(
            public_url=given["PUBLIC_URL"].rstrip("/"),
            secret_key=given["SECRET_KEY"],
            token_keys=tuple(key.strip() for key in given["TOKEN_KEYS"].split(",")),
            spotify_client_id=given["SPOTIFY_CLIENT_ID"],
            spotify_client_secret=given["SPOTIFY_CLIENT_SECRET"],
            spotify_accounts_url=given.get("SPOTIFY_ACCOUNTS_URL", SPOTIFY_ACCOUNTS_URL).rstrip("/"),
            spotify_api_url=given.get("SPOTIFY_API_URL", SPOTIFY_API_URL).rstrip("/"),
            spotify_open_url=given.get("SPOTIFY_OPEN_URL", SPOTIFY_OPEN_URL).rstrip("/"),
            database_url=given.get("DATABASE_URL", cls.database_url),
            models_dir=Path(given.get("MODELS_DIR", cls.models_dir)),
            playlist_name=given.get("PLAYLIST_NAME", cls.playlist_name),
            playlist_public=FLAGS[given.get("PLAYLIST_PUBLIC", "no").lower()],
            feature_source=given.get("FEATURE_SOURCE", cls.feature_source).lower(),
            reccobeats_url=given.get("RECCOBEATS_URL", RECCOBEATS_URL).rstrip("/"),
            proxy_hops=int(given.get("PROXY_HOPS", cls.proxy_hops)),
            log_level=given.get("LOG_LEVEL", cls.log_level).upper(),
        )

    @property
    def redirect_uri(self) -> str:
        """Where Spotify sends the listener back to; never taken from a request."""
        return f"{self.public_url}/callback"

    @property
    def is_https(self) -> bool:
        """Whether listeners reach the site by https, so that cookies must not travel otherwise."""
        return self.public_url.startswith("https://")

    @property
    def uses_standin(self) -> bool:
        """Whether the local stand-in takes the place of Spotify."""
        return self.spotify_api_url != SPOTIFY_API_URL


def _is_loopback(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _are_fernet_keys(keys: str) -> bool:
    """Say whether each of the keys, by commas, is 32 bytes in base64."""
    try:
        return all(len(urlsafe_b64decode(key.strip())) == 32 for key in keys.split(","))
    except ValueError:
        return False


def _is_public_url(url: str) -> bool:
    """Hold a URL against Spotify's rule for redirects: https, or http on a loopback address."""
    parts = urlsplit(url)
    is_safe = parts.scheme == "https" or (parts.scheme == "http" and _is_loopback(url))
    return is_safe and parts.hostname not in (None, "", "localhost") and parts.path in ("", "/")


_CHECKS: dict[str, Callable[[str], bool]] = {
    "PUBLIC_URL": _is_public_url,
    "SECRET_KEY": lambda key: len(key) >= 32,
    "TOKEN_KEYS": _are_fernet_keys,
    "SPOTIFY_ACCOUNTS_URL": lambda url: url.rstrip("/") == SPOTIFY_ACCOUNTS_URL or _is_loopback(url),
    "SPOTIFY_API_URL": lambda url: url.rstrip("/") == SPOTIFY_API_URL or _is_loopback(url),
    "SPOTIFY_OPEN_URL": lambda url: url.rstrip("/") == SPOTIFY_OPEN_URL or _is_loopback(url),
    "DATABASE_URL": lambda url: url.startswith("sqlite:///") and url[10:] not in ("", ":memory:"),
    "PLAYLIST_NAME": lambda name: len(name) <= 100,
    "PLAYLIST_PUBLIC": lambda flag: flag.lower() in FLAGS,
    "FEATURE_SOURCE": lambda source: source.lower() in FEATURE_SOURCES,
    "RECCOBEATS_URL": lambda url: url.rstrip("/") == RECCOBEATS_URL or _is_loopback(url),
    "PROXY_HOPS": lambda hops: hops.isdecimal() and int(hops) < 10,
    "LOG_LEVEL": lambda level: level.upper() in LOG_LEVELS,
}
_WRONG = (
    ("PUBLIC_URL", "PUBLIC_URL must be https://…, or http://127.0.0.1:PORT; Spotify refuses localhost"),
    ("SECRET_KEY", "SECRET_KEY must have at least 32 characters"),
    ("TOKEN_KEYS", "TOKEN_KEYS must be Fernet keys by commas, each 32 bytes in base64"),
    ("SPOTIFY_ACCOUNTS_URL", "SPOTIFY_ACCOUNTS_URL may only be Spotify's or a loopback address"),
    ("SPOTIFY_API_URL", "SPOTIFY_API_URL may only be Spotify's or a loopback address"),
    ("SPOTIFY_OPEN_URL", "SPOTIFY_OPEN_URL may only be Spotify's or a loopback address"),
    ("DATABASE_URL", "DATABASE_URL must be sqlite:///FILE"),
    ("PLAYLIST_NAME", "PLAYLIST_NAME may have at most 100 characters"),
    ("PLAYLIST_PUBLIC", "PLAYLIST_PUBLIC must be yes or no"),
    ("FEATURE_SOURCE", f"FEATURE_SOURCE must be one of {', '.join(FEATURE_SOURCES)}"),
    ("RECCOBEATS_URL", "RECCOBEATS_URL may only be ReccoBeats' or a loopback address"),
    ("PROXY_HOPS", "PROXY_HOPS must be a number from 0 to 9"),
    ("LOG_LEVEL", f"LOG_LEVEL must be one of {', '.join(LOG_LEVELS)}"),
)
