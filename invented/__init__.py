"""The invented catalogue: songs and artists that do not exist, for the demo and the tests."""
