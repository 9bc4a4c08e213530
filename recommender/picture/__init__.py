"""A picture of a listener's taste in figures: the tastes, a map of the songs, their years and their sound."""
