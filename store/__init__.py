"""What outlives a request: accounts, sessions, tokens, jobs and playlists."""
