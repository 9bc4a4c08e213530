"""What the environment decides: read once, checked, and never printed whole."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from setting_checks import (
    FLAGS,
    RECCOBEATS_URL,
    SPOTIFY_ACCOUNTS_URL,
    SPOTIFY_API_URL,
    SPOTIFY_OPEN_URL,
    wrong_ones,
)

REQUIRED = ("PUBLIC_URL", "SECRET_KEY", "TOKEN_KEYS", "SPOTIFY_CLIENT_ID", "SPOTIFY_CLIENT_SECRET")
DATABASE_URL = "sqlite:///instance/recommender.db"
# What Elastic Beanstalk calls the parts of the database that belongs to an environment.
RDS = ("RDS_USERNAME", "RDS_PASSWORD", "RDS_HOSTNAME", "RDS_PORT", "RDS_DB_NAME")


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
    database_url: str = field(default=DATABASE_URL, repr=False)
    redis_url: str = field(default="", repr=False)
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
        given = _given(env)
        if missing := [name for name in REQUIRED if name not in given]:
            raise SettingsError(f"not set: {', '.join(missing)}; .env.example says what each is")
        _check(given)
        return cls(
            public_url=given["PUBLIC_URL"].rstrip("/"),
            secret_key=given["SECRET_KEY"],
            token_keys=tuple(key.strip() for key in given["TOKEN_KEYS"].split(",")),
            spotify_client_id=given["SPOTIFY_CLIENT_ID"],
            spotify_client_secret=given["SPOTIFY_CLIENT_SECRET"],
            spotify_accounts_url=given.get("SPOTIFY_ACCOUNTS_URL", SPOTIFY_ACCOUNTS_URL).rstrip("/"),
            spotify_api_url=given.get("SPOTIFY_API_URL", SPOTIFY_API_URL).rstrip("/"),
            spotify_open_url=given.get("SPOTIFY_OPEN_URL", SPOTIFY_OPEN_URL).rstrip("/"),
            database_url=given.get("DATABASE_URL", DATABASE_URL),
            redis_url=given.get("REDIS_URL", ""),
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


def database_url(env: Mapping[str, str]) -> str:
    """Read where the database is, whatever else is set.

    Raises
    ------
    SettingsError
        If that makes no sense.
    """
    given = {name: value for name, value in _given(env).items() if name in ("DATABASE_URL", *RDS)}
    _check(given)
    return given.get("DATABASE_URL", DATABASE_URL)


def _given(env: Mapping[str, str]) -> dict[str, str]:
    """Leave out what is empty, and make one address of Elastic Beanstalk's parts where no other is given."""
    given = {name: value for name, value in env.items() if value.strip()}
    if "RDS_HOSTNAME" not in given or "DATABASE_URL" in given:
        return given
    if missing := [name for name in RDS if name not in given]:
        raise SettingsError(f"not set: {', '.join(missing)}, though RDS_HOSTNAME is; or set DATABASE_URL")
    user, password, host, port, name = (quote(given[part], safe="") for part in RDS)
    return {**given, "DATABASE_URL": f"postgresql://{user}:{password}@{host}:{port}/{name}"}


def _check(given: Mapping[str, str]) -> None:
    if wrong := wrong_ones(given):
        raise SettingsError("; ".join(wrong))
