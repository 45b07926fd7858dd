/* SPDX-License-Identifier: MIT
 *
 * What each kind of client would send of a certificate, and the server's answer, for
 * the template "desk/view": chain/sending's table, as `certgate explain` prints it.
 */
#pragma once

#include "chain/sending.h"
#include "pages/values.h"

#include <jansson.h>

/* [{name, cells: [{sends, code, refused_by, is_let_in}], reasons: [text]}], one for
 * each client, its cells by TLS version; refused_by (the HRESULT) stands where
 * something is sent and refused. A new reference; NULL when out of memory. */
json_t *desk_sending_clients(const struct sendings *sendings);
/* [text]: why no client sends the key on a version; mostly empty. */
json_t *desk_sending_problems(const struct sendings *sendings);
/* Text by its lines. */
json_t *desk_sending_lines(struct slice lines);
/* Who imports a PKCS#12 file that is protected so; nothing if `uses` is 0. */
void desk_sending_importers(struct values *v, unsigned uses);
