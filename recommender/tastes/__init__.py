"""What a library tells of its listener: the sound of the songs, their clusters, artists and years."""
