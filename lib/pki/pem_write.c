/* SPDX-License-Identifier: MIT */
#include "pki/pem_write.h"

#include <mbedtls/base64.h>
#include <string.h>

#define LINE_BYTES ((size_t)48)
#define LINE_LEN   ((size_t)65) /* 64 characters of base64 and the line end */
/* "-----BEGIN -----\n" and "-----END -----\n" */
#define FRAME_LEN ((size_t)40)

/* The caller has reserved the room. */
static void encode(struct buf *out, struct slice bytes)
{
    size_t len = 0;
    (void)mbedtls_base64_encode(out->data + out->len, out->cap - out->len, &len,
                                bytes.data, bytes.len);
    out->len += len;
}

bool pem_write_line(struct buf *out, struct slice der)
{
    if (!buf_reserve(out, (der.len / 3 + 1) * 4 + 1)) {
        return false;
    }
    encode(out, der);
    return true;
}

bool pem_write(struct buf *out, const char *label, struct slice der)
{
    /* In one allocation: a growing buf would leave copies of a secret behind. */
    size_t n_lines = der.len / LINE_BYTES + 1;
    if (!buf_reserve(out, n_lines * LINE_LEN + FRAME_LEN + 2 * strlen(label))) {
        return false;
    }
    buf_printf(out, "-----BEGIN %s-----\n", label);
    for (size_t at = 0; at < der.len; at += LINE_BYTES) {
        encode(out, slice_part(der, at, LINE_BYTES));
        buf_append_byte(out, '\n');
    }
    return buf_printf(out, "-----END %s-----\n", label);
}
