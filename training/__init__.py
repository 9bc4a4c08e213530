"""Training: files of songs in, `models/` out; the server imports none of it."""

SEED = 0
