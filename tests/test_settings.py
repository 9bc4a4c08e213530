import pytest

from settings import Settings, SettingsError

FIRST_KEY, SECOND_KEY = "first-key-" + "A" * 33 + "=", "second-key-" + "B" * 32 + "="
ENOUGH = {
    "PUBLIC_URL": "https://songs.example",
    "SECRET_KEY": "a-key-of-the-tests-that-is-long-enough",
    "TOKEN_KEYS": f"{FIRST_KEY}, {SECOND_KEY}",
    "SPOTIFY_CLIENT_ID": "the-app",
    "SPOTIFY_CLIENT_SECRET": "the-apps-secret",
}


def test_every_missing_setting_is_named_at_once():
    with pytest.raises(SettingsError) as caught:
        Settings.from_env({})

    assert "PUBLIC_URL, SECRET_KEY, TOKEN_KEYS, SPOTIFY_CLIENT_ID, SPOTIFY_CLIENT_SECRET" in str(caught.value)


@pytest.mark.parametrize("name", ENOUGH)
@pytest.mark.parametrize("blank", ["", "  "])
def test_an_empty_setting_counts_as_missing(name, blank):
    with pytest.raises(SettingsError, match=f"not set: {name};"):
        Settings.from_env({**ENOUGH, name: blank})


def test_every_senseless_setting_is_named_at_once():
    with pytest.raises(SettingsError) as caught:
        Settings.from_env({**ENOUGH, "PROXY_HOPS": "many", "LOG_LEVEL": "LOUD", "PLAYLIST_PUBLIC": "perhaps"})

    assert [name in str(caught.value) for name in ("PROXY_HOPS", "LOG_LEVEL", "PLAYLIST_PUBLIC")] == [
        True
    ] * 3


def test_what_is_not_given_has_a_default():
    settings = Settings.from_env({**ENOUGH, "DATABASE_URL": "", "LOG_LEVEL": ""})

    assert settings.spotify_api_url == "https://api.spotify.com/v1"
    assert settings.database_url == "sqlite:///instance/recommender.db"
    assert str(settings.models_dir) == "models"
    assert (settings.playlist_public, settings.proxy_hops, settings.log_level) == (False, 0, "INFO")
    assert not settings.uses_standin


def test_secrets_are_not_in_the_repr():
    shown = repr(Settings.from_env(ENOUGH))

    assert "the-app'" in shown
    for secret in ("a-key-of-the-tests", FIRST_KEY, SECOND_KEY, "the-apps-secret"):
        assert secret not in shown


def test_a_senseless_secret_is_not_quoted():
    with pytest.raises(SettingsError) as caught:
        Settings.from_env({**ENOUGH, "SECRET_KEY": "too-short"})

    assert "SECRET_KEY" in str(caught.value)
    assert "too-short" not in str(caught.value)


def test_keys_are_split_at_commas():
    assert Settings.from_env(ENOUGH).token_keys == (FIRST_KEY, SECOND_KEY)


@pytest.mark.parametrize("url", ["http://127.0.0.1:8000", "http://[::1]:8000", "https://songs.example/"])
def test_a_public_address_is_https_or_a_loopback_address(url):
    settings = Settings.from_env({**ENOUGH, "PUBLIC_URL": url})

    assert settings.redirect_uri == url.rstrip("/") + "/callback"
    assert settings.is_https == url.startswith("https")


@pytest.mark.parametrize(
    "url",
    [
        "http://localhost:8000",
        "https://localhost",
        "http://songs.example",
        "http://192.168.0.2:8000",
        "https://songs.example/music",
        "ftp://127.0.0.1",
        "songs.example",
    ],
)
def test_what_spotify_would_refuse_as_a_public_address_is_refused(url):
    with pytest.raises(SettingsError, match="PUBLIC_URL must be"):
        Settings.from_env({**ENOUGH, "PUBLIC_URL": url})


SPOTIFYS = {
    "SPOTIFY_ACCOUNTS_URL": "https://accounts.spotify.com",
    "SPOTIFY_API_URL": "https://api.spotify.com/v1",
    "SPOTIFY_OPEN_URL": "https://open.spotify.com",
}
RECCOBEATS = {"RECCOBEATS_URL": "https://api.reccobeats.com/v1"}


@pytest.mark.parametrize("name", SPOTIFYS | RECCOBEATS)
@pytest.mark.parametrize("end", ["", "/"])
def test_the_services_own_addresses_are_taken(name, end):
    address = (SPOTIFYS | RECCOBEATS)[name]

    settings = Settings.from_env({**ENOUGH, name: address + end})

    assert getattr(settings, name.lower()) == address
    assert not settings.uses_standin


@pytest.mark.parametrize("name", SPOTIFYS | RECCOBEATS)
@pytest.mark.parametrize(
    "url",
    [
        "https://elsewhere.example",
        "https://api.spotify.com.elsewhere.example/v1",
        "http://127.0.0.1.elsewhere.example",
        "http://127.0.0.1@elsewhere.example",
        "http://localhost:8001",
        "http://10.0.0.1",
        "nonsense",
    ],
)
def test_no_other_address_gets_what_is_the_listeners(name, url):
    with pytest.raises(SettingsError, match=f"{name} may only be"):
        Settings.from_env({**ENOUGH, name: url})


def test_a_loopback_address_stands_in_for_spotify():
    settings = Settings.from_env({**ENOUGH, "SPOTIFY_API_URL": "http://127.0.0.1:8001/v1"})

    assert settings.uses_standin


@pytest.mark.parametrize(("word", "source"), [("", "none"), ("None", "none"), ("ReccoBeats", "reccobeats")])
def test_features_come_from_outside_only_where_that_is_said(word, source):
    assert Settings.from_env({**ENOUGH, "FEATURE_SOURCE": word}).feature_source == source


@pytest.mark.parametrize(
    ("word", "flag"), [("yes", True), ("TRUE", True), ("1", True), ("no", False), ("0", False)]
)
def test_a_flag_is_yes_or_no(word, flag):
    assert Settings.from_env({**ENOUGH, "PLAYLIST_PUBLIC": word}).playlist_public is flag


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "mysql://somewhere"),
        ("PLAYLIST_NAME", "x" * 101),
        ("FEATURE_SOURCE", "spotify"),
        ("PROXY_HOPS", "-1"),
        ("PROXY_HOPS", "10"),
    ],
)
def test_a_value_out_of_bounds_is_refused(name, value):
    with pytest.raises(SettingsError, match=name):
        Settings.from_env({**ENOUGH, name: value})


@pytest.mark.parametrize("keys", ["short", f"{FIRST_KEY},", f"{FIRST_KEY},short", "ü" * 44])
def test_keys_that_cannot_encrypt_are_refused_and_not_quoted(keys):
    with pytest.raises(SettingsError, match="TOKEN_KEYS must be Fernet keys") as caught:
        Settings.from_env({**ENOUGH, "TOKEN_KEYS": keys})

    assert keys not in str(caught.value)


def test_an_address_without_a_host_is_refused():
    with pytest.raises(SettingsError, match="PUBLIC_URL"):
        Settings.from_env({**ENOUGH, "PUBLIC_URL": "https://"})
