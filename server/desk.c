/* SPDX-License-Identifier: MIT
 *
 * The desk: pages for people. One row a page.
 */
#include "role.h"

#include "base/compiler.h"
#include "pages.h"

static int answer_home(const struct role_input *input, struct role_answer *answer,
                       struct err *err)
{
    struct buf policy = BUF_EMPTY;
    json_t *values = json_object();
    (void)input;
    response_add(&answer->response, "Content-Type", "text/html; charset=utf-8");
    bool ok = values != NULL && pages_append_policy(&policy) &&
              pages_render(&answer->body, "desk", values);
    response_add(&answer->response, "Content-Security-Policy", buf_string(&policy));
    json_decref(values);
    buf_finish(&policy);
    return ok ? 0 : err_memory(err);
}

const struct role_route *desk_routes(size_t *ret_n)
{
    static const struct role_route routes[] = {
        { "/", ROLE_GET, answer_home },
    };
    *ret_n = ARRAY_LEN(routes);
    return routes;
}
