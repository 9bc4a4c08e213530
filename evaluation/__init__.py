"""How good the picks are, measured on real playlists: what would the listener really have added?"""
