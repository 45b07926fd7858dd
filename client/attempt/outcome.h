/* SPDX-License-Identifier: MIT
 *
 * The result of an attempt in one word, as in expectation files and recorded tables,
 * and the words that stand for several:
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
/* The server has accepted the client. A page that turns it away (400, 401, 403 and
 * nginx's 49x) does not count; a 404 does. */
bool outcome_is_accepted(const struct attempt_result *result);
/* The server has turned the client away, by a page or by ending the connection; but not
 * before its own certificate came: that is about the TLS version or the like. */
bool outcome_is_refused(const struct attempt_result *result);
/* `words` are one word or several with "|" between. */
bool outcome_matches(const char *words, const struct attempt_result *result);
/* Every alternative is a word that outcome_format can give, or one of the last three
 * above. */
bool outcome_is_valid(const char *words);
