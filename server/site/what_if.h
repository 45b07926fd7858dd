/* SPDX-License-Identifier: MIT
 *
 * What the answer would be: a certificate that is let in can be judged as if it had
 * ended (?as=expired), or had come without an intermediate and the server had none
 * (?as=leaf). It refuses more, never less.
 */
#pragma once

#include "chain/judge.h"
#include "site/exchange_input.h"

/* The words that stand for each, for pages; NULL = nothing is supposed. Static. */
const char *what_if_sentence(const struct exchange_input *input);
/* Replaces the judgement by that, if it is a refusal. -1: out of memory. */
int what_if_judge(const struct exchange_input *input, struct judgement *judgement,
                  struct err *err) MUST_CHECK;
