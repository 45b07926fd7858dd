/* SPDX-License-Identifier: MIT */
#include "explain/explain_clients.h"

#include "bundle/pkcs12_importers.h"

#include <stdio.h>
#include <string.h>

#define INDENT       2u
#define CLIENT_WIDTH 26
#define CELL_WIDTH   25

/* "all: 200", "leaf: 403.16 0x800B010A" */
static void append_sending(struct buf *out, const struct sending *sending, bool is_last)
{
    const struct verdict_info *verdict = verdict_get(sending->verdict);
    char cell[80];
    (void)snprintf(cell, sizeof(cell), "%s: %s", sending_part_name(sending->part),
                   verdict_code(sending->verdict));
    if (sending->part != SENDING_NOTHING && sending->verdict != VERDICT_OK) {
        size_t len = strlen(cell);
        (void)snprintf(cell + len, sizeof(cell) - len, " 0x%08X",
                       (unsigned)verdict->hresult);
    }
    buf_printf(out, "%-*s%s", is_last ? 0 : CELL_WIDTH, cell, is_last ? "\n" : "");
}

/* Once for several in a row with the same reason; `last` is the previous one. */
static void append_why(struct buf *out, const struct sendings *sendings,
                       enum sending_client client, const char **last)
{
    for (size_t v = 0; v < SENDING_VERSION_COUNT; v++) {
        const struct sending *sending = &sendings->by[client][v];
        if (sending->why != NULL && sending->why != sendings->key_problem[v] &&
            sending->why != *last) {
            buf_printf(out, "%*s%s\n", (int)INDENT + 2, "", sending->why);
            *last = sending->why;
        }
    }
}

void explain_append_clients(struct buf *out, const struct explain_answer *answer)
{
    const struct sendings *sendings = &answer->sendings;
    const char *last = NULL;
    buf_printf(out, "\nWhat a client would send of it, and the answer\n%*s%-*s%s\n",
               (int)INDENT + CLIENT_WIDTH, "", CELL_WIDTH, "TLS 1.2", "TLS 1.3");
    for (int c = 0; c < SENDING_CLIENT_COUNT; c++) {
        buf_printf(out, "%*s%-*s", (int)INDENT, "", CLIENT_WIDTH,
                   sending_client_name((enum sending_client)c));
        append_sending(out, &sendings->by[c][SENDING_TLS_1_2], false);
        append_sending(out, &sendings->by[c][SENDING_TLS_1_3], true);
        append_why(out, sendings, (enum sending_client)c, &last);
    }
    for (size_t v = 0; v < SENDING_VERSION_COUNT; v++) {
        if (sendings->key_problem[v] != NULL) {
            buf_printf(out, "%*sOn %s nobody sends it: %s.\n", (int)INDENT, "",
                       sending_version_name((enum sending_version)v),
                       sendings->key_problem[v]);
        }
    }
    buf_printf(out,
               "%*sEach also needs the private key and, if the server names CAs, an "
               "issuer among them.\n",
               (int)INDENT, "");
}

void explain_append_importers(struct buf *out, const struct explain_question *question)
{
    if (question->pkcs12_uses == 0) {
        return;
    }
    buf_append_string(out, "\nWho imports this file (");
    pkcs12_append_uses(out, question->pkcs12_uses);
    buf_append_string(out, ")\n");
    pkcs12_append_importers(out, question->pkcs12_uses);
    buf_printf(out, "%*scertgate store convert writes it anew in the other kind.\n",
               (int)INDENT, "");
}
