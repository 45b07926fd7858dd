/* SPDX-License-Identifier: MIT
 *
 * An HTTP server for tests, on a loop of its own and any port: it says what it is
 * told, in one of a few manners, to whatever it is asked.
 */
#pragma once

#include "base/buf.h"
#include "net/listener.h"
#include "support/loop.h"

enum fake_http_manner {
    FAKE_HTTP_ANSWERS, /* and closes */
    FAKE_HTTP_STALLS,  /* answers and leaves the connection open */
    FAKE_HTTP_SILENT,  /* takes the request and says nothing */
    FAKE_HTTP_RESETS,
};

struct fake_http {
    struct loop loop;
    struct listener listener;
    enum fake_http_manner manner;
    struct buf answer; /* a whole message */
    struct buf second; /* for the second visitor and all after; empty = the same */
    const char *silent_path; /* asked for this, it is SILENT; NULL = none */
    struct buf last_request;
    size_t n_visitors;
    size_t n_open;
    size_t n_open_max;
    /* Sampled whenever a visitor comes; NULL = not. The client's own count: the server
     * may see a visitor go only after the next has come. */
    const size_t *n_running;
    size_t n_running_max;
};

void fake_http_open(struct fake_http *server);
void fake_http_close(struct fake_http *server);
/* "@" becomes the server's address and port, "$" "localhost" and the port. */
void fake_http_fill_in(const struct fake_http *server, const char *text,
                       struct buf *out);
/* Replaces the answer by a text. */
void fake_http_say(struct fake_http *server, const char *text);
