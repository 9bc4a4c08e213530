"""Rows written by hand and judged as training judges them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from recommender.catalogue.catalogue import Catalogue, build_catalogue
from recommender.catalogue.features import NAMES
from tests.support.songs import make_dataset
from training.layout import build_arrays


@dataclass(frozen=True)
class Judged:
    """A song with the features that matter; the others are 0."""

    title: str
    artists: tuple[str, ...] = ("Somebody",)
    features: Mapping[str, float] = field(default_factory=dict)


def judge(rows: Sequence[Judged], genres: Mapping[str, tuple[str, ...]] | None = None) -> Catalogue:
    """Make a catalogue of one cluster, whose rows stand in the order of `rows`."""
    features = np.zeros((len(rows), len(NAMES)))
    for place, row in enumerate(rows):
        for name, value in row.features.items():
            features[place, NAMES.index(name)] = value
    dataset = make_dataset(rows, features)
    standardised = np.zeros(features.shape, dtype=np.float32)
    return build_catalogue(build_arrays(dataset, standardised, np.array([0, len(rows)]), genres or {}))
