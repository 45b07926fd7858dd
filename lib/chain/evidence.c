/* SPDX-License-Identifier: MIT */
#include "chain/evidence_internal.h"

#include "base/compiler.h"
#include "base/mem.h"
#include "bundle/pkcs7.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* RFC 5019 5: longer ones are posted. */
#define GET_URL_MAX ((size_t)255)

/* ---- needs */

bool evidence_need_set(struct evidence_need *need, enum evidence_kind kind,
                       struct slice url, struct slice request)
{
    if (url.len >= EVIDENCE_URL_MAX || request.len > EVIDENCE_REQUEST_MAX) {
        return false;
    }
    for (size_t i = 0; i < url.len; i++) {
        if (url.data[i] <= ' ' || url.data[i] >= 0x7f) {
            return false;
        }
    }
    *need = (struct evidence_need){ .kind = kind, .request_len = request.len };
    memcpy(need->url, url.data, url.len);
    if (request.len > 0) {
        memcpy(need->request, request.data, request.len);
    }
    return url.len > 0;
}

bool evidence_need_equal(const struct evidence_need *a, const struct evidence_need *b)
{
    return a->kind == b->kind && strcmp(a->url, b->url) == 0 &&
           a->request_len == b->request_len &&
           memcmp(a->request, b->request, a->request_len) == 0;
}

size_t evidence_size_max(enum evidence_kind kind)
{
    static const size_t sizes[] = {
        [EVIDENCE_CRL] = EVIDENCE_CRL_MAX,
        [EVIDENCE_OCSP] = EVIDENCE_OCSP_MAX,
        [EVIDENCE_ISSUER] = EVIDENCE_ISSUER_MAX,
    };
    return sizes[kind];
}

/* Base64 (RFC 4648 4) with what a path cannot hold escaped (RFC 6960 A.1). */
static void append_base64(struct buf *out, struct slice bytes)
{
    static const char alphabet[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (size_t i = 0; i < bytes.len; i += 3) {
        size_t n = bytes.len - i < 3 ? bytes.len - i : 3;
        unsigned group = 0;
        for (size_t j = 0; j < 3; j++) {
            group = group << 8 | (j < n ? bytes.data[i + j] : 0u);
        }
        for (size_t j = 0; j < 4; j++) {
            char c = j <= n ? alphabet[group >> (18 - 6 * j) & 63] : '=';
            if (c == '+' || c == '/' || c == '=') {
                buf_printf(out, "%%%02X", (unsigned)c);
            } else {
                buf_append_byte(out, (uint8_t)c);
            }
        }
    }
}

bool evidence_need_target(const struct evidence_need *need, struct buf *url,
                          bool *ret_post)
{
    size_t start = url->len;
    *ret_post = false;
    buf_append_string(url, need->url);
    if (need->kind == EVIDENCE_OCSP && strchr(need->url, '?') == NULL) {
        size_t len = strlen(need->url);
        if (need->url[len - 1] != '/') {
            buf_append_byte(url, '/');
        }
        append_base64(url, (struct slice){ need->request, need->request_len });
    }
    if (need->kind == EVIDENCE_OCSP && buf_ok(url) &&
        (url->len - start > GET_URL_MAX || strchr(need->url, '?') != NULL)) {
        url->len = start;
        buf_append_string(url, need->url);
        *ret_post = true;
    }
    return buf_ok(url);
}

/* ---- entries */

const char *evidence_why(const struct evidence_entry *entry,
                         char text[static EVIDENCE_WHY_MAX])
{
    static const char *const names[] = {
        [EVIDENCE_OK] = "fetched",
        [EVIDENCE_UNREACHABLE] = "it cannot be reached",
        [EVIDENCE_TIMEOUT] = "no answer in time",
        [EVIDENCE_HTTP_STATUS] = "HTTP status",
        [EVIDENCE_GARBAGE] = "the answer is not what was asked for",
        [EVIDENCE_TOO_LARGE] = "the answer is too large",
        [EVIDENCE_FORBIDDEN] = "that address may not be asked",
    };
    if (entry->outcome != EVIDENCE_HTTP_STATUS) {
        return names[entry->outcome];
    }
    (void)snprintf(text, EVIDENCE_WHY_MAX, "HTTP status %d", entry->http_status);
    return text;
}

void evidence_entry_finish(struct evidence_entry *entry)
{
    free(entry->url);
    free(entry->request);
    crl_destroy(entry->crl);
    ocsp_response_destroy(entry->ocsp);
    for (size_t i = 0; i < entry->n_issuers; i++) {
        certificate_destroy(entry->issuers[i]);
    }
    buf_finish(&entry->issuers_body);
    *entry = (struct evidence_entry){ .url = NULL };
}

struct slice evidence_entry_body(const struct evidence_entry *entry)
{
    return entry->crl != NULL     ? entry->crl->der
           : entry->ocsp != NULL  ? entry->ocsp->der
           : entry->n_issuers > 0 ? buf_slice(&entry->issuers_body)
                                  : SLICE_EMPTY;
}

bool evidence_is_fresh(const struct evidence_entry *entry, int64_t now)
{
    int64_t age = now - entry->fetched_at;
    return age > -EVIDENCE_RETRY && age < EVIDENCE_NO_END_KEEP;
}

bool evidence_is_current(const struct evidence_entry *entry, int64_t now)
{
    int64_t age = now - entry->fetched_at;
    int64_t end = 0;
    if (age > -EVIDENCE_RETRY && age < EVIDENCE_RETRY) {
        return true;
    }
    if (entry->outcome != EVIDENCE_OK || age < 0) {
        return false;
    }
    switch (entry->kind) {
    case EVIDENCE_CRL:
        return entry->crl->has_next_update ? now <= entry->crl->next_update
                                           : age < EVIDENCE_NO_END_KEEP;
    case EVIDENCE_OCSP:
        /* Without a next update newer word is to be had at any time (RFC 6960 4.2.2.1),
         * and an error holds no longer than a failure. */
        return ocsp_next_update(entry->ocsp, &end) && now <= end;
    case EVIDENCE_ISSUER:
    default:
        return age < EVIDENCE_ISSUER_KEEP;
    }
}

static bool add_issuer(struct evidence_entry *entry, struct slice der)
{
    if (der.len > CERTIFICATE_SIZE_MAX || entry->n_issuers == EVIDENCE_ISSUERS_MAX) {
        return true;
    }
    struct certificate *cert = certificate_create(der);
    if (cert == NULL) {
        return false;
    }
    entry->issuers[entry->n_issuers++] = cert;
    return true;
}

static bool on_item(void *user, enum pkcs7_kind kind, struct slice der)
{
    return kind != PKCS7_CERTIFICATE || add_issuer(user, der);
}

/* One certificate, or a "certs-only" message (RFC 5280 4.2.2.1). */
static bool read_issuers(struct evidence_entry *entry, struct slice body)
{
    bool kept = buf_append_slice(&entry->issuers_body, body) &&
                (pkcs7_is(body) ? pkcs7_read(body, on_item, entry) != PKCS7_MEMORY
                                : add_issuer(entry, body));
    if (entry->n_issuers == 0 || entry->issuers[0]->malformed != NULL) {
        entry->outcome = EVIDENCE_GARBAGE;
    }
    return kept;
}

/* Fills in what the body is. False only when out of memory. */
static bool read_body(struct evidence_entry *entry, struct slice body)
{
    const char *malformed = NULL;
    switch (entry->kind) {
    case EVIDENCE_CRL:
        entry->crl = crl_create(body);
        if (entry->crl == NULL) {
            return false;
        }
        malformed = entry->crl->malformed;
        break;
    case EVIDENCE_OCSP:
        entry->ocsp = ocsp_response_create(body);
        if (entry->ocsp == NULL) {
            return false;
        }
        malformed = entry->ocsp->malformed;
        break;
    case EVIDENCE_ISSUER:
    default:
        return read_issuers(entry, body);
    }
    if (malformed != NULL) {
        entry->outcome = EVIDENCE_GARBAGE;
    }
    return true;
}

/* The parts that only EVIDENCE_OK has. */
static void drop_body(struct evidence_entry *entry)
{
    crl_destroy(entry->crl);
    ocsp_response_destroy(entry->ocsp);
    for (size_t i = 0; i < entry->n_issuers; i++) {
        certificate_destroy(entry->issuers[i]);
    }
    buf_finish(&entry->issuers_body);
    entry->crl = NULL;
    entry->ocsp = NULL;
    entry->n_issuers = 0;
}

/* ---- the cache */

struct evidence *evidence_create(void)
{
    return mem_alloc(1, sizeof(struct evidence));
}

void evidence_clear(struct evidence *evidence)
{
    for (size_t i = 0; i < evidence->n_entries; i++) {
        evidence_entry_finish(&evidence->entries[i]);
    }
    evidence->dirty = evidence->dirty || evidence->n_entries > 0;
    evidence->n_entries = 0;
    evidence->size = 0;
}

void evidence_destroy(struct evidence *evidence)
{
    if (evidence != NULL) {
        evidence_clear(evidence);
        free(evidence);
    }
}

static size_t find_index(const struct evidence *evidence,
                         const struct evidence_need *need)
{
    size_t i = 0;
    for (; i < evidence->n_entries; i++) {
        const struct evidence_entry *entry = &evidence->entries[i];
        if (entry->kind == need->kind && entry->request_len == need->request_len &&
            strcmp(entry->url, need->url) == 0 &&
            (need->request_len == 0 ||
             memcmp(entry->request, need->request, need->request_len) == 0)) {
            break;
        }
    }
    return i;
}

const struct evidence_entry *evidence_find(const struct evidence *evidence,
                                           const struct evidence_need *need)
{
    size_t i = find_index(evidence, need);
    return i < evidence->n_entries ? &evidence->entries[i] : NULL;
}

static void drop(struct evidence *evidence, size_t index)
{
    evidence->n_changes++;
    evidence->size -= evidence->entries[index].size;
    evidence_entry_finish(&evidence->entries[index]);
    evidence->entries[index] = evidence->entries[--evidence->n_entries];
}

void evidence_forget(struct evidence *evidence, const char *url_prefix)
{
    size_t len = strlen(url_prefix);
    for (size_t i = evidence->n_entries; i > 0; i--) {
        if (strncmp(evidence->entries[i - 1].url, url_prefix, len) == 0) {
            drop(evidence, i - 1);
            evidence->dirty = true;
        }
    }
}

/* Makes room for `size` bytes in one entry. */
static void make_room(struct evidence *evidence, size_t size)
{
    while (evidence->n_entries > 0 && (evidence->n_entries == EVIDENCE_ENTRIES_MAX ||
                                       evidence->size + size > EVIDENCE_BYTES_MAX)) {
        size_t oldest = 0;
        for (size_t i = 1; i < evidence->n_entries; i++) {
            if (evidence->entries[i].fetched_at <
                evidence->entries[oldest].fetched_at) {
                oldest = i;
            }
        }
        drop(evidence, oldest);
    }
}

static bool make_entry(struct evidence_entry *entry, const struct evidence_need *need,
                       struct slice body)
{
    entry->url = mem_copy_string(need->url, strlen(need->url));
    if (need->request_len > 0) {
        entry->request = mem_alloc(need->request_len, 1);
    }
    if (entry->url == NULL || (need->request_len > 0 && entry->request == NULL)) {
        return false;
    }
    if (need->request_len > 0) {
        memcpy(entry->request, need->request, need->request_len);
    }
    if (entry->outcome == EVIDENCE_OK && body.len > evidence_size_max(entry->kind)) {
        entry->outcome = EVIDENCE_TOO_LARGE;
    }
    if (entry->outcome == EVIDENCE_OK && !read_body(entry, body)) {
        return false;
    }
    if (entry->outcome != EVIDENCE_OK) {
        drop_body(entry);
    }
    entry->size = evidence_entry_body(entry).len;
    return true;
}

bool evidence_entry_init(struct evidence_entry *entry, const struct evidence_need *need,
                         enum evidence_outcome outcome, int http_status,
                         struct slice body, int64_t now)
{
    *entry = (struct evidence_entry){ .kind = need->kind,
                                      .request_len = need->request_len,
                                      .outcome = outcome,
                                      .http_status = http_status,
                                      .fetched_at = now };
    if (!make_entry(entry, need, body)) {
        evidence_entry_finish(entry);
        return false;
    }
    return true;
}

void evidence_add(struct evidence *evidence, const struct evidence_need *need,
                  struct evidence_entry *entry)
{
    size_t old = find_index(evidence, need);
    if (old < evidence->n_entries) {
        drop(evidence, old);
    }
    make_room(evidence, entry->size);
    evidence->entries[evidence->n_entries++] = *entry;
    evidence->size += entry->size;
    evidence->dirty = true;
    evidence->n_changes++;
}

bool evidence_put(struct evidence *evidence, const struct evidence_need *need,
                  enum evidence_outcome outcome, int http_status, struct slice body,
                  int64_t now)
{
    struct evidence_entry entry;
    if (!evidence_entry_init(&entry, need, outcome, http_status, body, now)) {
        return false;
    }
    evidence_add(evidence, need, &entry);
    return true;
}

uint64_t evidence_changes(const struct evidence *evidence)
{
    return evidence->n_changes;
}

bool evidence_is_dirty(const struct evidence *evidence)
{
    return evidence->dirty;
}

void evidence_set_dirty(struct evidence *evidence)
{
    evidence->dirty = true;
}

size_t evidence_count(const struct evidence *evidence)
{
    return evidence->n_entries;
}
