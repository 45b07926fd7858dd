/* SPDX-License-Identifier: MIT
 *
 * The desk: pages for people. One row for each page.
 */
#include "roles/role.h"

#include "base/compiler.h"
#include "pages/pages.h"
#include "roles/desk_mint.h"
#include "roles/desk_try.h"
#include "roles/desk_values.h"
#include "roles/desk_view.h"
#include "roles/desk_why.h"
#include "roles/download.h"
#include "roles/live.h"

static int judge_offers(const struct role_input *input, struct err *err)
{
    struct role_services *services = input->services;
    return services->world == NULL ? 0
                                   : offers_make(&services->offers, services->world,
                                                 input->exchange->context, err);
}

static int answer_home(const struct role_input *input, struct role_answer *answer,
                       struct err *err)
{
    struct values v;
    if (judge_offers(input, err) != 0) {
        return -1;
    }
    values_init(&v);
    desk_values_frame(&v, input, "/", "Log in with a client certificate");
    desk_values_home(&v, input);
    return desk_answer_page(answer, "desk", &v, PAGES_FORM | PAGES_ASK, err);
}

static int answer_2026(const struct role_input *input, struct role_answer *answer,
                       struct err *err)
{
    struct values v;
    if (judge_offers(input, err) != 0) {
        return -1;
    }
    values_init(&v);
    desk_values_frame(&v, input, "/2026", "2026: public CAs stop issuing clientAuth");
    desk_values_2026(&v, input);
    return desk_answer_page(answer, "desk/y2026", &v, PAGES_READ, err);
}

int desk_answer_sentence(const struct role_input *input, struct role_answer *answer,
                         struct err *err)
{
    struct values v;
    values_init(&v);
    desk_values_frame(&v, input, "", response_reason((int)answer->response.status));
    values_number(&v, "status", answer->response.status);
    values_put(&v, "sentence", values_buf(&answer->body));
    return desk_answer_page(answer, "desk/sentence", &v, PAGES_READ, err);
}

const struct role_route *desk_routes(size_t *ret_n)
{
    static const struct role_route routes[] = {
        { "/", ROLE_GET, answer_home },
        { "/2026", ROLE_GET, answer_2026 },
        { "/mint", ROLE_GET | ROLE_POST, desk_mint_answer },
        { "/again/", ROLE_GET, desk_try_answer_again },
        { "/try/", ROLE_GET | ROLE_POST, desk_try_answer },
        { "/why", ROLE_GET, desk_why_answer },
        { "/why/", ROLE_GET, desk_why_answer },
        { "/view", ROLE_GET | ROLE_POST | ROLE_LARGE, desk_view_answer },
        { "/view/server", ROLE_GET, desk_view_answer_server },
        { "/download/", ROLE_GET, download_answer },
        { "/live", ROLE_GET, live_answer_page },
        { "/live/", ROLE_GET, live_answer_part },
    };
    *ret_n = ARRAY_LEN(routes);
    return routes;
}
