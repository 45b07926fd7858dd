/* SPDX-License-Identifier: MIT
 *
 * The findings of a path: how they are added, which of too many are kept, and that a
 * limit stands alone.
 */
#include "base/text.h"
#include "chain/path/path.h"
#include "pki/name.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* The last finding without which the verdict is the same: a note, else one of two of
 * the same verdict, of which there are always some among so many. */
static size_t find_dispensable(const struct chain *chain)
{
    for (size_t i = chain->n_findings; i-- > 0;) {
        if (chain->findings[i].verdict == VERDICT_OK &&
            chain->findings[i].kind != FINDING_SEARCH_LIMIT) {
            return i;
        }
    }
    for (size_t i = chain->n_findings; i-- > 0;) {
        for (size_t j = 0; j < i; j++) {
            if (chain->findings[j].verdict == chain->findings[i].verdict) {
                return i;
            }
        }
    }
    return chain->n_findings - 1;
}

/* Room for one more. A peer chooses how many findings there are, so those that decide
 * are never lost: further notes are, and a fault replaces another finding. */
static bool make_room(struct chain *chain, enum finding_kind kind, enum verdict verdict)
{
    static_assert(CHAIN_FINDINGS_MAX > VERDICT_COUNT, "one of each verdict fits");
    if (chain->n_findings < CHAIN_FINDINGS_MAX) {
        return true;
    }
    if (verdict == VERDICT_OK && kind != FINDING_SEARCH_LIMIT) {
        return false;
    }
    size_t i = find_dispensable(chain);
    memmove(&chain->findings[i], &chain->findings[i + 1],
            (chain->n_findings - i - 1) * sizeof(chain->findings[0]));
    chain->n_findings--;
    return true;
}

static void add(struct chain *chain, enum finding_kind kind, size_t element,
                enum verdict verdict, const char *fmt, va_list args) PRINTF_LIKE(5, 0);
static void add(struct chain *chain, enum finding_kind kind, size_t element,
                enum verdict verdict, const char *fmt, va_list args)
{
    if (!make_room(chain, kind, verdict)) {
        return;
    }
    struct finding *finding = &chain->findings[chain->n_findings++];
    finding->kind = kind;
    finding->element = element;
    finding->verdict = verdict;
    (void)vsnprintf(finding->detail, sizeof(finding->detail), fmt, args);
    /* A cut must not leave half of a UTF-8 sequence behind. */
    size_t len = strlen(finding->detail);
    while (len > 0 && !text_is_utf8(slice_from_string(finding->detail))) {
        finding->detail[--len] = 0;
    }
}

void path_add(struct chain *chain, enum finding_kind kind, size_t element,
              const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    add(chain, kind, element, finding_get(kind)->verdict, fmt, args);
    va_end(args);
}

void path_add_as(struct chain *chain, enum finding_kind kind, size_t element,
                 enum verdict verdict, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    add(chain, kind, element, verdict, fmt, args);
    va_end(args);
}

const char *path_name_text(struct slice name, char text[static PATH_NAME_MAX])
{
    struct buf plain = BUF_EMPTY;
    struct buf escaped = BUF_EMPTY;
    (void)name_format_simple(&plain, name);
    (void)text_escape_terminal(&escaped, buf_slice(&plain));
    (void)snprintf(text, PATH_NAME_MAX, "%s", buf_string(&escaped));
    size_t len = strlen(text);
    if (len + 1 == PATH_NAME_MAX) {
        len -= 3;
        while (len > 0 && ((unsigned char)text[len] & 0xc0) == 0x80) {
            len--;
        }
        memcpy(text + len, "...", 4);
    }
    buf_finish(&plain);
    buf_finish(&escaped);
    return text;
}

bool path_is_limit(const struct finding *finding)
{
    return finding->kind == FINDING_SIGNATURE_UNCHECKED ||
           (finding->kind == FINDING_SEARCH_LIMIT && finding->verdict != VERDICT_OK);
}

/* A path that a limit has cut is not known as a whole, so its other findings may be
 * wrong. */
void path_keep_limits_alone(struct chain *chain)
{
    size_t kept = 0;
    bool limited = false;
    for (size_t i = 0; i < chain->n_findings; i++) {
        limited |= path_is_limit(&chain->findings[i]);
    }
    for (size_t i = 0; limited && i < chain->n_findings; i++) {
        if (path_is_limit(&chain->findings[i])) {
            chain->findings[kept++] = chain->findings[i];
        }
    }
    chain->n_findings = limited ? kept : chain->n_findings;
}
