/* SPDX-License-Identifier: MIT
 *
 * The certificates that a TLS server shows, and nothing else: connect, shake hands,
 * go. Nothing is verified; a server that refuses us afterwards has shown them too.
 */
#pragma once

#include "attempt/target.h"
#include "bundle/bundle.h"

#include <uv.h>

/* The target has its addresses and options.insecure. Runs the loop. The error says
 * why no certificate was to be had. */
int server_chain_fetch(struct target *target, uv_loop_t *loop,
                       struct bundle *ret_bundle, struct err *err) MUST_CHECK;
