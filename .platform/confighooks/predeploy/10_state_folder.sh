#!/bin/sh
# A change of the settings unpacks the application anew, too.
set -eu
exec .platform/hooks/predeploy/10_state_folder.sh
