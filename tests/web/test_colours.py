"""The colours of tastes: told apart by every eye, and readable on what they stand on."""

import re
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest

from web.playlist_page import N_COLOURS

STYLE = (Path(__file__).parents[2] / "static" / "style.css").read_text(encoding="utf-8")
SCHEMES = ("light", "dark")
# How eyes without one kind of cone see linear RGB: G. M. Machado, M. M. Oliveira and L. A. F. Fernandes,
# "A physiologically-based model for simulation of color vision deficiency", 2009, severity 1.
EYES = {
    "usual": np.eye(3),
    "protanope": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deuteranope": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "tritanope": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
}  # fmt: skip
XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
WHITE = XYZ.sum(axis=1)
#: Ten times what the eye just notices, in CIELAB.
MIN_DISTANCE = 20
MIN_CONTRAST = 4.5


def read_colour(name, scheme):
    """Return a token of the stylesheet as linear RGB."""
    colours = re.search(rf"--{name}: light-dark\((#[0-9a-f]+), (#[0-9a-f]+)\)", STYLE).groups()
    hexed = colours[SCHEMES.index(scheme)]
    encoded = np.array([int(hexed[at : at + 2], 16) for at in (1, 3, 5)]) / 255
    return np.where(encoded <= 0.04045, encoded / 12.92, ((encoded + 0.055) / 1.055) ** 2.4)


def compute_lab(colour):
    """Return linear RGB in CIELAB."""
    ratio = XYZ @ np.clip(colour, 0, 1) / WHITE
    x, y, z = np.where(ratio > 0.008856, np.cbrt(ratio), 7.787 * ratio + 16 / 116)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def compute_contrast(one, other):
    """Return the contrast of two colours as WCAG has it."""
    darker, lighter = sorted((XYZ[1] @ one, XYZ[1] @ other))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("eye", EYES)
def test_any_two_tastes_are_told_apart(scheme, eye):
    seen = [
        compute_lab(np.array(EYES[eye]) @ read_colour(f"taste-{number}", scheme))
        for number in range(N_COLOURS)
    ]

    distances = {
        (one, other): np.linalg.norm(seen[one] - seen[other])
        for one, other in combinations(range(N_COLOURS), 2)
    }
    assert {pair: distance for pair, distance in distances.items() if distance < MIN_DISTANCE} == {}


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("number", range(N_COLOURS))
def test_the_number_of_a_taste_is_readable_on_its_colour(scheme, number):
    surface, colour = read_colour("surface", scheme), read_colour(f"taste-{number}", scheme)

    assert compute_contrast(surface, colour) >= MIN_CONTRAST
