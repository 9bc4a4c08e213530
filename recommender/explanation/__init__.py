"""Why each song was picked: signals, facts and phrases."""
