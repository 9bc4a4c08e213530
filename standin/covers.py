"""Cover art drawn from an id: the same id always looks the same."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

# The drawing's side; every shape is given in these units.
SIDE = 100


@dataclass(frozen=True, slots=True)
class Shape:
    """A disc (`r` > 0) around (x, y), or a bar from the bottom up to `y`; `hue` in degrees."""

    x: int
    y: int
    r: int
    hue: int
    opacity: float


@dataclass(frozen=True, slots=True)
class Cover:
    """A background gradient from one hue to another, and the shapes on it."""

    id: str
    from_hue: int
    to_hue: int
    is_ringed: bool
    shapes: tuple[Shape, ...]


def design_cover(thing_id: str) -> Cover:
    """Choose hues and one of three patterns: discs, rings or bars."""
    digest = iter(hashlib.blake2b(thing_id.encode(), digest_size=64).digest())
    hue = next(digest) * 360 // 256
    pattern = next(digest) % 3
    shapes = tuple(_bars(digest, hue) if pattern == 2 else _discs(digest, hue))
    return Cover(thing_id, hue, (hue + 40 + next(digest) % 80) % 360, pattern == 1, shapes)


def _discs(digest: Iterator[int], hue: int) -> Iterator[Shape]:
    for _ in range(5):
        x, y = next(digest) % SIDE, next(digest) % SIDE
        yield Shape(x, y, 10 + next(digest) % 30, _near(digest, hue), 0.55)


def _bars(digest: Iterator[int], hue: int) -> Iterator[Shape]:
    for x in range(10, SIDE - 10, 10):
        yield Shape(x, 20 + next(digest) % 60, 0, _near(digest, hue), 0.8)


def _near(digest: Iterator[int], hue: int) -> int:
    """Stay on one side of the colour circle, so that covers do not look like confetti."""
    return (hue + next(digest) * 150 // 256) % 360
