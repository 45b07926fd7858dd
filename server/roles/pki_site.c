/* SPDX-License-Identifier: MIT
 *
 * The role pki: revocation_service.h over HTTP.
 */
#include "roles/role.h"

#include "base/compiler.h"
#include "roles/revocation_service.h"

/* The service's answer, delivered as it says: late, or not at all, if so switched. */
static int answer_service(const struct role_input *input, struct role_answer *answer,
                          struct err *err)
{
    const struct request *request = input->exchange->request;
    const struct revocation_request question = {
        .is_post = request->method == REQUEST_METHOD_POST,
        .path = request->path,
        .body = request->body,
    };
    struct revocation_answer word;

    if (input->services->revocation == NULL) {
        role_text(answer, RESPONSE_UNAVAILABLE, "There are no test CAs here.");
        return 0;
    }
    if (revocation_service_answer(input->services->revocation, &question,
                                  input->exchange->context->now, &word, err) != 0) {
        return -1;
    }
    answer->drop = word.drop;
    answer->delay_ms = word.delay_ms;
    answer->response.status = (enum response_status)word.status;
    if (word.content_type != NULL) {
        response_add(&answer->response, "Content-Type", word.content_type);
    }
    buf_finish(&answer->body);
    answer->body = word.body;
    return 0;
}

const struct role_route *pki_site_routes(size_t *ret_n)
{
    static const struct role_route routes[] = {
        { "/crl/", ROLE_GET, answer_service },
        { "/ocsp/", ROLE_GET | ROLE_POST, answer_service },
        { "/ca/", ROLE_GET, answer_service },
    };
    *ret_n = ARRAY_LEN(routes);
    return routes;
}
