#!/bin/sh
# SPDX-License-Identifier: MIT
# curl and what `certgate run` puts into the environment. Any line of this works by itself:
#
#   certgate run --case good --case expired -- sh oneliners.sh
#   certgate run --case expired -- sh -c 'curl --cert "$CERTGATE_CERT" "$CERTGATE_URL/"'
#
# curl trusts the server by CURL_CA_BUNDLE, which is set, too.
set -eux

# Let in, with the certificate of the first --case.
curl --fail --silent --cert "$CERTGATE_CERT" "$CERTGATE_URL/" --output /dev/null

# The same as PKCS #12, and with the key in a file of its own.
curl -fs --cert-type P12 --cert "$CERTGATE_P12:$CERTGATE_P12_PASSWORD" "$CERTGATE_URL/" -o /dev/null
curl -fs --cert "$CERTGATE_CASES/good.crt" --key "$CERTGATE_KEY" "$CERTGATE_URL/" -o /dev/null

# By a name in place of the address, and with the CA named.
curl -fs --cacert "$CERTGATE_CA" --cert "$CERTGATE_CERT" "https://localhost:$CERTGATE_PORT/" -o /dev/null

# What the server knows of us, as JSON: here, who issued the certificate.
curl -fs --cert "$CERTGATE_CERT" "$CERTGATE_URL/whoami" | grep -q '"issued_by": "certgate tests issuing"'

# Another case: the status, and the reason on IIS's page.
test "$(curl -s --cert "$CERTGATE_CASES/expired.pem" -w '%{http_code}' -o /dev/null "$CERTGATE_URL/")" = 403
curl -s --cert "$CERTGATE_CASES/expired.pem" "$CERTGATE_URL/" | grep -q 'HTTP Error 403.17'

# Both versions of TLS.
curl -fs --tls-max 1.2 --cert "$CERTGATE_CERT" "$CERTGATE_URL/" -o /dev/null
curl -fs --tlsv1.3 --cert "$CERTGATE_CERT" "$CERTGATE_URL/" -o /dev/null

# No certificate: 403.7, and what the server saw, by its control.
curl -s "$CERTGATE_URL/none" | grep -q 'HTTP Error 403.7'
curl -fs "$CERTGATE_CONTROL/events?verdict=403.7" | grep -q '"path":"/none"'
