"""How good the picks are, measured on real playlists by the songs that their owners really added."""
