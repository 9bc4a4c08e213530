"""The presets of how much of a mix should be new, as the forms offer and send them."""

from dataclasses import dataclass

from flask import abort, request

from recommender.language import mark
from recommender.wishes import DEFAULT_PRESET, PRESETS
from store.tuning import Tuning
from web.language import translate

#: Name of a preset -> what pages call it.
LABELS = {"familiar": mark("Familiar"), "balanced": mark("Balanced"), "discover": mark("Discover")}


@dataclass(frozen=True)
class PresetView:
    """A preset: `percent` of the songs are by artists new to the listener."""

    name: str
    label: str
    percent: int
    is_chosen: bool


def name_preset(name: str) -> str:
    """Return what a page calls a preset."""
    return translate(LABELS[name])


def list_presets(new_percent: int | None = None) -> list[PresetView]:
    """Return the presets; the one with this share of new artists is chosen, the default where None."""
    chosen = round(100 * PRESETS[DEFAULT_PRESET]) if new_percent is None else new_percent
    return [
        PresetView(name, name_preset(name), round(100 * share), round(100 * share) == chosen)
        for name, share in PRESETS.items()
    ]


def read_preset() -> Tuning:
    """Return the tuning of the preset that the form names, the default where it names none."""
    preset = request.form.get("preset") or DEFAULT_PRESET
    return Tuning(new_percent=round(100 * PRESETS[preset])) if preset in PRESETS else abort(400)
