/* SPDX-License-Identifier: MIT
 *
 * What the logs and the events say of an exchange: whose certificate it was, the
 * faults, and which one decided.
 */
#pragma once

#include "site/access.h"
#include "site/exchange_result.h"

/* Fills what comes from the judgement: certificate, user, fault and findings. */
void exchange_note(struct exchange_result *exchange, const struct exchange_input *input,
                   const struct access *access);
