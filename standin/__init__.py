"""A local stand-in for Spotify, for the demo and the tests."""
