/* SPDX-License-Identifier: MIT
 *
 * Hostile bytes made safe for the place where they are shown. Each function
 * appends to `out` and says false when there was no memory or no room.
 */
#pragma once

#include "base/buf.h"

#include <stdbool.h>

/* For HTML text and for attribute values in quotes of either kind. Invalid UTF-8
 * becomes U+FFFD; hidden and bidirectional code points (text_is_hidden) become visible
 * text, \u{202e}, so that nothing is concealed or reordered. Letters of right-to-left
 * scripts are kept: put the result into <bdi>. */
bool escape_html(struct buf *out, struct slice text);
bool escape_html_string(struct buf *out, const char *text);

/* One component of a URL: everything except the unreserved characters of RFC 3986
 * becomes %HH. */
bool escape_url(struct buf *out, struct slice bytes);

/* One field of a W3C extended log: a space becomes '+' as in IIS's logs, an empty value
 * becomes '-', other bytes that are not visible ASCII become %HH. No input can end the
 * field or the line. */
bool escape_log_field(struct buf *out, struct slice bytes);

/* Decodes %HH. False for a '%' without two hex digits and for %00; `out` is then
 * as before. */
bool escape_decode_url(struct buf *out, struct slice text);
/* One name or value of a form or a query, by the URL standard's "application/x-www-
 * form-urlencoded parsing": '+' is a space, and a '%' that begins no escape is kept.
 * The text never grows. */
bool escape_decode_form(struct buf *out, struct slice text);
