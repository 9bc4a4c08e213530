"""Signals with other weights: for a listener's adventure, and to measure what each signal is worth."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from recommender.ranking.signals.signal import Favours, Signal

# By how much weights are multiplied or divided at most.
STRETCH = 8.0


def reweigh(signals: Sequence[Signal], weights: Mapping[str, float]) -> tuple[Signal, ...]:
    """Return the signals with the weights of some of them changed.

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
    return tuple(replace(signal, weight=weights.get(signal.name, signal.weight)) for signal in signals)


def stretch_weights(signals: Sequence[Signal], adventure: float) -> tuple[Signal, ...]:
    """Return the signals with the weights for a listener who wants what is familiar (0), or new (1).

    At 0 the signals that favour the familiar count `STRETCH` times as much, and
    those that favour the new that much less; at 1 it is the other way round. In
    between the factor is a power of `STRETCH`: at 0.5 nothing changes.
    """
    stretch = STRETCH ** (2 * adventure - 1)
    familiar = {
        signal.name: signal.weight / stretch for signal in signals if signal.favours is Favours.FAMILIAR
    }
    new = {signal.name: signal.weight * stretch for signal in signals if signal.favours is Favours.NEW}
    return reweigh(signals, familiar | new)
