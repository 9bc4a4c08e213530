"""The tastes in a library: the features of its songs, their clusters, artists and years."""
