#!/bin/sh
# SPDX-License-Identifier: MIT
# Holds a server of your own to the answers that it gave when they were recorded: what it
# does with each of over a hundred client certificates, on TLS 1.2 and 1.3.
#
#   certgate ca export --out ca.pem --crls crl.pem    # what the server has to trust
#   sh regression.sh --record https://localhost:8443/ # once: writes expected.tsv
#   sh regression.sh https://localhost:8443/          # in CI: 0 if nothing has changed
#
# Further arguments are for `certgate check`: --cacert FILE for the server's own CA, 'eku-*'
# for some of the cases only. Commit expected.tsv, and read it: what is let in there that
# should not be stays let in. Without that file the server is held to what is sound.
#
# Leaves certgate.xml (JUnit). In a workflow of GitHub's, what has changed also becomes
# annotations, and the whole table the step's summary; certgate does that by itself.
set -eu

expected=$(dirname "$0")/expected.tsv
if [ "${1-}" = --record ]; then
    shift
    status=0
    certgate check "$@" --expect strict --save-expect "$expected" || status=$?
    [ "$status" -eq 0 ] || [ "$status" -eq 1 ] || exit "$status"
    echo "regression.sh: wrote $expected"
    [ "$status" -eq 0 ] || echo 'regression.sh: not all of that is sound, see above'
    exit 0
fi
[ -f "$expected" ] || expected=strict
exec certgate check "$@" --expect "$expected" --junit "${CERTGATE_JUNIT:-certgate.xml}"
