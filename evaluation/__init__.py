"""How good the picks are, measured on real playlists: which songs a listener really had added."""
