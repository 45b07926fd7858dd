/* SPDX-License-Identifier: MIT */
#include "bundle/text_form.h"

#include "base/compiler.h"
#include "base/text.h"
#include "pki/der.h"
#include "pki/pem.h"

#include <string.h>

/* Shorter base64 is no certificate: a hash, a name. */
#define TOKEN_MIN ((size_t)80)

static size_t find_text(struct slice text, const char *needle)
{
    size_t len = strlen(needle);
    for (size_t i = 0; i + len <= text.len; i++) {
        if (memcmp(text.data + i, needle, len) == 0) {
            return i;
        }
    }
    return text.len;
}

static bool has_text(struct slice text, const char *needle)
{
    return find_text(text, needle) < text.len;
}

static bool is_printable(struct slice text)
{
    for (size_t i = 0; i < text.len; i++) {
        uint8_t c = text.data[i];
        if ((c < ' ' && c != '\n' && c != '\r' && c != '\t') || c >= 0x7f) {
            return false;
        }
    }
    return text.len > 0;
}

#define BEGIN_OF_FORM "-----BEGIN+" /* blanks are plus signs, as in an HTML form */

/* Percent-encoding, and line ends in letters; what is neither stays. */
static void unescape(struct slice text, struct buf *out)
{
    bool plus_is_blank = has_text(text, BEGIN_OF_FORM);
    for (size_t i = 0; i < text.len; i++) {
        uint8_t c = text.data[i];
        int high = i + 2 < text.len ? text_hex_value((char)text.data[i + 1]) : -1;
        int low = i + 2 < text.len ? text_hex_value((char)text.data[i + 2]) : -1;
        if (c == '%' && high >= 0 && low >= 0) {
            buf_append_byte(out, (uint8_t)(high << 4 | low));
            i += 2;
        } else if (c == '\\' && i + 1 < text.len &&
                   (text.data[i + 1] == 'n' || text.data[i + 1] == 'r')) {
            buf_append_byte(out, '\n');
            i++;
        } else {
            buf_append_byte(out, c == '+' && plus_is_blank ? ' ' : c);
        }
    }
}

static bool is_base64(uint8_t c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
           c == '+' || c == '/' || c == '=';
}

static bool is_blank(uint8_t c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* The bytes from `start` on begin with one whole value; of BER its length may be open.
 */
static bool is_value(const struct buf *out, size_t start)
{
    struct slice bytes = slice_part(buf_slice(out), start, out->len);
    struct slice whole;
    bool open = bytes.len > 2 && bytes.data[0] == DER_SEQUENCE && bytes.data[1] == 0x80;
    return open || der_read_whole(&bytes, DER_SEQUENCE, &whole);
}

/* All of it is base64, in one line or in many, and of DER. */
static bool decode_whole(struct slice text, struct buf *out)
{
    struct pem_block block = { .body = text };
    for (size_t i = 0; i < text.len; i++) {
        if (!is_base64(text.data[i]) && !is_blank(text.data[i])) {
            return false;
        }
    }
    size_t start = out->len;
    return pem_decode(&block, out) && is_value(out, start);
}

/* The base64 texts between whatever separates them: each is DER. */
static bool decode_tokens(struct slice text, struct buf *out)
{
    size_t n = 0;
    while (text.len > 0) {
        size_t len = 0;
        while (len < text.len && is_base64(text.data[len])) {
            len++;
        }
        struct pem_block block = { .body = slice_part(text, 0, len) };
        size_t start = out->len;
        if (len >= TOKEN_MIN) {
            if (pem_decode(&block, out) && is_value(out, start)) {
                n++;
            } else {
                out->len = start;
            }
        }
        text = slice_part(text, len < text.len ? len + 1 : len, text.len);
    }
    return n > 0 && buf_ok(out);
}

/* Of Envoy's field, the part of the whole chain where there is one: its first
 * certificate is that of Cert. */
static struct slice choose_chain(struct slice text)
{
    size_t at = find_text(text, "Chain=\"");
    return at < text.len ? slice_part(text, at, text.len) : text;
}

static const struct {
    const char *mark; /* in the text as it stands */
    const char *form;
} forms[] = {
    { "Cert=\"", "Envoy's X-Forwarded-Client-Cert" },
    { "Chain=\"", "Envoy's X-Forwarded-Client-Cert" },
    { "X-ARR-ClientCert", "the field X-ARR-ClientCert" },
    { "MS-ASPNETCORE-CLIENTCERT", "the field MS-ASPNETCORE-CLIENTCERT" },
    { "Client-Cert", "the field Client-Cert (RFC 9440)" },
    { "-----BEGIN%20", "PEM with percent-encoding" },
    { BEGIN_OF_FORM, "PEM with percent-encoding" },
    { "-----BEGIN ", "PEM with escaped line ends" },
};

static const char *find_form(struct slice text)
{
    for (size_t i = 0; i < ARRAY_LEN(forms); i++) {
        if (has_text(text, forms[i].mark)) {
            return forms[i].form;
        }
    }
    return text.data[0] == ':' ? "a byte sequence (RFC 8941)" : "base64 text";
}

bool text_form_decode(struct slice text, struct buf *out, const char **ret_form)
{
    size_t start = out->len;
    if (!is_printable(text)) {
        return false;
    }
    *ret_form = find_form(text);
    if (decode_whole(text, out)) {
        return true;
    }
    out->len = start;
    struct buf plain = BUF_EMPTY;
    unescape(choose_chain(text), &plain);
    bool decoded = buf_ok(&plain);
    if (decoded && pem_is(buf_slice(&plain))) {
        /* Escaped only: what is PEM already is not asked about here. */
        decoded = !slice_equal(buf_slice(&plain), text) &&
                  buf_append_slice(out, buf_slice(&plain));
    } else if (decoded) {
        decoded = decode_tokens(buf_slice(&plain), out);
    }
    out->failed |= plain.failed;
    buf_finish(&plain);
    out->len = decoded ? out->len : start;
    return decoded;
}
