/* SPDX-License-Identifier: MIT
 *
 * The certificates of a judgement as values for the pages: the leaf in Windows'
 * words, the path with each fault at its certificate, and what decided.
 */
#pragma once

#include "pages/values.h"
#include "site/exchange_input.h"

/* Puts "certificate", "path" (root first), "faults", "notes" and "decided". */
void page_certificates_add(struct values *v, const struct exchange_input *input,
                           const struct judgement *judgement);
