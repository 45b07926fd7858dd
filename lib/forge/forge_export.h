/* SPDX-License-Identifier: MIT
 *
 * A case's certificate as a file to take away: for browsers, phones and tools. The
 * desk's downloads and `certgate forge --p12` are the same bytes by this.
 */
#pragma once

#include "bundle/pkcs12.h"
#include "forge/forge.h"

/* The password of every PKCS#12 file. It protects nothing, since the page that offers
 * the file shows it, but importers differ in how they read an empty one. */
#define FORGE_PASSWORD "certgate"

enum forge_format {
    FORGE_P12,        /* Triple DES, HMAC-SHA-1: imports everywhere */
    FORGE_P12_MODERN, /* AES-256, PBKDF2 and HMAC with SHA-256 */
    FORGE_PEM,        /* private key, certificate, chain as sent */
    FORGE_CRT,        /* the certificate alone, as PEM */
    FORGE_FORMAT_COUNT
};

struct forge_format_info {
    const char *suffix; /* end of a file's name, after the case's: "-modern.p12" */
    const char *type;   /* of the media */
    bool has_key;
};
const struct forge_format_info *forge_format_get(enum forge_format format);

/* "expired-modern.p12": the case "expired", FORGE_P12_MODERN. NULL if it is not the
 * name of a case's file, and for the case without a certificate. */
const struct recipe *forge_format_parse(const struct recipe_table *cases,
                                        const char *file_name,
                                        enum forge_format *ret_format);

/* Appends the file, as of `now`. With a key it is a secret: buf_finish_secret(). */
int forge_export(struct forge_world *world, const struct recipe *recipe,
                 enum forge_format format, int64_t now, struct buf *out,
                 struct err *err) MUST_CHECK;

/* The same as PKCS#12 only, of a credential that the caller has, under a given name
 * (UTF-8). It is a secret: buf_finish_secret(). */
int forge_export_p12(const struct forge_credential *credential,
                     const char *friendly_name, enum pkcs12_flavour flavour,
                     struct buf *out, struct err *err) MUST_CHECK;
