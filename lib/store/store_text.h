/* SPDX-License-Identifier: MIT
 *
 * Foreign text for the sentences of store/store: escaped for a terminal, bounded,
 * and by value, so that it stands directly in an argument list. Part of store/store.
 */
#pragma once

#include "pki/certificate.h"
#include "pki/crl.h"

#define STORE_TEXT_MAX 256

struct store_text {
    char text[STORE_TEXT_MAX];
};

/* A path; a long one loses its beginning, for the file's name matters most. */
struct store_text store_text_path(const char *path);
/* The file's name alone. */
struct store_text store_text_file(const char *path);
/* What Windows shows as "Issued to", cut at 64 bytes. */
struct store_text store_text_name(const struct certificate *cert);
/* The name of a list's issuer, as far as it can be read; "its CA" if it cannot. */
struct store_text store_text_crl_issuer(const struct crl *crl);
/* Its purposes, in words with their OIDs. */
struct store_text store_text_purposes(const struct certificate *cert);
/* The host names it is good for, as "DNS:a, DNS:b". */
struct store_text store_text_hosts(const struct certificate *cert);
/* SHA-1 in lower-case hex, as netsh and IIS know the certificate. */
struct store_text store_text_thumbprint(const struct certificate *cert);
