#!/bin/sh
# SPDX-License-Identifier: MIT
# How a script's requests get on with a server that wants client certificates, as IIS does.
# TAP, for prove(1) and whatever else reads it. Copy this file; certgate and curl have to be
# in PATH. It starts its own server, so there is nothing to set up:
#
#   prove test.sh        or        sh test.sh
set -u

[ -n "${CERTGATE_URL-}" ] || exec certgate run -- sh "$0" "$@"

n=0
failed=0
ok() { # name, command...: passes if the command does
    name=$1
    shift
    n=$((n + 1))
    if said=$("$@" 2>&1); then
        echo "ok $n - $name"
    else
        failed=$((failed + 1))
        echo "not ok $n - $name"
        printf '%s\n' "$said" | sed 's/^/# /'
    fi
}

# The program under test: put yours here. Prints the status, as "403.16".
fetch() { # case
    page=$CERTGATE_HOME/page.html
    set -- "$1" --silent --show-error --output "$page" --write-out '%{http_code}'
    case $1 in
    none) shift ;;
    *) name=$1 && shift && set -- --cert "$CERTGATE_CASES/$name.pem" "$@" ;;
    esac
    status=$(curl "$@" "$CERTGATE_URL/") || return
    detail=$(sed -n 's/.*HTTP Error \(403\.[0-9]*\).*/\1/p' "$page" | head -n 1)
    echo "${detail:-$status}"
}

gets() { # case, what it must get
    got=$(fetch "$1") || got="$got, and curl failed"
    [ "$got" = "$2" ] || {
        echo "got $got, want $2"
        return 1
    }
}

# `certgate list` shows all of them, and what each must get.
ok 'a good certificate is let in' gets good 200
ok 'without one: 403.7' gets none 403.7
ok 'for servers only: 403.16' gets eku-server 403.16
ok 'of a root that nobody knows: 403.16' gets unknown-root 403.16
ok 'expired: 403.17' gets expired 403.17
ok 'the server saw the expired one once' \
    certgate expect --subject CN=expired --verdict 403.17 --count 1 --within 5s

ok 'the good one is revoked' certgate revoke good
ok 'now it gets 403.13' gets good 403.13
ok 'its issuer takes that back' certgate revoke good --reset
ok 'and it is let in again' gets good 200

echo "1..$n"
[ "$failed" -eq 0 ]
