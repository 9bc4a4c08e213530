import re
from pathlib import Path

import pytest
from dotenv import dotenv_values
from sqlalchemy import make_url

from settings import Settings, SettingsError, database_url, read_state_dir

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


def test_every_invalid_setting_is_named_at_once():
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
    urls = {"DATABASE_URL": "postgresql://u:quiet-1@db/songs", "REDIS_URL": "redis://:quiet-2@queue"}
    shown = repr(Settings.from_env({**ENOUGH, **urls}))

    assert "the-app'" in shown
    for secret in ("a-key-of-the-tests", FIRST_KEY, SECOND_KEY, "the-apps-secret", "quiet-1", "quiet-2"):
        assert secret not in shown


def test_an_invalid_secret_is_not_quoted():
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
        "https://songs.example?a=1",
        "https://songs.example/#top",
        "https://lisa@songs.example",
        "https://songs.example:many",
        "ftp://127.0.0.1",
        "songs.example",
        "https://[songs.example",
        "https://songs.example\\evil",
        "https://songs.example\\@evil.example",
        "https://songs.example:8443\\evil",
        "https://songs.example%0a",
        "https://songs.example%2Fevil",
        "https://songs..example",
        "https://.songs.example",
        "https://songs.example,evil.example",
        "https://songs.example\N{FULLWIDTH SOLIDUS}evil",
        "https://songs\N{LEFT-TO-RIGHT EMBEDDING}.example",
        f"https://{'ü' * 70}.example",
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
def test_no_other_address_gets_a_listeners_data(name, url):
    with pytest.raises(SettingsError, match=f"{name} may only be"):
        Settings.from_env({**ENOUGH, name: url})


def test_a_loopback_address_stands_in_for_spotify():
    settings = Settings.from_env({**ENOUGH, "SPOTIFY_API_URL": "http://127.0.0.1:8001/v1"})

    assert settings.uses_standin


@pytest.mark.parametrize(("word", "source"), [("", "none"), ("None", "none"), ("ReccoBeats", "reccobeats")])
def test_features_come_from_outside_only_where_that_is_set(word, source):
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
        *(("METRICS_ADDRESS", each) for each in ("9180", ":9180", "localhost:9180", "127.0.0.1", "[::1]:0")),
        *(("WORKER_THREADS", threads) for threads in ("0", "33", "two")),
        *(("SPOTIFY_CALLS_A_DAY", calls) for calls in ("-1", "many", "1e5")),
        ("OPERATOR_ID", "two words"),
        ("PROXY_HOPS", "-1"),
        ("PROXY_HOPS", "10"),
        *(("PROXY_HOPS", hops) for hops in ("3.0", "+3", "3 3", "0_1", "-0")),
        *(("PLAYLIST_PUBLIC", flag) for flag in ("on", "off", "y", "t", "2")),
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


# Setting -> what it is given and what is read of it: here with blanks and a line break around.
EVERY_SETTING = {
    "PUBLIC_URL": ("HTTPS://Songs.Example/", "https://songs.example"),
    "SECRET_KEY": (ENOUGH["SECRET_KEY"], ENOUGH["SECRET_KEY"]),
    "TOKEN_KEYS": (f"{FIRST_KEY} ,\t{SECOND_KEY}", (FIRST_KEY, SECOND_KEY)),
    "SPOTIFY_CLIENT_ID": ("the-App", "the-App"),
    "SPOTIFY_CLIENT_SECRET": ("the-Secret", "the-Secret"),
    "SPOTIFY_ACCOUNTS_URL": ("Https://Accounts.Spotify.Com", "https://accounts.spotify.com"),
    "SPOTIFY_API_URL": ("HTTPS://API.SPOTIFY.COM/v1/", "https://api.spotify.com/v1"),
    "SPOTIFY_OPEN_URL": ("HTTP://127.0.0.1:8001", "http://127.0.0.1:8001"),
    "STATE_DIR": ("/var/lib/My songs", Path("/var/lib/My songs")),
    "DATABASE_URL": ("Postgresql://Lisa:Qu1et@DB.Example/Songs", "postgresql://Lisa:Qu1et@db.example/Songs"),
    "REDIS_URL": ("REDISS://:Qu1et@Queue.Example:6380/1", "rediss://:Qu1et@queue.example:6380/1"),
    "MODELS_DIR": ("/var/lib/My models", Path("/var/lib/My models")),
    "PLAYLIST_NAME": ("Songs for  you \N{MAN}\u200d\N{BOY}", "Songs for  you \N{MAN}\u200d\N{BOY}"),
    "PLAYLIST_PUBLIC": ("Yes", True),
    "FEATURE_SOURCE": ("ReccoBeats", "reccobeats"),
    "RECCOBEATS_URL": ("Http://[::1]:8001/V1", "http://[::1]:8001/V1"),
    "PROXY_HOPS": ("02", 2),
    "PREVIEW_MEGABYTES": ("128", 128),
    "WORKER_THREADS": ("08", 8),
    "SPOTIFY_CALLS_A_DAY": ("50000", 50_000),
    "OPERATOR_ID": ("wren.Halloway_7", "wren.Halloway_7"),
    "METRICS_ADDRESS": ("127.0.0.1:9180", "127.0.0.1:9180"),
    "LOG_LEVEL": ("debug", "DEBUG"),
    "LOG_FORMAT": ("json", "json"),
}
# What a careless paste leaves inside: a line break, and blanks and invisible characters where there is one word.
BREAKS = ("\n", "\r\n", "\0", "\x1b")
GAPS = (" ", "\N{NO-BREAK SPACE}", "\N{ZERO WIDTH SPACE}", "\t")
MAY_HAVE_GAPS = {"STATE_DIR", "MODELS_DIR", "PLAYLIST_NAME"}


def test_every_setting_is_in_the_table():
    assert set(EVERY_SETTING) == {name.upper() for name in Settings.model_fields}


@pytest.mark.parametrize("name", EVERY_SETTING)
@pytest.mark.parametrize("around", ["{}", " {} ", "\t{}\r\n", "\N{NO-BREAK SPACE}{}\n"], ids=ascii)
def test_a_setting_is_read_without_the_blanks_around_and_its_scheme_and_host_in_small_letters(name, around):
    given, wanted = EVERY_SETTING[name]

    settings = Settings.from_env({**ENOUGH, name: around.format(given)})

    assert getattr(settings, name.lower()) == wanted


@pytest.mark.parametrize("name", EVERY_SETTING)
@pytest.mark.parametrize("inside", [*BREAKS, *GAPS], ids=ascii)
def test_a_line_break_or_blank_inside_a_setting_is_refused_by_name_and_no_secret_is_quoted(name, inside):
    if inside in GAPS[:-1] and name in MAY_HAVE_GAPS:
        return
    given, _ = EVERY_SETTING[name]
    place = len(given) // 3 or 1

    with pytest.raises(SettingsError) as caught:
        Settings.from_env({**ENOUGH, name: given[:place] + inside + given[place:]})

    sentence = str(caught.value)
    assert re.match(rf"{name} (\(or .*\) )?(must|may) ", sentence), "the only one that is named, and its rule"
    assert "\n" not in sentence
    assert Settings.model_fields[name.lower()].repr or given[place:] not in sentence


@pytest.mark.parametrize(
    "url", ["HTTPS://Songs.Example", " https://songs.example\n", "hTTps://SONGS.example/"]
)
def test_an_https_address_in_any_spelling_is_one_so_that_cookies_do_not_travel_otherwise(url):
    settings = Settings.from_env({**ENOUGH, "PUBLIC_URL": url})

    assert settings.is_https
    assert settings.redirect_uri == "https://songs.example/callback"


@pytest.mark.parametrize(
    ("host", "written"),
    [
        ("Bücher.example:8443", "xn--bcher-kva.example:8443"),
        # By the rules of 2003 these two were other domains.
        ("straße.example", "xn--strae-oqa.example"),
        ("βόλος.example", "xn--nxasmm1c.example"),
        ("例え。example", "xn--r8jz45g.example"),
        ("xn--bcher-kva.example", "xn--bcher-kva.example"),
        ("my_songs.example", "my_songs.example"),
        ("[::FFFF]:8443", "[::ffff]:8443"),
    ],
)
def test_a_host_with_other_letters_is_written_as_browsers_do(host, written):
    settings = Settings.from_env({**ENOUGH, "PUBLIC_URL": f"https://{host}"})

    assert settings.public_url == f"https://{written}"


def test_what_is_kept_lies_in_the_state_folder():
    elsewhere = Settings.from_env({**ENOUGH, "STATE_DIR": "/var/lib/songs"})
    inside = Settings.from_env({**ENOUGH, "STATE_DIR": "kept/here"})

    assert elsewhere.database_url == database_url({"STATE_DIR": "/var/lib/songs"})
    assert elsewhere.database_url == "sqlite:////var/lib/songs/recommender.db"
    assert inside.database_url == "sqlite:///kept/here/recommender.db"
    assert Settings.from_env({**ENOUGH, "STATE_DIR": "x", **RDS}).database_url == OF_RDS


@pytest.mark.parametrize(
    ("given", "meant"),
    [("~", ""), ("~/songs", "songs"), ("~/My songs/kept", "My songs/kept")],
)
def test_a_tilde_is_the_home_where_no_shell_reads_it(monkeypatch, tmp_path, given, meant):
    monkeypatch.setenv("HOME", str(tmp_path))

    settings = Settings.from_env({**ENOUGH, "STATE_DIR": given, "MODELS_DIR": given})

    assert (
        settings.state_dir == settings.models_dir == read_state_dir({"STATE_DIR": given}) == tmp_path / meant
    )
    assert settings.database_url == f"sqlite:///{tmp_path / meant}/recommender.db"


@pytest.mark.parametrize("name", ["STATE_DIR", "MODELS_DIR"])
def test_the_home_of_nobody_is_refused(name):
    with pytest.raises(SettingsError, match=f"^{name} must be the path of a folder"):
        Settings.from_env({**ENOUGH, name: "~nobody-of-this-name/songs"})


def test_a_state_folder_that_a_databases_address_cannot_name_is_refused():
    for read in (lambda env: Settings.from_env({**ENOUGH, **env}), database_url, read_state_dir):
        with pytest.raises(SettingsError, match=r"^STATE_DIR must be the path of a folder"):
            read({"STATE_DIR": "/var/lib/songs?"})


def test_an_address_without_a_host_is_refused():
    with pytest.raises(SettingsError, match="PUBLIC_URL"):
        Settings.from_env({**ENOUGH, "PUBLIC_URL": "https://"})


@pytest.mark.parametrize(
    "url",
    [
        "sqlite:///instance/recommender.db",
        "sqlite:////var/lib/recommender.db",
        "postgresql://lisa:secret@db.example:5432/songs",
        "postgres://lisa:p%40ss%2Fw%3Ard@db.example/songs?sslmode=require",
        "postgresql://lisa@[::1]:5432/songs",
        "postgresql+psycopg://127.0.0.1/songs",
    ],
)
def test_a_database_is_a_file_or_postgresql(url):
    assert Settings.from_env({**ENOUGH, "DATABASE_URL": url}).database_url == url


@pytest.mark.parametrize(
    "url",
    [
        "sqlite:///",
        "sqlite:///:memory:",
        "mysql://lisa:qu1et@db.example/songs",
        "postgresql://lisa:qu1et@db.example:5432/",
        "postgresql://lisa:qu1et@db.example:many/songs",
        "postgresql://lisa:qu1et@db.example:70000/songs",
        "postgresql://lisa:qu1@et@db.example/songs",
        "postgresql://lisa:qu1et/@db.example/songs",
        "postgresql://lisa:qu1et#@db.example/songs",
        "postgresql://lisa:qu1et?@db.example/songs",
        "postgresql://lisa:12/qu1et@db.example/songs",
        "postgresql://[lisa:qu1et@db.example/songs",
    ],
)
def test_an_invalid_database_is_refused_and_not_quoted(url):
    with pytest.raises(SettingsError, match=r"DATABASE_URL .* must be .*percent-encoded") as caught:
        Settings.from_env({**ENOUGH, "DATABASE_URL": url})

    assert "qu1" not in str(caught.value)


RDS = {
    "RDS_HOSTNAME": "songs.rds.example",
    "RDS_PORT": "5432",
    "RDS_DB_NAME": "ebdb",
    "RDS_USERNAME": "lisa",
    "RDS_PASSWORD": "p@ss/w:r%d#?",
}
# At sign, slash, colon, per cent, hash and question mark as RFC 3986 encodes them.
OF_RDS = "postgresql://lisa:p%40ss%2Fw%3Ar%25d%23%3F@songs.rds.example:5432/ebdb"


def test_elastic_beanstalks_database_is_taken_where_no_other_is_given():
    assert Settings.from_env({**ENOUGH, **RDS}).database_url == OF_RDS
    assert Settings.from_env({**ENOUGH, **RDS, "DATABASE_URL": " "}).database_url == OF_RDS
    given = "postgresql://127.0.0.1/songs"
    assert Settings.from_env({**ENOUGH, **RDS, "DATABASE_URL": given}).database_url == given


def test_the_driver_gets_the_password_of_elastic_beanstalk_as_it_was():
    assert make_url(OF_RDS).password == RDS["RDS_PASSWORD"]


def test_a_missing_part_of_elastic_beanstalks_database_is_named():
    with pytest.raises(SettingsError, match="not set: RDS_PASSWORD, RDS_PORT, though RDS_HOSTNAME is"):
        Settings.from_env({**ENOUGH, **RDS, "RDS_PASSWORD": "", "RDS_PORT": ""})


def test_an_invalid_port_of_elastic_beanstalks_database_is_refused():
    with pytest.raises(SettingsError, match=r"RDS_\*"):
        Settings.from_env({**ENOUGH, **RDS, "RDS_PORT": "many"})


def test_the_database_can_be_read_without_the_other_settings():
    assert database_url({}) == "sqlite:///instance/recommender.db"
    assert database_url({**RDS, "LOG_LEVEL": "LOUD"}) == OF_RDS
    with pytest.raises(SettingsError, match="DATABASE_URL"):
        database_url({"DATABASE_URL": "mysql://somewhere"})


@pytest.mark.parametrize(
    "url",
    ["redis://127.0.0.1", "redis://:s%40cret@queue.example:6380/2", "rediss://lisa:secret@queue.example/"],
)
def test_the_queue_may_be_in_redis(url):
    assert Settings.from_env(ENOUGH).redis_url == ""
    assert Settings.from_env({**ENOUGH, "REDIS_URL": url}).redis_url == url


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1",
        "127.0.0.1:6379",
        "redis://",
        "redis://:qu1et@",
        "redis://127.0.0.1/first",
        "redis://:qu1@et@127.0.0.1/0",
        "redis://:qu1et/@127.0.0.1/0",
        "redis://127.0.0.1:70000/0",
    ],
)
def test_an_invalid_redis_is_refused_and_not_quoted(url):
    with pytest.raises(SettingsError, match=r"REDIS_URL must be .*percent-encoded") as caught:
        Settings.from_env({**ENOUGH, "REDIS_URL": url})

    assert "qu1" not in str(caught.value)


def test_a_copy_of_the_example_does_not_hide_elastic_beanstalks_database():
    example = dotenv_values(Path(__file__).parents[1] / ".env.example")

    assert database_url({**{name: value or "" for name, value in example.items()}, **RDS}) == OF_RDS
