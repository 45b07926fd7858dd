/* SPDX-License-Identifier: MIT
 *
 * What was pasted: a word, a line of a log, or a message in which codes, names and
 * known phrases stand.
 */
#include "base/text.h"
#include "tls/tls_alert.h"
#include "why/browser_view.h"
#include "why/log_line.h"
#include "why/message_list.h"
#include "why/why.h"
#include "why/why_internal.h"

#include <stdio.h>
#include <string.h>

#define WORD_MAX   ((size_t)63)
#define PHRASE_MAX ((size_t)160)

static const struct message {
    const char *program;
    const char *id;
    const char *first;
    const char *second;
} messages[] = {
#define X(name, program, id, first, second) { program, id, first, second },
    MESSAGE_LIST(X)
#undef X
};

/* ---- phrases */

static bool is_letter_or_digit(uint8_t c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool why_normalize(struct buf *out, struct slice text)
{
    bool is_blank = true;
    buf_append_byte(out, ' ');
    for (size_t i = 0; i < text.len; i++) {
        uint8_t c = text.data[i];
        if (is_letter_or_digit(c)) {
            buf_append_byte(out, (uint8_t)text_lower((char)c));
            is_blank = false;
        } else if (!is_blank) {
            buf_append_byte(out, ' ');
            is_blank = true;
        }
    }
    return is_blank ? buf_ok(out) : buf_append_byte(out, ' ');
}

/* Where " PHRASE " stands, or NULL. `phrase` is given in any form. */
static const char *find_phrase(const char *words, const char *phrase)
{
    struct buf needle = BUF_LIMITED(PHRASE_MAX);
    const char *found = NULL;
    if (why_normalize(&needle, slice_from_string(phrase))) {
        found = strstr(words, buf_string(&needle));
    }
    buf_finish(&needle);
    return found;
}

/* The best of what fits so far. */
struct best {
    struct why_topic topic;
    size_t len; /* of what stood there; 0 = nothing yet */
};

static void take(struct best *best, struct why_topic topic, size_t len)
{
    if (len > best->len) {
        *best = (struct best){ topic, len };
    }
}

static void find_messages(const char *words, struct best *best)
{
    for (size_t i = 0; i < ARRAY_LEN(messages); i++) {
        const struct message *message = &messages[i];
        struct why_topic topic;
        size_t len = strlen(message->first) + strlen(message->second);
        if (len > best->len && find_phrase(words, message->first) != NULL &&
            (message->second[0] == 0 || find_phrase(words, message->second) != NULL) &&
            why_find(message->id, &topic)) {
            topic.program = message->program;
            take(best, topic, len);
        }
    }
}

/* ---- alerts */

static struct why_topic alert_topic(int alert, const char *program)
{
    return (struct why_topic){ WHY_ALERT, (unsigned)alert, program };
}

/* "alert certificate required" of OpenSSL, Java and Node, "alert CertificateRequired"
 * of rustls. */
static void find_alert_name(const char *words, int alert, struct best *best)
{
    char phrase[PHRASE_MAX];
    char joined[PHRASE_MAX];
    size_t len = 0;
    int n = snprintf(phrase, sizeof phrase, "alert %s", tls_alert_name(alert));
    for (const char *c = phrase; *c != 0; c++) {
        if (*c != '_') {
            joined[len++] = *c;
        }
    }
    joined[len] = 0;
    if (find_phrase(words, phrase) != NULL || find_phrase(words, joined) != NULL) {
        take(best, alert_topic(alert, NULL), (size_t)n);
    }
}

/* Chrome has one name for several alerts: then it says which row of messages it is. */
static bool is_only_one(const char *chrome)
{
    const struct why_alert_info *row;
    unsigned n = 0;
    for (size_t i = 0; (row = why_alert_row(i)) != NULL; i++) {
        const struct browser_view *view = browser_view_of_alert(row->alert);
        n += view != NULL && strcmp(view->chrome, chrome) == 0 ? 1 : 0;
    }
    return n == 1;
}

static void find_browser_name(const char *words, int alert, struct best *best)
{
    const struct browser_view *view = browser_view_of_alert(alert);
    if (view == NULL) {
        return;
    }
    if (find_phrase(words, view->firefox) != NULL) {
        take(best, alert_topic(alert, "Firefox"), strlen(view->firefox));
    }
    if (is_only_one(view->chrome) && find_phrase(words, view->chrome) != NULL) {
        take(best, alert_topic(alert, "Chrome or Edge"), strlen(view->chrome));
    }
}

/* "alert number 116" of OpenSSL, "alert [48]" of GnuTLS, "fatal alert code is 48" of
 * Windows. */
static void find_alert_number(const char *words, struct best *best)
{
    static const char *const before[] = { " alert ", " alert number ",
                                          " alert code is ", " fatal error code is " };
    for (size_t i = 0; i < ARRAY_LEN(before); i++) {
        size_t len = strlen(before[i]);
        for (const char *at = words; (at = strstr(at, before[i])) != NULL; at++) {
            char digits[4] = "";
            uint64_t number;
            size_t n = strspn(at + len, "0123456789");
            if (n < 1 || n > 3) {
                continue;
            }
            memcpy(digits, at + len, n);
            if (text_read_number(digits, UINT8_MAX, &number) &&
                why_alert_find((int)number) != NULL) {
                take(best, alert_topic((int)number, NULL), len + n);
            }
        }
    }
}

static void find_alerts(const char *words, struct best *best)
{
    const struct why_alert_info *row;
    for (size_t i = 0; (row = why_alert_row(i)) != NULL; i++) {
        find_alert_name(words, row->alert, best);
        find_browser_name(words, row->alert, best);
    }
    find_alert_number(words, best);
}

/* ---- codes within a text */

struct codes {
    struct why_topic verdict; /* of an HRESULT or a symbol */
    bool has_verdict;
    struct why_topic code; /* "403.16" */
    bool has_code;
    struct why_topic other; /* what else has a name of its own */
    bool has_other;
};

static bool is_code_like(const char *word)
{
    return strchr(word, '_') != NULL || strlen(word) >= 8;
}

static void take_word(const char *word, struct codes *codes)
{
    struct why_topic topic;
    if (!codes->has_code && strchr(word, '.') != NULL && why_find_code(word, &topic)) {
        codes->code = topic;
        codes->has_code = true;
    } else if (is_code_like(word) && why_find(word, &topic)) {
        bool is_verdict = topic.kind == WHY_VERDICT || topic.kind == WHY_HRESULT;
        if (is_verdict && !codes->has_verdict) {
            codes->verdict = topic;
            codes->has_verdict = true;
        } else if (!is_verdict && !codes->has_other) {
            codes->other = topic;
            codes->has_other = true;
        }
    }
}

static bool is_of_word(const char *word, size_t len, uint8_t c)
{
    return is_letter_or_digit(c) || c == '_' || (c == '-' && len == 0) ||
           (c == '.' && len > 0 && word[len - 1] >= '0' && word[len - 1] <= '9');
}

static void find_codes(struct slice text, struct codes *codes)
{
    char word[WORD_MAX + 2];
    size_t len = 0;
    for (size_t i = 0; i <= text.len; i++) {
        uint8_t c = i < text.len ? text.data[i] : ' ';
        if (is_of_word(word, len, c)) {
            len += len <= WORD_MAX ? 1 : 0; /* longer texts match nothing */
            word[len - 1] = (char)c;
            continue;
        }
        while (len > 0 && word[len - 1] == '.') {
            len--;
        }
        word[len] = 0;
        if (len > 0 && len <= WORD_MAX) {
            take_word(word, codes);
        }
        len = 0;
    }
}

/* The code tells which of those with the HRESULT, and the other way round. */
static bool combine(const struct codes *codes, struct why_topic *ret_topic)
{
    enum verdict a, b;
    if (!codes->has_verdict || !codes->has_code) {
        *ret_topic = codes->has_verdict ? codes->verdict : codes->code;
        return codes->has_verdict || codes->has_code;
    }
    for (size_t i = 0; why_nth_verdict(&codes->verdict, i, &a); i++) {
        for (size_t j = 0; why_nth_verdict(&codes->code, j, &b); j++) {
            if (a == b) {
                *ret_topic = why_topic_of(a, WHY_VERDICT);
                return true;
            }
        }
    }
    *ret_topic = codes->verdict;
    return true;
}

/* ---- lines of a log */

static const char in_log[] = "IIS, in its log";
static const char in_httperr[] = "http.sys, in its error log";

/* Of a line whose fields nobody names. */
static bool guess_line(struct slice line, struct why_topic *ret_topic)
{
    struct log_line found;
    for (size_t i = 0; log_line_as_httperr(line, i, &found); i++) {
        if (why_find_reason(found.reason, ret_topic)) {
            ret_topic->program = in_httperr;
            return true;
        }
    }
    if (!log_line_guess(line, &found) || !why_find_line(&found, ret_topic)) {
        return false;
    }
    ret_topic->program = in_log;
    return true;
}

static bool read_log(struct slice text, struct why_topic *ret_topic)
{
    struct log_fields fields;
    bool has_fields = false;
    log_fields_default(&fields);
    while (text.len > 0) {
        struct slice line = slice_take_line(&text);
        struct log_line found;
        enum log_line_kind kind = log_line_read(&fields, line, &found);
        has_fields = has_fields || (kind == LOG_LINE_DIRECTIVE && line.len > 0);
        if (!has_fields && kind != LOG_LINE_DIRECTIVE && guess_line(line, ret_topic)) {
            return true;
        }
        if (has_fields && kind == LOG_LINE_REQUEST &&
            why_find_line(&found, ret_topic)) {
            ret_topic->program = found.reason.len > 0 ? in_httperr : in_log;
            return true;
        }
    }
    return false;
}

/* ---- all of it */

static struct slice trim(struct slice text)
{
    while (text.len > 0 && text.data[0] <= ' ') {
        text = slice_part(text, 1, text.len);
    }
    while (text.len > 0 && text.data[text.len - 1] <= ' ') {
        text.len--;
    }
    return text;
}

static bool read_word(struct slice text, struct why_topic *ret_topic)
{
    char word[WORD_MAX + 1];
    if (text.len == 0 || text.len > WORD_MAX ||
        memchr(text.data, 0, text.len) != NULL) {
        return false;
    }
    memcpy(word, text.data, text.len);
    word[text.len] = 0;
    return why_find(word, ret_topic) || why_find_reason(text, ret_topic);
}

bool why_read(struct slice text, struct why_topic *ret_topic)
{
    struct codes codes = { .has_code = false };
    struct best best = { .len = 0 };
    struct buf words = BUF_EMPTY;

    text = trim(slice_part(text, 0, WHY_TEXT_MAX));
    if (read_word(text, ret_topic) || read_log(text, ret_topic)) {
        return true;
    }
    find_codes(text, &codes);
    if (combine(&codes, ret_topic)) {
        return true;
    }
    if (why_normalize(&words, text)) {
        find_messages(buf_string(&words), &best);
        find_alerts(buf_string(&words), &best);
    }
    buf_finish(&words);
    *ret_topic = best.len > 0 ? best.topic : codes.other;
    return best.len > 0 || codes.has_other;
}
