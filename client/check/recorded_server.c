/* SPDX-License-Identifier: MIT */
#include "check/recorded_server.h"

#include <string.h>

/* symbol, name, title, how the Server field begins, the answers' protocol; the order is
 * that in which ties are shown: those in wide use first. */
/* clang-format off */
#define RECORDED(X) \
    X(nginx,                 "nginx",                 "nginx",                          "nginx",    "HTTP/1.1") \
    X(apache,                "apache",                "Apache httpd",                   "apache",   "HTTP/1.1") \
    X(haproxy,               "haproxy",               "HAProxy",                        NULL,       "HTTP/1.1") \
    X(nginx_no_crl,          "nginx-no-crl",          "nginx without ssl_crl",          "nginx",    "HTTP/1.1") \
    X(nginx_optional,        "nginx-optional",        "nginx with optional",            "nginx",    "HTTP/1.1") \
    X(node,                  "node",                  "Node.js",                        NULL,       "HTTP/1.1") \
    X(lighttpd_openssl,      "lighttpd-openssl",      "lighttpd",                       "lighttpd", "HTTP/1.1") \
    X(lighttpd_mbedtls,      "lighttpd-mbedtls",      "lighttpd with mbedTLS",          "lighttpd", "HTTP/1.1") \
    X(python,                "python",                "Python's ssl",                   "basehttp", "HTTP/1.0") \
    X(stunnel,               "stunnel",               "stunnel",                        NULL,       "HTTP/1.1") \
    X(openssl,               "openssl",               "openssl s_server",               NULL,       "HTTP/1.0") \
    X(gnutls,                "gnutls",                "gnutls-serv",                    NULL,       "HTTP/1.0") \
    X(nginx_optional_no_ca,  "nginx-optional-no-ca",  "nginx with optional_no_ca",      "nginx",    "HTTP/1.1") \
    X(nginx_optional_no_ca_no_crl, "nginx-optional-no-ca-no-crl", "nginx with optional_no_ca, without ssl_crl", "nginx", "HTTP/1.1") \
    X(haproxy_ca_ignore_err, "haproxy-ca-ignore-err", "HAProxy with ca-ignore-err all", NULL,       "HTTP/1.1") \
    X(haproxy_crt_ignore_err, "haproxy-crt-ignore-err", "HAProxy with crt-ignore-err all", NULL,    "HTTP/1.1") \
    X(apache_optional_no_ca, "apache-optional-no-ca", "Apache httpd with optional_no_ca", "apache", "HTTP/1.1") \
    X(node_lax,              "node-lax",              "Node.js without rejectUnauthorized", NULL,   "HTTP/1.1") \
    X(openssl_lax,           "openssl-lax",           "openssl s_server without -verify_return_error", NULL, "HTTP/1.0")
/* clang-format on */

#define X(symbol, name, title, field, protocol) \
    extern const unsigned char symbol##_tsv[];  \
    extern const size_t symbol##_tsv_len;
RECORDED(X)
#undef X

static const struct row {
    const char *name;
    const char *title;
    const char *field;
    const char *protocol;
    const unsigned char *bytes;
    const size_t *len;
} rows[] = {
#define X(symbol, name, title, field, protocol) \
    { name, title, field, protocol, symbol##_tsv, &symbol##_tsv_len },
    RECORDED(X)
#undef X
};

size_t recorded_server_count(void)
{
    return ARRAY_LEN(rows);
}

struct recorded_server recorded_server_get(size_t index)
{
    const struct row *row = &rows[index];
    return (struct recorded_server){
        row->name, row->title, row->field, row->protocol, { row->bytes, *row->len }
    };
}

bool recorded_server_find(const char *name, struct recorded_server *ret_server)
{
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        if (strcmp(rows[i].name, name) == 0) {
            *ret_server = recorded_server_get(i);
            return true;
        }
    }
    return false;
}
