/* SPDX-License-Identifier: MIT
 *
 * What came of an attempt in one word, as expectation files and recorded tables have
 * it, and the words that stand for many:
 *
 *   200, 403.16, 400/496    an answer: status, IIS's sub-status, nginx's own code
 *   alert:unknown_ca        a fatal alert in the handshake
 *   late-alert:unknown_ca   the same after it: how TLS 1.3 refuses a certificate
 *   dropped                 reset or closed without a word: which of the two is a
 *                           matter of who was quicker, so they are one
 *   timeout, not-http, ...  the other ends, by their names
 *
 *   accepted, refused       any answer that lets in; any way to refuse
 *   *                       anything
 *
 * "a|b" means either. Pure.
 */
#pragma once

#include "attempt/attempt_result.h"

#include <stdbool.h>

#define OUTCOME_WORD_MAX 64

void outcome_format(const struct attempt_result *result,
                    char word[static OUTCOME_WORD_MAX]);
/* The server talks to this client as to one that it knows. A page that says "go
 * away" (400, 401, 403 and nginx's 49x) is none; a 404 is. */
bool outcome_is_accepted(const struct attempt_result *result);
/* The server has turned the client away, by a page or by ending the connection; but not
 * before its own certificate came: that is about the TLS version or the like. */
bool outcome_is_refused(const struct attempt_result *result);
/* `words` are one word or several with "|" between. */
bool outcome_matches(const char *words, const struct attempt_result *result);
/* Every alternative is a word that outcome_format can give, or one of the last three
 * above. */
bool outcome_is_valid(const char *words);
