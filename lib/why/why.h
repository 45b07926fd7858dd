/* SPDX-License-Identifier: MIT
 *
 * Why something was refused: from a code, a name, a log line or the message of a
 * program to the causes, how to look, how to make it happen here, and the remedies.
 * Tables only: verdict_list.h, advice_list.h and tls_alert.c say what is;
 * verdict_why_list.h, alert_why_list.h, situation_list.h, code_list.h and
 * message_list.h the rest.
 *
 * Pure. What is asked is pasted from anywhere and hostile; nothing of it is in the
 * answer.
 */
#pragma once

#include "base/buf.h"
#include "chain/verdict.h"

#include <stdbool.h>
#include <stdint.h>

struct json_t;

/* More of a text than this is not looked at. */
#define WHY_TEXT_MAX ((size_t)64 * 1024)
#define WHY_ID_MAX   40

enum why_kind {
    WHY_VERDICT,   /* one answer of IIS */
    WHY_CODE,      /* several with one status and sub-status: 403.16 */
    WHY_HRESULT,   /* several with one HRESULT: 0x80070005 */
    WHY_ALERT,     /* of TLS */
    WHY_SITUATION, /* of situation_list.h */
};

struct why_topic {
    enum why_kind kind;
    unsigned value; /* enum verdict (of several, the most frequent), alert, situation */
    const char
        *program; /* who writes so, if a message was recognized; or NULL. Static. */
};

/* Finds what a word or an id stands for: "403.16", "0x800B0109", "2148204809",
 * "-2146762487", "CERT_E_UNTRUSTEDROOT", "UNTRUSTED_ROOT", "36887", "alert 116",
 * "certificate_required", "alert-48", "reset". */
bool why_find(const char *word, struct why_topic *ret_topic);
/* Of the three numbers of a log line. */
bool why_find_status(unsigned status, unsigned substatus, uint32_t win32_status,
                     struct why_topic *ret_topic);
/* Of anything that was pasted: a word of why_find, a line of a W3C log (the first that
 * was refused) with or without its "#Fields:", or a message. */
bool why_read(struct slice text, struct why_topic *ret_topic);

/* "403.16", "0x800B0109", "alert-48", "reset": what why_find takes; safe in a URL. */
const char *why_id(const struct why_topic *topic, char id[static WHY_ID_MAX]);
bool why_is_same(const struct why_topic *a, const struct why_topic *b);

/* Each topic once: `i` from 0 until it says false. */
bool why_list(size_t i, struct why_topic *ret_topic);

/* The first line, appended without an end of line: plain text, no marks. */
bool why_append_answer(struct buf *out, const struct why_topic *topic);
/* All there is to say; the member "schema" says "certgate-why-1". Texts with the marks
 * of advice_list.h, but for the commands of "make". New; NULL when out of memory. */
struct json_t *why_json(const struct why_topic *topic);

/* Lower-case words with one blank between, before the first and behind the last: what
 * the parts of message_list.h are looked for in. */
bool why_normalize(struct buf *out, struct slice text);
