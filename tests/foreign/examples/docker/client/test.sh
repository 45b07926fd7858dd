#!/bin/sh
# The test of a client of yours: exit code 0 if it gets on with each certificate.
set -eu

gets() { # case, status, words on the page
    page=$(curl --silent --show-error --cert "$CERTGATE_CASES/$1.pem" \
        --write-out '\n%{http_code}' "$CERTGATE_URL/")
    case $page in
    *"$3"*"
$2") echo "$1: $2" ;;
    *)
        echo "$1: not $2 with \"$3\" but $(printf '%s' "$page" | tail -n 1)"
        exit 1
        ;;
    esac
}

gets good 200 ''
gets expired 403 'HTTP Error 403.17'
gets eku-server 403 'HTTP Error 403.16'
gets revoked 403 'HTTP Error 403.13'

# What the server saw.
curl --fail --silent "$CERTGATE_CONTROL/events?type=request" | grep -q '"verdict":"REVOKED"'
