"""A local Spotify and an invented catalogue, for the demo and the tests."""
