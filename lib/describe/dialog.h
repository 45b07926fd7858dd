/* SPDX-License-Identifier: MIT
 *
 * A certificate as Windows' certificate dialog divides it: the sentences of the page
 * General, the rows of the page Details with each value whole, and what its Show box
 * leaves of them. The page Certification Path is chain/chain's.
 *
 * Windows' words where pki/oid has them; where an extension is not decoded, its bytes
 * in hex. All values are a stranger's: valid UTF-8 that may hold any code point, in
 * lines that end in '\n' but for the last. A page escapes them.
 */
#pragma once

#include "base/buf.h"
#include "pki/certificate.h"

#include <stdbool.h>
#include <stddef.h>

/* Bytes of one value, and how many things of one list are shown; then "and N more". */
#define DIALOG_VALUE_MAX ((size_t)12 * 1024)
#define DIALOG_LIST_MAX  ((size_t)64)

enum dialog_part {
    DIALOG_VERSION_1, /* the fields that already X.509 version 1 has */
    DIALOG_EXTENSION,
    DIALOG_PROPERTY, /* not in the certificate: worked out from it or stored beside it
                      */
};

/* Borrowed, until on_row returns. */
struct dialog_row {
    enum dialog_part part;
    bool is_critical;
    struct slice label;
    struct slice value;
    size_t n_lines; /* of the value */
};

/* Every row, in Windows' order. False when memory ran out. `friendly_name` is what the
 * file called the certificate; NULL or "" = nothing. */
typedef void (*dialog_on_row_fn)(void *user, const struct dialog_row *row);
bool dialog_walk(const struct certificate *cert, const char *friendly_name,
                 dialog_on_row_fn on_row, void *user);

/* The Show box. */
enum dialog_show {
    DIALOG_SHOW_ALL,
    DIALOG_SHOW_VERSION_1,
    DIALOG_SHOW_EXTENSIONS,
    DIALOG_SHOW_CRITICAL,
    DIALOG_SHOW_PROPERTIES,
    DIALOG_SHOW_COUNT
};
/* "Version 1 Fields Only" */
const char *dialog_show_name(enum dialog_show show);
/* "all", "version-1", ...: for addresses and style sheets */
const char *dialog_show_word(enum dialog_show show);
bool dialog_shows(enum dialog_show show, const struct dialog_row *row);

/* The page General: one sentence per purpose ("Proves your identity to a remote
 * computer"), the purpose's name or its OID where Windows has no sentence. Returns
 * false when memory ran out. Without an Enhanced Key Usage: "All purposes". */
typedef void (*dialog_on_purpose_fn)(void *user, struct slice sentence);
bool dialog_walk_purposes(const struct certificate *cert,
                          dialog_on_purpose_fn on_purpose, void *user);

/* The value of an extension in Windows' words, or its bytes in hex. Part of
 * dialog_walk. */
bool dialog_append_extension(struct buf *out, const struct extension *extension);
