/* SPDX-License-Identifier: MIT
 *
 * The list of a host's connections.
 */
#include "connection/connection_internal.h"

void connection_for_each(struct connection_host *host,
                         void (*act)(struct connection *conn))
{
    struct connection *next;
    for (struct connection *c = host->oldest; c != NULL; c = next) {
        next = c->next;
        act(c);
    }
}

static void pump(struct connection *conn)
{
    connection_pump(conn, false);
}

void connection_wake_streams(struct connection_host *host)
{
    if (host->n_in_state[CONN_STATE_STREAM] > 0) {
        connection_for_each(host, pump);
    }
}

void connection_bound_answers(struct connection_host *host)
{
    while (host->n_answers > CONNECTION_ANSWERS_MAX) {
        struct connection *longest = NULL;
        for (struct connection *c = host->oldest; c != NULL; c = c->next) {
            if (c->n_answer > 0 &&
                (longest == NULL || c->since_us < longest->since_us)) {
                longest = c;
            }
        }
        if (longest == NULL) {
            return;
        }
        connection_reset(longest); /* and the kernel drops what it has, too */
    }
}

void connection_list_add(struct connection_host *host, struct connection *conn)
{
    conn->previous = host->newest;
    *(host->newest != NULL ? &host->newest->next : &host->oldest) = conn;
    host->newest = conn;
    host->n_connections++;
    conn->number = ++host->n_accepted;
    host->n_in_state[conn->state]++;
    if (conn->material != NULL) {
        conn->material->n_users++;
    }
}

void connection_list_remove(struct connection_host *host, struct connection *conn)
{
    *(conn->previous != NULL ? &conn->previous->next : &host->oldest) = conn->next;
    *(conn->next != NULL ? &conn->next->previous : &host->newest) = conn->previous;
    host->n_connections--;
    answer_memo_forget(host->memo, conn->number);
    host->n_in_state[conn->state]--;
    if (conn->material != NULL) {
        conn->material->n_users--;
    }
    host->on_gone(host->user);
}
