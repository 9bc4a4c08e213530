"""Signals with other weights, to measure what each signal is worth."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from recommender.ranking.signals.signal import Signal


def reweigh(signals: Sequence[Signal], weights: Mapping[str, float]) -> tuple[Signal, ...]:
    """Return the signals with the weights of some of them changed, for known artists and new ones alike.

    Parameters
    ----------
    weights : name of a signal -> its new weight, at least 0

    Raises
    ------
    ValueError
        If there is no such signal, or a weight is negative.
    """
    if unknown := weights.keys() - {signal.name for signal in signals}:
        raise ValueError(f"there are no signals named {', '.join(sorted(unknown))}")
    return tuple(
        replace(signal, known_weight=weights[signal.name], new_weight=weights[signal.name])
        if signal.name in weights
        else signal
        for signal in signals
    )
