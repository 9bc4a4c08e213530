"""The steps of training that lay the catalogue out; the server imports none of them."""

SEED = 0
