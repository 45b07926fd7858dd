/* SPDX-License-Identifier: MIT */
#include "store/store_text.h"

#include "base/text.h"
#include "describe/describe.h"
#include "pki/der.h"
#include "pki/name.h"

#include <stdio.h>
#include <string.h>

#define NAME_MAX_LEN ((size_t)64)
#define ELLIPSIS     "..."

/* Copies `plain`, escaped, at most `max` bytes; cut at the end. */
static struct store_text escape(struct slice plain, size_t max)
{
    struct store_text shown = { "" };
    struct buf line = BUF_EMPTY;
    size_t len = 0;

    while (plain.len > 0) {
        uint32_t ignored;
        size_t n = text_decode_utf8(plain, &ignored);
        n = n == 0 ? 1 : n;
        buf_clear(&line);
        if (!text_escape_terminal(&line, slice_part(plain, 0, n))) {
            break;
        }
        if (len + line.len > max - sizeof(ELLIPSIS)) {
            memcpy(shown.text + len, ELLIPSIS, sizeof(ELLIPSIS));
            break;
        }
        memcpy(shown.text + len, line.data, line.len);
        len += line.len;
        plain = slice_part(plain, n, plain.len);
    }
    buf_finish(&line);
    return shown;
}

static struct store_text escape_buf(struct buf *plain, size_t max)
{
    struct store_text shown = escape(buf_slice(plain), max);
    buf_finish(plain);
    return shown;
}

struct store_text store_text_path(const char *path)
{
    /* Half of the room, because an escaped byte takes up to four. */
    static const size_t max = STORE_TEXT_MAX - 8;
    size_t len = strlen(path);
    struct store_text shown = escape(slice_from_string(path), STORE_TEXT_MAX);
    size_t cut = len > max ? len - max : 0;

    while (cut < len && cut > 0 && path[cut] != '/') {
        cut++;
    }
    if (cut > 0) {
        struct buf plain = BUF_EMPTY;
        buf_printf(&plain, ELLIPSIS "%s", path + cut);
        shown = escape_buf(&plain, STORE_TEXT_MAX);
    }
    return shown;
}

struct store_text store_text_file(const char *path)
{
    const char *slash = strrchr(path, '/');
    return escape(slice_from_string(slash == NULL ? path : slash + 1),
                  STORE_TEXT_MAX / 2);
}

struct store_text store_text_crl_issuer(const struct crl *crl)
{
    struct buf plain = BUF_EMPTY;
    if (crl->issuer.len == 0 || !name_format_simple(&plain, crl->issuer)) {
        buf_clear(&plain);
        buf_append_string(&plain, "its CA");
    }
    return escape_buf(&plain, NAME_MAX_LEN);
}

struct store_text store_text_name(const struct certificate *cert)
{
    struct buf plain = BUF_EMPTY;
    describe_append_issued_to(&plain, cert);
    return escape_buf(&plain, NAME_MAX_LEN);
}

struct store_text store_text_purposes(const struct certificate *cert)
{
    struct buf plain = BUF_EMPTY;
    describe_append_purposes(&plain, cert);
    return escape_buf(&plain, STORE_TEXT_MAX);
}

struct store_text store_text_hosts(const struct certificate *cert)
{
    struct buf plain = BUF_EMPTY;
    struct slice names = cert->subject_alt_name;
    struct slice whole;
    uint8_t tag;
    struct slice content;

    while (der_read_any(&names, &tag, &content, &whole)) {
        if (tag == (DER_CONTEXT | 2) || tag == (DER_CONTEXT | 7)) {
            buf_append_string(&plain, plain.len > 0 ? ", " : "");
            name_format_general(&plain, whole);
        }
    }
    if (plain.len == 0) {
        buf_append_string(&plain, "no host name at all");
    }
    return escape_buf(&plain, STORE_TEXT_MAX / 2);
}

struct store_text store_text_thumbprint(const struct certificate *cert)
{
    struct buf plain = BUF_EMPTY;
    text_append_hex(&plain, (struct slice){ cert->sha1, sizeof(cert->sha1) }, 0);
    return escape_buf(&plain, STORE_TEXT_MAX);
}
