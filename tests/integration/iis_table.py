# SPDX-License-Identifier: MIT
"""The table of iis_rows.tsv, and which rows it must have."""
import pathlib
import sys

TABLE = pathlib.Path(__file__).with_name("iis_rows.tsv")

# What the reference numbers, and what it names. The names are those of netsh, of
# <access sslFlags>, of Schannel's registry values and of IIS's configuration.
ROWS = (
    [str(n) for n in range(1, 38)] +
    [f"2b.{n}" for n in range(1, 8)] + ["2b.order-A", "2b.order-B", "2b.offline-loses"] +
    ["3a." + name for name in (
        "ipport", "hostnameport", "ccs", "certhash", "certstorename", "appid",
        "clientcertnegotiation", "verifyclientcertrevocation",
        "verifyrevocationwithcachedclientcertonly", "usagecheck", "revocationfreshnesstime",
        "urlretrievaltimeout", "sslctlidentifier", "sslctlstorename", "dsmapperusage", "reject",
        "disablehttp2", "disablequic", "disabletls13", "disableocspstapling",
        "enabletokenbinding", "logextendedevents", "disablelegacytls", "enablesessionticket",
        "disabletls12", "disableauthorityinfoaccess", "show")] +
    ["3b." + name for name in (
        "None", "Ssl", "SslNegotiateCert", "SslRequireCert", "SslMapCert", "Ssl128",
        "require-without-negotiate", "scope")] +
    ["3c." + name for name in (
        "SendTrustedIssuerList", "list-source", "list-size", "list-content",
        "ClientAuthTrustMode", "lab-nuance", "ServerCacheTime", "CertificateMappingMethods",
        "LocalMachine-only", "WinHTTP-proxy")] +
    ["3d." + name for name in (
        "clientCertificateMappingAuthentication", "iisClientCertificateMappingAuthentication",
        "oneToOneMappings", "manyToOneMappings", "rules", "precedence", "user")])

# Rows that take several lines: how many. Without the number, nothing knew that one is missing.
SEVERAL_LINES = {
    "3": 2, "4": 2, "5": 2, "11": 2, "12": 2, "13": 3, "14": 2, "17": 2, "20": 3, "22": 2,
    "25": 2, "26": 2, "29": 6, "30": 3, "31": 6, "3a.clientcertnegotiation": 2,
    "3a.sslctlstorename": 2, "3b.SslNegotiateCert": 2, "3b.SslRequireCert": 2,
    "3b.require-without-negotiate": 2, "3c.lab-nuance": 3,
}


def read_table():
    rows = []
    for number, line in enumerate(TABLE.read_text(encoding="utf-8").splitlines(), 1):
        if line and not line.startswith("#"):
            fields = line.split("\t")
            if len(fields) != 7:
                sys.exit(f"{TABLE.name}, line {number}: {len(fields)} fields, not 7")
            rows.append(fields)
    return rows
