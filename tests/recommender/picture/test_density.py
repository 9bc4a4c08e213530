"""Where the catalogue's songs are on the map."""

from dataclasses import replace

import numpy as np
import pytest

from recommender.catalogue.features import NAMES
from recommender.picture import density
from recommender.picture.density import N_CELLS, measure_density
from tests.support.songs import Row, small

ENERGY, VALENCE = NAMES.index("energy"), NAMES.index("valence")


def make(*places):
    """Make a catalogue with a song at each (energy, valence)."""
    catalogue, model = small([Row(f"Song {at}", ("Ann",)) for at in range(len(places))])
    standardised = catalogue.standardised.copy()
    standardised[:, [ENERGY, VALENCE]] = places
    return replace(catalogue, standardised=standardised), model


def test_each_cell_has_its_share_of_the_songs():
    shares = measure_density(*make((0.05, 0.95), (0.05, 0.99), (0.5, 0.5), (0.99, 0.0)))

    assert shares.shape == (N_CELLS, N_CELLS)
    assert (shares[0, 9], shares[5, 5], shares[9, 0]) == (0.5, 0.25, 0.25)
    assert shares.sum() == 1


def test_the_most_energetic_and_happiest_songs_are_in_the_last_cell_and_values_out_of_range_at_the_edge():
    shares = measure_density(*make((1.0, 1.0), (1.5, 1.2), (-0.5, -1)))

    assert shares[9, 9] == pytest.approx(2 / 3)
    assert shares[0, 0] == pytest.approx(1 / 3)


def test_of_a_large_catalogue_so_many_songs_are_counted_evenly_spread(monkeypatch):
    monkeypatch.setattr(density, "MAX_COUNTED", 4)

    shares = measure_density(*make(*[(0.05, 0.05), (0.95, 0.95)] * 4))

    # Every other of eight, from the first.
    assert np.argwhere(shares).tolist() == [[0, 0]]


def test_it_is_worked_out_once_for_all_listeners():
    catalogue, model = make((0.1, 0.2))

    assert measure_density(catalogue, model) is measure_density(catalogue, model)
