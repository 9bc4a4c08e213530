"""By what candidates are selected: their scores, with what wishes and chance add to them."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from recommender.catalogue.arrays import FloatArray, IntArray
from recommender.ranking.scoring import Scoring


@dataclass(frozen=True, eq=False)
class Selection:
    """The selection scores of a mix.

    bias : (n,) what is added to each row's score; None for nothing
    noise : (n,) what chance adds to the odds of each row, in standard deviations of these; None for none
    """

    scoring: Scoring
    bias: FloatArray | None = None
    noise: FloatArray | None = None

    @cached_property
    def first_stage_scores(self) -> FloatArray:
        """The part of every row's selection score that needs no more than look-ups: (n,)."""
        scores = self.scoring.first_stage_scores
        return scores if self.bias is None else scores + self.bias

    def score(self, rows: IntArray) -> FloatArray:
        """Return the selection score of some rows of one cell: score plus bias and noise."""
        scores = self.scoring.scores(rows)
        return self.add_noise(scores if self.bias is None else scores + self.bias[rows], rows)

    def add_noise(self, scores: FloatArray, rows: IntArray) -> FloatArray:
        """Return the scores of some rows of one cell with what chance adds, if it does.

        The weights are those of a logit, so that the sum of the weighted signals is the logarithm
        of the odds that a song is wanted. Chance adds to the odds: the few songs that stand out
        stay, and of the many that are about as good others are picked. Added to the scores
        it costs half more hidden songs for as many exchanged.
        """
        if self.noise is None or not len(rows):
            return scores
        scale = self.scoring.compute_totals()[int(self.scoring.is_new[rows[0]])]
        best = scores.max()
        odds = np.exp((scores - best) * scale)
        noisy: FloatArray = best + np.log(odds + self.noise[rows] * odds.std()) / scale
        return noisy
