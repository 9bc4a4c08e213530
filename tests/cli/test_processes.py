import os

from cli.processes import load_environment


def test_keys_are_made_once_and_for_the_owner_only(tmp_path):
    before = load_environment(tmp_path, make_keys=False)
    first = load_environment(tmp_path, make_keys=True)
    second = load_environment(tmp_path, make_keys=True)

    keys = tmp_path / "instance" / "keys.env"
    assert keys.stat().st_mode & 0o777 == 0o600
    assert before.get("SECRET_KEY") == os.environ.get("SECRET_KEY")
    assert len(first["SECRET_KEY"]) >= 32
    assert (first["SECRET_KEY"], first["TOKEN_KEYS"]) == (second["SECRET_KEY"], second["TOKEN_KEYS"])


def test_the_environment_overrides_both_files(tmp_path, monkeypatch):
    (tmp_path / "instance").mkdir()
    (tmp_path / "instance" / "keys.env").write_text("SECRET_KEY=file\nTOKEN_KEYS=keys\n")
    (tmp_path / ".env").write_text("TOKEN_KEYS=env\nPLAYLIST_NAME=env\nLOG_LEVEL=ERROR\n")
    monkeypatch.delenv("SECRET_KEY", raising=False)
    monkeypatch.delenv("TOKEN_KEYS", raising=False)
    monkeypatch.setenv("PLAYLIST_NAME", "environment")
    monkeypatch.delenv("LOG_LEVEL", raising=False)

    found = load_environment(tmp_path, make_keys=False)

    wanted = {"SECRET_KEY": "file", "TOKEN_KEYS": "env", "PLAYLIST_NAME": "environment", "LOG_LEVEL": "ERROR"}
    assert {name: found[name] for name in wanted} == wanted
