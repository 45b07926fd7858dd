/* SPDX-License-Identifier: MIT
 *
 * Hostile bytes made safe for the place where they are shown. Each function
 * appends to `out` and says false when there was no memory or no room.
 */
#pragma once

#include "base/buf.h"

#include <stdbool.h>

/* For HTML text and for attribute values in quotes of either kind. Bytes that are
 * no UTF-8 become U+FFFD; hidden and bidirectional code points (text_is_hidden)
 * become visible text, \u{202e}, so that nothing is hidden or reordered. Letters
 * of right-to-left scripts stay: put the result into <bdi>. */
bool escape_html(struct buf *out, struct slice text);
bool escape_html_string(struct buf *out, const char *text);

/* One component of a URL: all but the unreserved characters of RFC 3986 as %HH. */
bool escape_url(struct buf *out, struct slice bytes);

/* One field of a W3C extended log: a blank becomes '+' as IIS has it, nothing
 * becomes '-', bytes that are no visible ASCII become %HH. No input can end the
 * field or the line. */
bool escape_log_field(struct buf *out, struct slice bytes);

/* Decodes %HH. False for a '%' without two hex digits and for %00; `out` is then
 * as before. */
bool escape_decode_url(struct buf *out, struct slice text);
/* One name or value of a form or a query, as the URL standard's
 * "application/x-www-form-urlencoded parsing" has it: '+' is a blank, and a '%' that
 * begins no escape stays. The text never gets longer. */
bool escape_decode_form(struct buf *out, struct slice text);
