#!/bin/sh
# A change of the settings unpacks the application anew, too.
set -eu
exec .platform/hooks/prebuild/10_https_redirect.sh
