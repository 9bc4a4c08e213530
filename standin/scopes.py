"""Spotify's scopes, in words for the consent page."""

#: Scope -> what the listener allows with it.
SCOPES = {
    "user-library-read": "See the songs you have saved",
    "user-library-modify": "Add songs to your library and take them out",
    "playlist-read-private": "See your playlists, those not shown on your profile too",
    "playlist-read-collaborative": "See the playlists you make with others",
    "playlist-modify-private": "Make and change playlists that are not shown on your profile",
    "playlist-modify-public": "Make and change playlists that are shown on your profile",
    "ugc-image-upload": "Set the covers of your playlists",
    "user-read-private": "See your name and picture",
    "user-read-email": "See your e-mail address",
    "user-follow-read": "See whom you follow",
    "user-follow-modify": "Change whom you follow",
    "user-top-read": "See what you listen to most",
    "user-read-recently-played": "See what you listened to lately",
    "user-read-playback-position": "See how far you are in what you listen to",
    "user-read-playback-state": "See what you are playing, and where",
    "user-read-currently-playing": "See what you are playing",
    "user-modify-playback-state": "Control what you are playing",
    "streaming": "Play music in your name",
    "app-remote-control": "Control Spotify on this device",
}
