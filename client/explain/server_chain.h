/* SPDX-License-Identifier: MIT
 *
 * The certificates that a TLS server sends: connects, shakes hands and closes. Nothing
 * is verified; a server that refuses us afterwards has sent them, too.
 */
#pragma once

#include "attempt/target.h"
#include "bundle/bundle.h"

#include <uv.h>

/* The target has its addresses and options.insecure. Runs the loop. The error says
 * why no certificate was to be had. */
int server_chain_fetch(struct target *target, uv_loop_t *loop,
                       struct bundle *ret_bundle, struct err *err) MUST_CHECK;
