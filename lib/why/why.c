/* SPDX-License-Identifier: MIT
 *
 * Topics, and the words that stand for them.
 */
#include "why/why.h"

#include "base/text.h"
#include "chain/finding.h"
#include "tls/tls_alert.h"
#include "why/reason_list.h"
#include "why/why_internal.h"

#include <stdio.h>
#include <string.h>

#define WORD_MAX ((size_t)80)

/* ---- IIS's answers, alone and in groups */

static bool is_in(enum verdict verdict, const struct why_topic *topic)
{
    const struct verdict_info *info = verdict_get(verdict);
    const struct verdict_info *head = verdict_get((enum verdict)topic->value);
    switch (topic->kind) {
    case WHY_VERDICT:
        return (unsigned)verdict == topic->value;
    case WHY_CODE:
        return info->status == head->status && info->substatus == head->substatus;
    case WHY_HRESULT:
        return info->hresult == head->hresult;
    case WHY_ALERT:
    case WHY_SITUATION:
    default:
        return false;
    }
}

/* More frequent; of two alike, the one that stands first. */
static bool is_before(unsigned a, unsigned b)
{
    unsigned often_a = why_verdict_get((enum verdict)a)->often;
    unsigned often_b = why_verdict_get((enum verdict)b)->often;
    return often_a != often_b ? often_a < often_b : a < b;
}

bool why_nth_verdict(const struct why_topic *topic, size_t n, enum verdict *ret_verdict)
{
    for (unsigned i = 0; i < VERDICT_COUNT; i++) {
        size_t place = 0;
        if (!is_in((enum verdict)i, topic)) {
            continue;
        }
        for (unsigned j = 0; j < VERDICT_COUNT; j++) {
            place += is_in((enum verdict)j, topic) && is_before(j, i) ? 1 : 0;
        }
        if (place == n) {
            *ret_verdict = (enum verdict)i;
            return true;
        }
    }
    return false;
}

struct why_topic why_topic_of(enum verdict verdict, enum why_kind kind)
{
    struct why_topic topic = { .kind = kind, .value = verdict };
    enum verdict other;
    if (why_nth_verdict(&topic, 1, &other)) {
        why_nth_verdict(&topic, 0, &other);
        topic.value = other;
    } else {
        topic.kind = WHY_VERDICT;
    }
    return topic;
}

bool why_find_hresult(uint32_t hresult, struct why_topic *ret_topic)
{
    for (unsigned i = 0; i < VERDICT_COUNT; i++) {
        if (verdict_get((enum verdict)i)->hresult == hresult) {
            *ret_topic = why_topic_of((enum verdict)i, WHY_HRESULT);
            return true;
        }
    }
    return false;
}

bool why_find_code(const char *code, struct why_topic *ret_topic)
{
    for (unsigned i = 0; i < VERDICT_COUNT; i++) {
        if (strcmp(verdict_code((enum verdict)i), code) == 0) {
            *ret_topic = why_topic_of((enum verdict)i, WHY_CODE);
            return true;
        }
    }
    return false;
}

static bool find_any_hresult(uint32_t hresult, struct why_topic *ret_topic)
{
    const struct why_code_info *row;
    if (why_find_hresult(hresult, ret_topic)) {
        return true;
    }
    for (size_t i = 0; (row = why_code_row(i)) != NULL; i++) {
        if (row->hresult == hresult) {
            return why_find(row->id, ret_topic);
        }
    }
    return false;
}

bool why_find_status(unsigned status, unsigned substatus, uint32_t win32_status,
                     struct why_topic *ret_topic)
{
    char code[WHY_ID_MAX];
    struct why_topic by_code;
    for (unsigned i = 0; i < VERDICT_COUNT; i++) {
        const struct verdict_info *info = verdict_get((enum verdict)i);
        if (info->status == status && info->substatus == substatus &&
            verdict_win32_status(info->hresult) == win32_status) {
            *ret_topic = why_topic_of((enum verdict)i, WHY_VERDICT);
            return true;
        }
    }
    (void)snprintf(code, sizeof code, "%u.%u", status, substatus);
    if (why_find_code(code, &by_code)) {
        /* Another code for the same thing says which of them. */
        bool is_other = find_any_hresult(win32_status, ret_topic) &&
                        ret_topic->kind == WHY_VERDICT &&
                        is_in((enum verdict)ret_topic->value, &by_code);
        *ret_topic = is_other ? *ret_topic : by_code;
        return true;
    }
    (void)snprintf(code, sizeof code, "%u", status);
    return substatus == 0 && (status == 401 || status == 403) &&
           why_find(code, ret_topic);
}

static const struct {
    const char *reason;
    const char *id;
} reasons[] = {
#define X(reason, id) { reason, id },
    REASON_LIST(X)
#undef X
};

bool why_find_reason(struct slice reason, struct why_topic *ret_topic)
{
    for (size_t i = 0; i < ARRAY_LEN(reasons); i++) {
        if (slice_equals_string(reason, reasons[i].reason)) {
            return why_find(reasons[i].id, ret_topic);
        }
    }
    return false;
}

bool why_find_line(const struct log_line *line, struct why_topic *ret_topic)
{
    if (line->reason.len > 0) {
        return why_find_reason(line->reason, ret_topic);
    }
    return line->status >= 400 && why_find_status(line->status, line->substatus,
                                                  line->win32_status, ret_topic);
}

/* ---- words */

static bool find_situation(const char *word, struct why_topic *ret_topic)
{
    for (unsigned i = 0; i < SITUATION_COUNT; i++) {
        if (text_equal_ignoring_case(why_situation_get(i)->id, word)) {
            *ret_topic = (struct why_topic){ .kind = WHY_SITUATION, .value = i };
            return true;
        }
    }
    return false;
}

static bool find_event(const char *word, struct why_topic *ret_topic)
{
    char id[WHY_ID_MAX];
    (void)snprintf(id, sizeof id, "event-%s", word);
    return find_situation(id, ret_topic);
}

/* 0x800B0109; also as it stands in a page without "0x". */
static bool find_hex(const char *word, struct why_topic *ret_topic)
{
    uint32_t number = 0;
    const char *digits = text_has_prefix_ignoring_case(word, "0x") ? word + 2 : word;
    if (strlen(digits) != 8) {
        return false;
    }
    for (size_t i = 0; i < 8; i++) {
        int value = text_hex_value(digits[i]);
        if (value < 0) {
            return false;
        }
        number = number << 4 | (uint32_t)value;
    }
    return find_any_hresult(number, ret_topic);
}

/* sc-win32-status, an HRESULT as a signed number, or a bare Win32 code. */
static bool find_decimal(const char *word, struct why_topic *ret_topic)
{
    uint64_t number;
    bool is_negative = word[0] == '-';
    if (!text_read_number(word + (is_negative ? 1 : 0), UINT32_MAX, &number)) {
        return false;
    }
    if (is_negative) {
        return number <= INT32_MAX &&
               find_any_hresult((uint32_t)0 - (uint32_t)number, ret_topic);
    }
    return number == 0 || number > 0xffff
               ? find_any_hresult((uint32_t)number, ret_topic)
               : find_any_hresult(0x80070000u | (uint32_t)number, ret_topic);
}

static bool find_symbol(const char *word, struct why_topic *ret_topic)
{
    const struct why_code_info *row;
    for (unsigned i = 0; i < VERDICT_COUNT; i++) {
        const struct verdict_info *info = verdict_get((enum verdict)i);
        if (text_equal_ignoring_case(info->symbol, word)) {
            return why_find_hresult(info->hresult, ret_topic);
        }
    }
    for (unsigned i = 0; i < VERDICT_COUNT; i++) {
        if (strcmp(verdict_get((enum verdict)i)->name, word) == 0) {
            *ret_topic = why_topic_of((enum verdict)i, WHY_VERDICT);
            return true;
        }
    }
    for (size_t i = 0; (row = why_code_row(i)) != NULL; i++) {
        if (text_equal_ignoring_case(row->symbol, word)) {
            return why_find(row->id, ret_topic);
        }
    }
    for (unsigned i = 0; i < FINDING_COUNT; i++) {
        const struct finding_info *info = finding_get((enum finding_kind)i);
        if (strcmp(info->name, word) == 0) {
            *ret_topic = why_topic_of(info->verdict, WHY_VERDICT);
            return true;
        }
    }
    return false;
}

static bool find_alert(const char *word, struct why_topic *ret_topic)
{
    char name[WORD_MAX];
    uint64_t number;
    int alert;
    bool has_prefix = text_has_prefix_ignoring_case(word, "alert");
    const char *rest = has_prefix ? word + strlen("alert") : word;
    size_t len;

    rest += has_prefix && (*rest == ' ' || *rest == '-' || *rest == '_') ? 1 : 0;
    len = strlen(rest);
    if (len >= sizeof name) {
        return false;
    }
    for (size_t i = 0; i <= len; i++) { /* the alerts' names are lower-case */
        char c = rest[i];
        name[i] = c == ' ' || c == '-' ? '_' : text_lower(c);
    }
    if (has_prefix && text_read_number(rest, UINT8_MAX, &number)) {
        alert = (int)number;
    } else if (!tls_alert_parse(name, &alert)) {
        return false;
    }
    *ret_topic = (struct why_topic){ .kind = WHY_ALERT, .value = (unsigned)alert };
    return why_alert_find(alert) != NULL;
}

bool why_find(const char *word, struct why_topic *ret_topic)
{
    char code[WHY_ID_MAX];
    if (strlen(word) >= WORD_MAX) {
        return false;
    }
    (void)snprintf(code, sizeof code, "%.30s.0", word);
    return find_situation(word, ret_topic) || why_find_code(word, ret_topic) ||
           why_find_code(code, ret_topic) || find_event(word, ret_topic) ||
           find_hex(word, ret_topic) || find_decimal(word, ret_topic) ||
           find_symbol(word, ret_topic) || find_alert(word, ret_topic);
}

/* ---- ids */

const char *why_id(const struct why_topic *topic, char id[static WHY_ID_MAX])
{
    enum verdict verdict = (enum verdict)topic->value;
    bool by_code = topic->kind == WHY_CODE;
    if (topic->kind == WHY_ALERT) {
        (void)snprintf(id, WHY_ID_MAX, "alert-%u", topic->value);
    } else if (topic->kind == WHY_SITUATION) {
        (void)snprintf(id, WHY_ID_MAX, "%s", why_situation_get(topic->value)->id);
    } else {
        if (topic->kind == WHY_VERDICT) {
            by_code = why_topic_of(verdict, WHY_CODE).kind == WHY_VERDICT;
        }
        if (by_code) {
            (void)snprintf(id, WHY_ID_MAX, "%s", verdict_code(verdict));
        } else {
            (void)snprintf(id, WHY_ID_MAX, "0x%08lX",
                           (unsigned long)verdict_get(verdict)->hresult);
        }
    }
    return id;
}

bool why_is_same(const struct why_topic *a, const struct why_topic *b)
{
    return a->kind == b->kind && a->value == b->value;
}

/* The `i`th of several verdicts with one code or one HRESULT, where its most frequent
 * verdict stands. */
static bool list_groups(size_t i, struct why_topic *ret_topic)
{
    for (int kind = WHY_CODE; kind <= WHY_HRESULT; kind++) {
        for (unsigned verdict = 0; verdict < VERDICT_COUNT; verdict++) {
            struct why_topic topic =
                why_topic_of((enum verdict)verdict, (enum why_kind)kind);
            if (topic.kind != WHY_VERDICT && topic.value == verdict && i-- == 0) {
                *ret_topic = topic;
                return true;
            }
        }
    }
    return false;
}

bool why_list(size_t i, struct why_topic *ret_topic)
{
    size_t n_alerts = 0;
    while (why_alert_row(n_alerts) != NULL) {
        n_alerts++;
    }
    *ret_topic = (struct why_topic){ .kind = WHY_VERDICT, .value = (unsigned)i };
    if (i < VERDICT_COUNT) {
        return true;
    }
    i -= VERDICT_COUNT;
    if (i < n_alerts) {
        ret_topic->kind = WHY_ALERT;
        ret_topic->value = (unsigned)why_alert_row(i)->alert;
        return true;
    }
    i -= n_alerts;
    if (i < SITUATION_COUNT) {
        ret_topic->kind = WHY_SITUATION;
        ret_topic->value = (unsigned)i;
        return true;
    }
    return list_groups(i - SITUATION_COUNT, ret_topic);
}
