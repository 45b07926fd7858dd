/* SPDX-License-Identifier: MIT
 *
 * The gate of a connection's handshake, for sites that end it (enforce.h).
 */
#include "connection/connection_internal.h"

#include "tls/tls_alert.h"
#include "tls/tls_session.h"

int connection_gate(void *user)
{
    struct connection *conn = user;
    struct err err = ERR_INIT;

    site_view_init(&conn->view, conn->site, conn->host->cases,
                   tls_session_get_info(conn->session)->server_name);
    if (!enforce_is_on(&conn->view.listen)) {
        return TLS_GATE_PASS;
    }
    if (conn->work != NULL) {
        return TLS_GATE_LATER; /* more has come meanwhile */
    }
    struct chain_context context = connection_host_context(conn->host, conn->site);
    context.batch = &conn->batch;
    const struct exchange_input input = connection_input(conn, &context, NULL);
    if (enforce_decide(&input, &conn->enforced, &err) != 0) {
        connection_log_trouble(conn, "handshake", &err);
        return TLS_ALERT_INTERNAL_ERROR;
    }
    if (connection_compute(conn)) {
        stream_pause(&conn->stream);
        return TLS_GATE_LATER;
    }
    switch (conn->enforced.end) {
    case ENFORCE_ALERT:
        return conn->enforced.alert;
    case ENFORCE_RESET:
        return TLS_GATE_SILENT;
    case ENFORCE_DROP: /* once it is done */
    case ENFORCE_PASS:
    default:
        return TLS_GATE_PASS;
    }
}
