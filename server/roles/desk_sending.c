/* SPDX-License-Identifier: MIT */
#include "roles/desk_sending.h"

#include "bundle/pkcs12_importers.h"

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

/* The client's own reasons, each once. */
static json_t *reasons_list(const struct sendings *sendings, enum sending_client client)
{
    struct values list = values_list();
    const char *last = NULL;
    for (size_t v = 0; v < SENDING_VERSION_COUNT; v++) {
        const struct sending *sending = &sendings->by[client][v];
        if (sending->why != NULL && sending->why != sendings->key_problem[v] &&
            sending->why != last) {
            values_add(&list, json_string(sending->why));
            last = sending->why;
        }
    }
    return values_take(&list);
}

json_t *desk_sending_clients(const struct sendings *sendings)
{
    struct values list = values_list();
    for (int c = 0; c < SENDING_CLIENT_COUNT; c++) {
        struct values cells = values_list();
        struct values v;
        for (size_t k = 0; k < SENDING_VERSION_COUNT; k++) {
            values_add(&cells, cell_create(&sendings->by[c][k]));
        }
        values_init(&v);
        values_text(&v, "name", sending_client_name((enum sending_client)c));
        values_put(&v, "cells", values_take(&cells));
        values_put(&v, "reasons", reasons_list(sendings, (enum sending_client)c));
        values_add(&list, values_take(&v));
    }
    return values_take(&list);
}

json_t *desk_sending_problems(const struct sendings *sendings)
{
    struct values list = values_list();
    for (int v = 0; v < SENDING_VERSION_COUNT; v++) {
        if (sendings->key_problem[v] != NULL) {
            struct buf text = BUF_EMPTY;
            buf_printf(&text, "On %s nobody sends it: %s.",
                       sending_version_name((enum sending_version)v),
                       sendings->key_problem[v]);
            values_add(&list, values_buf(&text));
        }
    }
    return values_take(&list);
}

json_t *desk_sending_lines(struct slice lines)
{
    struct values list = values_list();
    while (lines.len > 0) {
        values_add(&list, values_string(slice_take_line(&lines)));
    }
    return values_take(&list);
}

void desk_sending_importers(struct values *v, unsigned uses)
{
    struct buf how = BUF_EMPTY;
    struct buf lines = BUF_EMPTY;
    if (uses != 0 && pkcs12_append_uses(&how, uses) &&
        pkcs12_append_importers(&lines, uses)) {
        values_text(v, "protection", buf_string(&how));
        values_put(v, "importers", desk_sending_lines(buf_slice(&lines)));
    }
    buf_finish(&how);
    buf_finish(&lines);
}
