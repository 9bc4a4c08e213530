#!/bin/sh
# The database's file and the queue's lie in instance/. They outlive deployments, which
# replace the application's folder, and only the application may read them.
set -eu
install -d -o webapp -g webapp -m 0700 /var/lib/music-recommender
ln -sfn /var/lib/music-recommender instance
