"""The presets of how much of a mix should be new, as the forms offer and send them."""

from dataclasses import dataclass

from flask import abort, request

from recommender.wishes import DEFAULT_PRESET, PRESETS
from store import jobs
from store.accounts import Account
from web.context import context


@dataclass(frozen=True)
class PresetView:
    """A preset: `percent` of the songs are by artists new to the listener."""

    name: str
    percent: int
    is_chosen: bool


def list_presets(account: Account) -> list[PresetView]:
    """Return the presets; the one that the listener wished for last is chosen."""
    chosen = _get_last(account)
    return [PresetView(name, round(100 * share), name == chosen) for name, share in PRESETS.items()]


def read_preset(account: Account) -> str:
    """Return the preset that the form names, and the listener's last where it names none."""
    preset = request.form.get("preset") or _get_last(account)
    return preset if preset in PRESETS else abort(400)


def _get_last(account: Account) -> str:
    preset = jobs.get_last_preset(context().database, account.id)
    return preset or DEFAULT_PRESET
