/* SPDX-License-Identifier: MIT
 *
 * Has a thread compute what would hold up the loop, on copies; then the certificate is
 * judged again (chain/signature_batch).
 */
#include "connection/connection_internal.h"

#include "base/mem.h"

#include <stdlib.h>

void connection_compute_begin(struct connection *conn)
{
    connection_compute_end(conn);
    signature_batch_init(&conn->batch, SIGNATURE_BATCH_ALLOWANCE);
}

static void run(void *job)
{
    signature_batch_run(job);
}

static void destroy(void *job)
{
    signature_batch_finish(job);
    free(job);
}

static void on_done(void *user, void *job)
{
    struct connection *conn = user;
    conn->work = NULL;
    signature_batch_finish(&conn->batch);
    conn->batch = *(struct signature_batch *)job;
    free(job);
    if (conn->state == CONN_STATE_HANDSHAKE) {
        stream_continue(&conn->stream);
    } else {
        connection_judge(conn);
    }
}

bool connection_compute(struct connection *conn)
{
    if (!signature_batch_is_pending(&conn->batch)) {
        return false;
    }
    struct signature_batch *job = mem_alloc(1, sizeof *job);
    if (job == NULL) {
        return false;
    }
    const struct work_order order = { run, on_done, destroy, job, conn };
    *job = conn->batch;
    conn->work = work_start(conn->host->work, &order, NULL);
    if (conn->work == NULL) {
        free(job);
        return false;
    }
    signature_batch_init(&conn->batch, 0);
    return true;
}

void connection_compute_end(struct connection *conn)
{
    if (conn->work != NULL) {
        work_cancel(conn->work);
        conn->work = NULL;
    }
    signature_batch_finish(&conn->batch);
}
