/* SPDX-License-Identifier: MIT */
#include "explain/server_chain.h"

#include "base/mem.h"
#include "net/stream.h"
#include "tls/tls_session.h"

#include <stdlib.h>

/* For one address, from connecting to the end of the handshake. */
#define DEADLINE_MS 15000

struct fetch {
    struct target *target;
    uv_loop_t *loop;
    struct tls_client_config *config; /* owned */
    struct tls_session *session;      /* owned */
    size_t next_address;
    const char *why; /* the last reason */
    struct err *err;
    struct bundle bundle;
    uv_timer_t timer;
    struct stream stream;
};

/* Copies what the server showed; the session goes soon. */
static bool take_chain(struct fetch *fetch)
{
    const struct tls_info *info = tls_session_get_info(fetch->session);
    struct bundle *bundle = &fetch->bundle;
    if (info->n_chain == 0) {
        return true;
    }
    bundle->certs = mem_alloc(info->n_chain, sizeof(struct certificate *));
    for (size_t i = 0; i < info->n_chain && bundle->certs != NULL; i++) {
        bundle->certs[i] = certificate_create(info->chain[i]->der);
        if (bundle->certs[i] == NULL) {
            return false;
        }
        bundle->n_certs++;
    }
    return bundle->certs != NULL;
}

static void connect_next(struct fetch *fetch);

static void on_ready(void *user)
{
    struct fetch *fetch = user;
    stream_close(&fetch->stream);
}

static void on_data(void *user, struct slice plain)
{
    (void)user;
    (void)plain;
}

static void on_deadline(uv_timer_t *timer)
{
    struct fetch *fetch = timer->data;
    fetch->why = "no answer in time";
    stream_abort(&fetch->stream);
}

static void on_closed(void *user, enum stream_end reason)
{
    struct fetch *fetch = user;
    (void)reason;
    if (fetch->why == NULL) {
        const struct tls_failure *failure = tls_session_get_failure(fetch->session);
        fetch->why =
            failure->text[0] != 0 ? failure->text : stream_end_text(&fetch->stream);
    }
    if (!take_chain(fetch)) {
        err_memory(fetch->err);
    } else if (fetch->bundle.n_certs == 0 &&
               fetch->next_address < fetch->target->n_addresses) {
        connect_next(fetch);
        return;
    } else if (fetch->bundle.n_certs == 0) {
        char url[URL_TEXT_MAX];
        err_set(fetch->err, ERR_CONFIG, 0, "%.512s shows no certificate: %.256s",
                url_format(&fetch->target->options->url, url), fetch->why);
    }
    uv_close((uv_handle_t *)&fetch->timer, NULL);
}

static const struct stream_callbacks callbacks = {
    .on_ready = on_ready,
    .on_data = on_data,
    .on_closed = on_closed,
};

static void connect_next(struct fetch *fetch)
{
    const struct sockaddr_storage *address =
        &fetch->target->addresses[fetch->next_address++];
    tls_session_destroy(fetch->session);
    fetch->session = NULL;
    fetch->why = NULL;
    if (tls_session_create_client(fetch->config, SLICE_EMPTY, &fetch->session,
                                  fetch->err) != 0) {
        uv_close((uv_handle_t *)&fetch->timer, NULL);
        return;
    }
    uv_timer_start(&fetch->timer, on_deadline, DEADLINE_MS, 0);
    stream_connect(&fetch->stream, fetch->loop, (const struct sockaddr *)address,
                   fetch->session, &callbacks, fetch);
}

int server_chain_fetch(struct target *target, uv_loop_t *loop,
                       struct bundle *ret_bundle, struct err *err)
{
    struct target_use use = { .credential = NULL };
    struct fetch *fetch = mem_alloc(1, sizeof(*fetch));
    int result = -1;
    if (fetch == NULL) {
        return err_memory(err);
    }
    fetch->target = target;
    fetch->loop = loop;
    fetch->err = err;
    if (target_make_config(target, &use, &fetch->config, err) == 0) {
        uv_timer_init(loop, &fetch->timer);
        fetch->timer.data = fetch;
        connect_next(fetch);
        uv_run(loop, UV_RUN_DEFAULT);
        if (fetch->bundle.n_certs > 0) {
            *ret_bundle = fetch->bundle;
            fetch->bundle = (struct bundle){ .format = BUNDLE_DER };
            result = 0;
        }
    }
    bundle_finish(&fetch->bundle);
    tls_session_destroy(fetch->session);
    tls_client_config_destroy(fetch->config);
    free(fetch);
    return result;
}
