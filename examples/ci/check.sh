#!/bin/sh
# Judges a zone before it is published, without the network: the zone as it would be, over a recording of all else.
#   sh check.sh                                          the zone as it is
#   sh check.sh changes/bad/bluebird.example.zone        a change to it
# Further arguments go to `mailsetup audit`, such as --format github.
set -eu
cd "$(dirname "$0")"
zone=${1:-zones/bluebird.example.zone}
[ $# -eq 0 ] || shift
exec mailsetup audit bluebird.example --offline --zone "$zone" --from snapshots --max-age 36500 "$@"
