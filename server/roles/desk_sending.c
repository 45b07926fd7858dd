/* SPDX-License-Identifier: MIT */
#include "roles/desk_sending.h"

#include "pages/values.h"

static json_t *cell_create(const struct sending *sending)
{
    struct values v;
    values_init(&v);
    values_text(&v, "sends", sending_part_name(sending->part));
    values_text(&v, "code", verdict_code(sending->verdict));
    values_flag(&v, "is_let_in", sending->verdict == VERDICT_OK);
    if (sending->part != SENDING_NOTHING && sending->verdict != VERDICT_OK) {
        values_printf(&v, "refused_by", "0x%08lX",
                      (unsigned long)verdict_get(sending->verdict)->hresult);
    }
    return values_take(&v);
}

/* What is the client's own reason, once. */
static json_t *reasons_list(const struct sendings *sendings, enum sending_client client)
{
    json_t *list = json_array();
    const char *last = NULL;
    for (size_t v = 0; v < SENDING_VERSION_COUNT; v++) {
        const struct sending *sending = &sendings->by[client][v];
        if (sending->why != NULL && sending->why != sendings->key_problem[v] &&
            sending->why != last) {
            json_array_append_new(list, json_string(sending->why));
            last = sending->why;
        }
    }
    return list;
}

json_t *desk_sending_clients(const struct sendings *sendings)
{
    json_t *list = json_array();
    for (int c = 0; c < SENDING_CLIENT_COUNT; c++) {
        json_t *cells = json_array();
        struct values v;
        for (size_t k = 0; k < SENDING_VERSION_COUNT; k++) {
            json_array_append_new(cells, cell_create(&sendings->by[c][k]));
        }
        values_init(&v);
        values_text(&v, "name", sending_client_name((enum sending_client)c));
        values_put(&v, "cells", cells);
        values_put(&v, "reasons", reasons_list(sendings, (enum sending_client)c));
        json_array_append_new(list, values_take(&v));
    }
    return list;
}

json_t *desk_sending_problems(const struct sendings *sendings)
{
    json_t *list = json_array();
    for (int v = 0; v < SENDING_VERSION_COUNT; v++) {
        struct buf text = BUF_EMPTY;
        if (sendings->key_problem[v] != NULL) {
            buf_printf(&text, "On %s nobody sends it: %s.",
                       sending_version_name((enum sending_version)v),
                       sendings->key_problem[v]);
            json_array_append_new(list, values_string(buf_slice(&text)));
        }
        buf_finish(&text);
    }
    return list;
}
