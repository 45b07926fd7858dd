/* SPDX-License-Identifier: MIT */
#include "dialect.h"

#include <string.h>

/* symbol, name, title, how the Server field begins; the order is that in which ties are
 * shown: those in wide use first. */
#define DIALECTS(X)                                                              \
    X(nginx, "nginx", "nginx", "nginx")                                          \
    X(apache, "apache", "Apache httpd", "apache")                                \
    X(haproxy, "haproxy", "HAProxy", NULL)                                       \
    X(node, "node", "Node.js", NULL)                                             \
    X(lighttpd_openssl, "lighttpd-openssl", "lighttpd", "lighttpd")              \
    X(lighttpd_mbedtls, "lighttpd-mbedtls", "lighttpd with mbedTLS", "lighttpd") \
    X(python, "python", "Python's ssl", "basehttp")                              \
    X(stunnel, "stunnel", "stunnel", NULL)                                       \
    X(openssl, "openssl", "openssl s_server", NULL)                              \
    X(gnutls, "gnutls", "gnutls-serv", NULL)                                     \
    X(nginx_optional_no_ca, "nginx-optional-no-ca", "nginx with optional_no_ca", \
      "nginx")                                                                   \
    X(apache_optional_no_ca, "apache-optional-no-ca",                            \
      "Apache httpd with optional_no_ca", "apache")                              \
    X(node_lax, "node-lax", "Node.js without rejectUnauthorized", NULL)          \
    X(openssl_lax, "openssl-lax", "openssl s_server without -verify_return_error", NULL)

#define X(symbol, name, title, field)          \
    extern const unsigned char symbol##_tsv[]; \
    extern const size_t symbol##_tsv_len;
DIALECTS(X)
#undef X

static const struct row {
    const char *name;
    const char *title;
    const char *field;
    const unsigned char *bytes;
    const size_t *len;
} rows[] = {
#define X(symbol, name, title, field) \
    { name, title, field, symbol##_tsv, &symbol##_tsv_len },
    DIALECTS(X)
#undef X
};

size_t dialect_count(void)
{
    return ARRAY_LEN(rows);
}

struct dialect dialect_get(size_t index)
{
    const struct row *row = &rows[index];
    return (
        struct dialect){ row->name, row->title, row->field, { row->bytes, *row->len } };
}

bool dialect_find(const char *name, struct dialect *ret_dialect)
{
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        if (strcmp(rows[i].name, name) == 0) {
            *ret_dialect = dialect_get(i);
            return true;
        }
    }
    return false;
}
