"""Every setting: read once from the environment, checked, and never printed whole."""

import re
from base64 import urlsafe_b64decode
from collections.abc import Callable, Mapping
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import quote, urlsplit

import idna
from pydantic import AfterValidator, BeforeValidator, Field, TypeAdapter, ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

SPOTIFY_ACCOUNTS_URL = "https://accounts.spotify.com"
SPOTIFY_API_URL = "https://api.spotify.com/v1"
SPOTIFY_OPEN_URL = "https://open.spotify.com"
RECCOBEATS_URL = "https://api.reccobeats.com/v1"
FLAGS = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}
STATE_DIR = "instance"
# The variables that Elastic Beanstalk sets for the database of an environment.
RDS = ("RDS_USERNAME", "RDS_PASSWORD", "RDS_HOSTNAME", "RDS_PORT", "RDS_DB_NAME")


class SettingsError(ValueError):
    """Settings are missing or invalid; the text names all of them."""


def _require(is_right: Callable[[Any], bool]) -> AfterValidator:
    """Build a validator that refuses what fails a check, or what the check cannot parse (ValueError)."""

    def validate(value: Any) -> Any:
        if not is_right(value):
            raise ValueError
        return value

    return AfterValidator(validate)


def _is_word(text: str) -> bool:
    """Return whether a text has no blank, line break or invisible character, as careless pastes do."""
    return text.isprintable() and " " not in text


def _lower_host(url: str) -> str:
    """Write the scheme and the host of a URL in small letters and in ASCII, as browsers do."""

    def lower(found: re.Match[str]) -> str:
        scheme, user, host = found.groups(default="")
        ascii_host = host if host.isascii() else idna.encode(host, uts46=True).decode()
        return scheme.lower() + user + ascii_host.lower()

    return _BEFORE_PATH.sub(lower, url)


def _is_line(text: object) -> bool:
    """Return whether a text has no control character; the joiners of emoji and Arabic letters are none."""
    return not _CONTROLS.search(str(text))


def _is_state_dir(folder: Path) -> bool:
    """Return whether a folder may hold the database: `?` would end its path in a URL."""
    return "?" not in str(folder)


def _expand_home(folder: Path) -> Path:
    """Return a folder with `~` as shells read it, which they do not in a file of settings."""
    try:
        return folder.expanduser()
    except RuntimeError as error:
        raise ValueError("nobody has this home") from error


def is_loopback(url: str) -> bool:
    """Return whether a URL leads to this machine by its address; `localhost` is a name."""
    host = urlsplit(url).hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _is_public_url(url: str) -> bool:
    """Apply Spotify's rule for redirects: https, or http on a loopback address."""
    parts = urlsplit(url)
    is_safe = parts.scheme == "https" or (parts.scheme == "http" and is_loopback(url))
    is_bare = url.rstrip("/") == f"{parts.scheme}://{parts.netloc}" and "@" not in url and parts.port != 0
    # Browsers read a backslash and encoded characters in a host in ways of their own.
    is_host = _HOST.fullmatch(parts.hostname or "") is not None
    return is_safe and is_bare and is_host and parts.hostname != "localhost"


def _is_fernet_key(key: str) -> bool:
    # Decoding passes over what is not base64, such as a line break.
    return _is_word(key) and len(urlsafe_b64decode(key)) == 32


def _is_database_url(url: str) -> bool:
    """Return whether `store.database` can open it: a file, or PostgreSQL with the name of a database."""
    if url.startswith("sqlite:///"):
        return url[10:] not in ("", ":memory:") and _is_line(url)
    parts = urlsplit(url)
    is_postgresql = _is_word(url) and parts.scheme.partition("+")[0] in ("postgresql", "postgres")
    return is_postgresql and _has_encoded_password(url) and len(parts.path) > 1


def _is_redis_url(url: str) -> bool:
    parts = urlsplit(url)
    has_number = parts.path in ("", "/") or parts.path[1:].isdecimal()
    is_redis = parts.scheme in ("redis", "rediss") and bool(parts.hostname)
    return is_redis and _has_encoded_password(url) and has_number


def _is_listen_address(text: str) -> bool:
    """Return whether a text is an address of this machine and a port; an IPv6 address has brackets."""
    parts = urlsplit(f"//{text}")
    ip_address(parts.hostname or "")
    return text == parts.netloc and bool(parts.port) and "@" not in text


def _has_encoded_password(url: str) -> bool:
    """Return whether the parts are unambiguous: a password with `@`, `/`, `?` or `#` must be encoded."""
    parts = urlsplit(url)
    is_port = parts.port is None or parts.port > 0
    return is_port and parts.netloc.count("@") <= 1 and "@" not in parts.path + parts.query + parts.fragment


def _require_service(own_url: str) -> AfterValidator:
    """Build a validator that lets listeners' data go to one service only, or stay on this machine."""
    return _require(lambda url: url.rstrip("/") == own_url or is_loopback(url))


def _parse_flag(flag: str) -> bool:
    """Return what yes or no means: `on`, `t` and the like are as likely a slip as a wish."""
    if flag.lower() not in FLAGS:
        raise ValueError("neither yes nor no")
    return FLAGS[flag.lower()]


def _parse_whole_number(digits: str) -> int:
    """Return a number of digits only: pydantic itself also reads "3.0" and "-0"."""
    if not digits.isdecimal():
        raise ValueError("not a number")
    return int(digits)


# The scheme, what may stand before the host, and the host; an IPv6 address has brackets.
_BEFORE_PATH = re.compile(r"^([^:/?#]+://)([^/?#]*@)?(\[[^\]]*\]|[^:/?#]*)")
_HOST = re.compile(r"[a-z0-9_-]+(\.[a-z0-9_-]+)*\.?|[0-9a-f:.]+")
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
WithoutSlash = AfterValidator(lambda url: url.rstrip("/"))
Word = Annotated[str, _require(_is_word)]
Url = Annotated[Word, AfterValidator(_lower_host)]
FernetKey = Annotated[str, _require(_is_fernet_key)]
Folder = Annotated[Path, _require(_is_line), AfterValidator(_expand_home)]
StateDir = Annotated[Folder, _require(_is_state_dir)]
# A path in it may have blanks.
DatabaseUrl = Annotated[str, AfterValidator(_lower_host), _require(_is_database_url)]
# The ends of the sentence on an invalid value; it begins with the setting's name.
STATE_DIR_RULE = "must be the path of a folder, without line breaks or question marks"
DATABASE_URL_RULE = (
    "(or what RDS_* make of it) must be sqlite:///FILE or postgresql://USER:PASSWORD@HOST:PORT/NAME,"
    " the password percent-encoded"
)
DASHBOARD_RULE = "must be one word as the dashboard shows it, without a blank or line break"
SPOTIFY_RULE = "may only be Spotify's or a loopback address"


class Settings(BaseSettings):
    """Every setting; `.env.example` has a sentence on each. Secrets have no default and no repr.

    The description of a field ends the sentence on an invalid value: it tells what is valid.
    """

    model_config = SettingsConfigDict(frozen=True, hide_input_in_errors=True, validate_default=False)

    public_url: Annotated[Url, _require(_is_public_url), WithoutSlash] = Field(
        description="must be https://…, or http://127.0.0.1:PORT; Spotify refuses localhost"
    )
    secret_key: Word = Field(
        min_length=32, repr=False, description="must have at least 32 characters, none of them a blank"
    )
    token_keys: Annotated[
        tuple[FernetKey, ...], BeforeValidator(lambda keys: [key.strip() for key in keys.split(",")])
    ] = Field(repr=False, description="must be Fernet keys by commas, each 32 bytes in base64")
    spotify_client_id: Word = Field(description=DASHBOARD_RULE)
    spotify_client_secret: Word = Field(repr=False, description=DASHBOARD_RULE)
    spotify_accounts_url: Annotated[Url, _require_service(SPOTIFY_ACCOUNTS_URL), WithoutSlash] = Field(
        SPOTIFY_ACCOUNTS_URL, description=SPOTIFY_RULE
    )
    spotify_api_url: Annotated[Url, _require_service(SPOTIFY_API_URL), WithoutSlash] = Field(
        SPOTIFY_API_URL, description=SPOTIFY_RULE
    )
    spotify_open_url: Annotated[Url, _require_service(SPOTIFY_OPEN_URL), WithoutSlash] = Field(
        SPOTIFY_OPEN_URL, description=SPOTIFY_RULE
    )
    state_dir: StateDir = Field(Path(STATE_DIR), description=STATE_DIR_RULE)
    database_url: DatabaseUrl = Field(
        default_factory=lambda valid: _make_database_url(valid["state_dir"]),
        repr=False,
        description=DATABASE_URL_RULE,
    )
    redis_url: Annotated[Url, _require(lambda url: not url or _is_redis_url(url))] = Field(
        "",
        repr=False,
        description="must be redis://:PASSWORD@HOST:PORT/NUMBER or rediss://…, the password percent-encoded",
    )
    models_dir: Folder = Field(
        Path("models"), description="must be the path of a folder, without line breaks"
    )
    playlist_name: Annotated[str, _require(_is_line)] = Field(
        "New songs for you", max_length=100, description="may have at most 100 characters, on one line"
    )
    playlist_public: Annotated[bool, BeforeValidator(_parse_flag)] = Field(
        False, description="must be yes or no"
    )
    feature_source: Annotated[Literal["none", "reccobeats"], BeforeValidator(str.lower)] = Field(
        "none", description="must be one of none, reccobeats"
    )
    reccobeats_url: Annotated[Url, _require_service(RECCOBEATS_URL), WithoutSlash] = Field(
        RECCOBEATS_URL, description="may only be ReccoBeats' or a loopback address"
    )
    proxy_hops: Annotated[int, BeforeValidator(_parse_whole_number)] = Field(
        0, le=9, description="must be a number from 0 to 9"
    )
    preview_megabytes: Annotated[int, BeforeValidator(_parse_whole_number)] = Field(
        64, le=100_000, description="must be a number of megabytes, such as 64"
    )
    worker_threads: Annotated[int, BeforeValidator(_parse_whole_number)] = Field(
        2, ge=1, le=32, description="must be a number from 1 to 32"
    )
    spotify_calls_a_day: Annotated[int, BeforeValidator(_parse_whole_number)] = Field(
        0, le=1_000_000_000, description="must be a number of calls, such as 50000, or 0 for no limit of ours"
    )
    operator_id: Annotated[str, _require(_is_word)] = Field(
        "", description="must be the user id of a Spotify account, as the address of its profile ends"
    )
    metrics_address: Annotated[Word, _require(lambda text: not text or _is_listen_address(text))] = Field(
        "", description="must be ADDRESS:PORT, such as 127.0.0.1:9180; without it nothing is counted"
    )
    log_level: Annotated[Literal["DEBUG", "INFO", "WARNING", "ERROR"], BeforeValidator(str.upper)] = Field(
        "INFO", description="must be one of DEBUG, INFO, WARNING, ERROR"
    )
    # As uwsgi.ini reads it, too.
    log_format: Literal["text", "json"] = Field("text", description="must be one of text, json")

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> "Settings":
        """Read the settings from environment variables, without the blanks around; an empty one is not set.

        Raises
        ------
        SettingsError
            Naming all settings that are missing, else all that are invalid; it quotes no value.
        """
        given = _select_given(env)
        values = {name: given[name.upper()] for name in cls.model_fields if name.upper() in given}
        try:
            return cls.model_validate(values)
        except ValidationError as error:
            found = [(each["type"], str(each["loc"][0])) for each in error.errors(include_input=False)]
        if missing := [name.upper() for kind, name in found if kind == "missing"]:
            raise SettingsError(f"not set: {', '.join(missing)}; .env.example says what each is")
        rules = {name: field.description for name, field in cls.model_fields.items()}
        # In the order of the fields, each once: two bad keys are two errors of one setting.
        invalid = dict.fromkeys(name for _, name in found if name in values)
        raise SettingsError("; ".join(f"{name.upper()} {rules[name]}" for name in invalid))

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Read only what `from_env` is given: the entries decide which environment counts."""
        return (init_settings,)

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


def read_state_dir(env: Mapping[str, str]) -> Path:
    """Read in which folder everything is kept, whatever else is set.

    Raises
    ------
    SettingsError
        If that is invalid.
    """
    try:
        return TypeAdapter(StateDir).validate_python(env.get("STATE_DIR", "").strip() or STATE_DIR)
    except ValidationError as error:
        raise SettingsError(f"STATE_DIR {STATE_DIR_RULE}") from error


def database_url(env: Mapping[str, str]) -> str:
    """Read where the database is, whatever else is set.

    Raises
    ------
    SettingsError
        If that is invalid.
    """
    url = _select_given(env).get("DATABASE_URL") or _make_database_url(read_state_dir(env))
    try:
        return TypeAdapter(DatabaseUrl).validate_python(url)
    except ValidationError:
        # Not `from` it: it may quote a part of the password.
        raise SettingsError(f"DATABASE_URL {DATABASE_URL_RULE}") from None


def _make_database_url(folder: Path) -> str:
    return f"sqlite:///{folder / 'recommender.db'}"


def _select_given(env: Mapping[str, str]) -> dict[str, str]:
    """Drop what is empty, and compose the address of Elastic Beanstalk's database where no other is given."""
    given = {name: stripped for name, value in env.items() if (stripped := value.strip())}
    if "RDS_HOSTNAME" not in given or "DATABASE_URL" in given:
        return given
    if missing := [name for name in RDS if name not in given]:
        raise SettingsError(f"not set: {', '.join(missing)}, though RDS_HOSTNAME is; or set DATABASE_URL")
    user, password, host, port, name = (quote(given[part], safe="") for part in RDS)
    return {**given, "DATABASE_URL": f"postgresql://{user}:{password}@{host}:{port}/{name}"}
