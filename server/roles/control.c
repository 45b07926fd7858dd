/* SPDX-License-Identifier: MIT
 *
 * The control of the running server: JSON over plain HTTP on the loopback.
 *
 *   GET  /             what there is
 *   GET  /revocations  the state of each certificate that has an issuer
 *   POST /revocations  {"name": "good", "state": "revoked"}; "reset" = by the tables
 *   GET  /events       what the server saw (events_feed.h)
 *
 * What is wrong with a request is answered with {"error": "a sentence"}.
 */
#include "roles/control_revocations.h"

#include "base/compiler.h"
#include "pages/values.h"
#include "roles/events_feed.h"

static int answer_index(const struct role_input *input, struct role_answer *answer,
                        struct err *err);

static int answer_events(const struct role_input *input, struct role_answer *answer,
                         struct err *err)
{
    return events_feed_answer(input, EVENTS_FEED_LINES, answer, err);
}

static const struct role_route routes[] = {
    { "/", ROLE_GET, answer_index },
    { "/revocations", ROLE_GET | ROLE_POST, control_answer_revocations },
    { "/events", ROLE_GET, answer_events },
};

static int answer_index(const struct role_input *input, struct role_answer *answer,
                        struct err *err)
{
    struct values v;
    struct values list = values_list();
    (void)input;
    values_init(&v);
    values_text(&v, "server", "certgated " CERTGATE_VERSION);
    values_text(&v, "role", "control");
    for (size_t i = 0; i < ARRAY_LEN(routes); i++) {
        values_add(&list, json_string(routes[i].path));
    }
    values_put(&v, "resources", values_take(&list));
    return role_json(answer, RESPONSE_OK, values_take(&v), err);
}

const struct role_route *control_routes(size_t *ret_n)
{
    *ret_n = ARRAY_LEN(routes);
    return routes;
}
