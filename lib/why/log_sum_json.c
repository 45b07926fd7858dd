/* SPDX-License-Identifier: MIT */
#include "describe/json_value.h"
#include "why/log_sum.h"

#include <jansson.h>

static void put_count(json_t *object, const struct log_count *counted, bool *failed)
{
    json_value_set(object, "count", json_integer((json_int_t)counted->n), failed);
    if (counted->first[0] != 0) {
        json_value_set(object, "first", json_string(counted->first), failed);
        json_value_set(object, "last", json_string(counted->last), failed);
    }
}

static json_t *clients_json(const struct log_sum *sum, size_t cause, bool *failed)
{
    json_t *list = json_array();
    for (size_t i = 0; i < sum->n_clients; i++) {
        const struct log_client *client = &sum->clients[i];
        if (client->cause != cause) {
            continue;
        }
        json_t *object = json_object();
        json_value_set(object, "client",
                       json_value_text(slice_from_string(client->address)), failed);
        put_count(object, &client->count, failed);
        json_value_add(list, object, failed);
    }
    return list;
}

static json_t *cause_json(const struct log_sum *sum, size_t i, bool *failed)
{
    const struct log_cause *cause = &sum->causes[i];
    struct buf answer = BUF_EMPTY;
    char id[WHY_ID_MAX];
    json_t *object = json_object();
    why_append_answer(&answer, &cause->topic);
    json_value_set(object, "id", json_string(why_id(&cause->topic, id)), failed);
    json_value_set(object, "answer", json_value_buf(&answer), failed);
    put_count(object, &cause->count, failed);
    json_value_set(object, "clients", clients_json(sum, i, failed), failed);
    if (cause->others.n > 0) {
        json_t *others = json_object();
        put_count(others, &cause->others, failed);
        json_value_set(object, "others", others, failed);
    }
    return object;
}

json_t *log_sum_json(const struct log_sum *sum)
{
    json_t *object = json_object();
    json_t *causes = json_array();
    bool failed = false;
    for (size_t i = 0; i < sum->n_causes; i++) {
        json_value_add(causes, cause_json(sum, i, &failed), &failed);
    }
    json_value_set(object, "schema", json_string("certgate-why-log-1"), &failed);
    json_value_set(object, "requests", json_integer((json_int_t)sum->n_requests),
                   &failed);
    json_value_set(object, "refused", json_integer((json_int_t)sum->n_refused),
                   &failed);
    json_value_set(object, "other_errors", json_integer((json_int_t)sum->n_errors),
                   &failed);
    json_value_set(object, "damaged_lines", json_integer((json_int_t)sum->n_damaged),
                   &failed);
    json_value_set(object, "causes", causes, &failed);
    return json_value_finish(object, failed);
}
