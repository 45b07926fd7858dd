/* SPDX-License-Identifier: MIT
 *
 * The certificate that a client shows, and the CAs that it trusts, from the user's
 * files. A certificate is sent as the file has it: nothing about it is checked
 * here, because showing bad ones is the purpose.
 */
#pragma once

#include "base/err.h"
#include "forge/forge.h"
#include "pki/certificate.h"

#include <stdbool.h>
#include <stddef.h>

#define CREDENTIAL_FILE_MAX  ((size_t)4 * 1024 * 1024)
#define CREDENTIAL_CHAIN_MAX ((size_t)128)

/* FILE or FILE:PASSWORD, as with curl's --cert; a file with a colon in its name takes
 * precedence. `password` stays as it is when there is none. Both are cut out of `text`.
 */
void credential_split(char *text, const char **ret_file, const char **password);

/* PEM with any number of certificates (sent in the file's order), one DER, or PKCS#12,
 * whose password is asked for at a terminal if none is given (NULL); the key from
 * `key_file`, or, if NULL, from the same file. The caller finishes it with
 * forge_credential_finish. */
int credential_load(const char *file, const char *key_file, const char *password,
                    struct forge_credential *ret_credential, struct err *err)
    MUST_CHECK;

struct credential_cas {
    struct certificate **certs; /* owned */
    size_t n_certs;
};
/* All certificates of a PEM file, or one DER. */
int credential_cas_load(const char *file, struct credential_cas *ret_cas,
                        struct err *err) MUST_CHECK;
/* One more CA, copied from DER. */
int credential_cas_add(struct credential_cas *cas, struct slice der, struct err *err)
    MUST_CHECK;
void credential_cas_finish(struct credential_cas *cas); /* accepts a zeroed one */
