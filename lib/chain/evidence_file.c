/* SPDX-License-Identifier: MIT
 *
 * The cache in a file: one DER value,
 *
 *   SEQUENCE { UTF8String "certgate evidence 1",
 *              SEQUENCE OF SEQUENCE { kind INTEGER, url UTF8String,
 *                                     request OCTET STRING,
 *                                     fetchedAt GeneralizedTime, body OCTET STRING } }
 *
 * Read with the same suspicion as what comes from the network: whoever may write the
 * file still cannot sign.
 */
#include "chain/evidence_internal.h"

#include "base/file.h"
#include "pki/der.h"

#define MAGIC "certgate evidence 1"
/* Bodies and what stands around them. */
#define FILE_MAX (EVIDENCE_BYTES_MAX + EVIDENCE_ENTRIES_MAX * 2048)

static void write_entry(struct buf *out, const struct evidence_entry *entry)
{
    size_t mark = der_begin(out, DER_SEQUENCE);
    der_write_small(out, (uint32_t)entry->kind);
    der_write(out, DER_UTF8_STRING, slice_from_string(entry->url));
    der_write(out, DER_OCTET_STRING,
              (struct slice){ entry->request, entry->request_len });
    der_write_generalized_time(out, entry->fetched_at);
    der_write(out, DER_OCTET_STRING, evidence_entry_body(entry));
    der_end(out, mark);
}

bool evidence_write(struct evidence *evidence, struct buf *out)
{
    size_t file = der_begin(out, DER_SEQUENCE);
    der_write(out, DER_UTF8_STRING, slice_from_string(MAGIC));
    size_t list = der_begin(out, DER_SEQUENCE);
    for (size_t i = 0; i < evidence->n_entries; i++) {
        if (evidence->entries[i].outcome == EVIDENCE_OK) {
            write_entry(out, &evidence->entries[i]);
        }
    }
    der_end(out, list);
    der_end(out, file);
    evidence->dirty = evidence->dirty && !buf_ok(out);
    return buf_ok(out);
}

/* One record; false if it does not decode, *ret_kept false when out of memory. */
static bool read_entry(struct slice *list, struct evidence *evidence, bool *ret_kept)
{
    struct evidence_need need;
    struct slice content;
    struct slice url;
    struct slice request;
    struct slice body;
    uint32_t kind;
    int64_t fetched_at;
    if (!der_read(list, DER_SEQUENCE, &content) ||
        !der_read_small(&content, DER_INTEGER, &kind) || kind > EVIDENCE_ISSUER ||
        !der_read(&content, DER_UTF8_STRING, &url) ||
        !der_read(&content, DER_OCTET_STRING, &request) ||
        !der_read_time(&content, &fetched_at) ||
        !der_read(&content, DER_OCTET_STRING, &body) || content.len != 0 ||
        !evidence_need_set(&need, (enum evidence_kind)kind, url, request)) {
        return false;
    }
    *ret_kept = evidence_put(evidence, &need, EVIDENCE_OK, 0, body, fetched_at);
    return true;
}

static int read_file(struct evidence *evidence, struct slice bytes, const char *path,
                     struct err *err)
{
    struct slice content;
    struct slice magic;
    struct slice list;
    bool kept = true;
    bool decoded = der_read(&bytes, DER_SEQUENCE, &content) && bytes.len == 0 &&
                   der_read(&content, DER_UTF8_STRING, &magic) &&
                   slice_equals_string(magic, MAGIC) &&
                   der_read(&content, DER_SEQUENCE, &list) && content.len == 0;
    while (decoded && kept && list.len > 0) {
        decoded = read_entry(&list, evidence, &kept);
    }
    if (!decoded) {
        return err_set(err, ERR_CONFIG, 0,
                       "%s is no cache of revocation evidence; delete it", path);
    }
    return kept ? 0 : err_memory(err);
}

int evidence_load(struct evidence *evidence, const char *path, struct err *err)
{
    struct buf bytes = BUF_LIMITED(FILE_MAX);
    bool dirty = evidence->dirty;
    int result = 0;
    if (file_kind(path) != FILE_MISSING) {
        result = file_read_all(path, FILE_MAX, &bytes, err);
        if (result == 0) {
            result = read_file(evidence, buf_slice(&bytes), path, err);
        }
    }
    evidence->dirty = dirty;
    buf_finish(&bytes);
    return result;
}
