"""What can go wrong in the core.

RecommenderError
├── BadDataset         the training input cannot be used
├── NoCluster          training was to run on a cluster, which cannot be used
├── BadModels          models/ is missing, damaged or does not fit this program
└── NoRecommendation   there is nothing to recommend from, or nothing left to recommend
    ├── EmptyLibrary       the listener has saved no song
    ├── NothingMatched     none of the saved songs is in the catalogue
    ├── NothingNew         the listener has every song that could be picked
    ├── NothingFits        how the mix is tuned leaves nothing
    └── AllRuledOut        what the listener never wants leaves nothing
"""

from recommender.language import ToldError


class RecommenderError(ToldError):
    """Any failure of the core; it tells what to do about it."""


class BadDataset(RecommenderError):
    """The training input cannot be read, lacks a column or has too many bad rows."""


class NoCluster(RecommenderError):
    """The cluster on which training was to run does not answer, has no worker, or cannot do it."""


class BadModels(RecommenderError):
    """`models/` is missing, damaged or was built for another version of the program."""


class NoRecommendation(RecommenderError):
    """There is nothing to recommend from, or nothing left to recommend."""


class EmptyLibrary(NoRecommendation):
    """The listener has saved no song at all."""


class NothingMatched(NoRecommendation):
    """The listener has saved songs, but the catalogue knows none of them."""


class NothingNew(NoRecommendation):
    """The listener has every song of the catalogue in each of their tastes."""


class NothingFits(NoRecommendation):
    """How the listener has tuned the mix leaves nothing to pick."""


class AllRuledOut(NoRecommendation):
    """What the listener never wants leaves nothing to pick."""
