/* SPDX-License-Identifier: MIT
 *
 * Who may ask: the guards of role.h.
 */
#include "roles/role.h"

#include "base/text.h"

#include <stdio.h>
#include <string.h>

#define ORIGIN_MAX ((size_t)300)

/* Addresses of this machine and the names that RFC 6761 6.3 reserves for it; any other
 * name may be a stranger's that resolves to this machine. */
static bool names_this_machine(const char *host)
{
    size_t len = strlen(host);
    if (strncmp(host, "127.", 4) == 0) {
        return strspn(host, "0123456789.") == len;
    }
    return text_equal_ignoring_case(host, "localhost") ||
           text_equal_ignoring_case(host, "[::1]") ||
           text_has_suffix_ignoring_case(host, ".localhost");
}

const char *role_guard_local(const struct exchange_input *input)
{
    const struct request *request = input->request;
    const char *origin = request_find_header(request, "Origin");
    char own[ORIGIN_MAX];

    /* A site that --unsafe-listen opened may have any name on its network. */
    if (exchange_is_local(input->local) && !names_this_machine(request->host_name)) {
        return "The Host of this request is no name of this machine, so it may come "
               "from a foreign page. Use 127.0.0.1, [::1] or localhost.";
    }
    int n = snprintf(own, sizeof own, "%s://%s", input->tls != NULL ? "https" : "http",
                     request->host);
    if (origin != NULL &&
        (n < 0 || (size_t)n >= sizeof own || !text_equal_ignoring_case(origin, own))) {
        return "The Origin of this request is another site's page.";
    }
    return NULL;
}

/* https://www.w3.org/TR/fetch-metadata/, "Sec-Fetch-Site". "none" is a person who typed
 * the address. */
const char *role_guard_strict(const struct exchange_input *input)
{
    const char *site = request_find_header(input->request, "Sec-Fetch-Site");
    const char *refusal = role_guard_local(input);
    if (refusal == NULL && site != NULL && strcmp(site, "same-origin") != 0 &&
        strcmp(site, "none") != 0) {
        refusal = "The browser says that another site's page asks.";
    }
    return refusal;
}
