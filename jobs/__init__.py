"""The long work: making, refreshing and writing a playlist, whatever happens."""
