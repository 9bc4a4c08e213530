#!/bin/sh
# The database outlives deployments, and only the application may read it.
set -eu
install -d -o webapp -g webapp -m 0700 /var/lib/music-recommender
