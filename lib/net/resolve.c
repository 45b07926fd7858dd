/* SPDX-License-Identifier: MIT */
#include "net/resolve.h"

#include "base/text.h"

#include <netdb.h>
#include <stdio.h>
#include <string.h>

static void on_uv_getaddrinfo(uv_getaddrinfo_t *request, int status,
                              struct addrinfo *found)
{
    struct resolve *resolve = request->data;

    for (struct addrinfo *info = found;
         info != NULL && resolve->n_addresses < RESOLVE_ADDRESSES_MAX;
         info = info->ai_next) {
        if ((info->ai_family == AF_INET || info->ai_family == AF_INET6) &&
            info->ai_addrlen <= sizeof(resolve->addresses[0])) {
            memcpy(&resolve->addresses[resolve->n_addresses++], info->ai_addr,
                   info->ai_addrlen);
        }
    }
    uv_freeaddrinfo(found);
    resolve->pending = false;
    if (resolve->cancelled) {
        status = UV_ECANCELED; /* also when the thread was faster */
    }
    resolve->on_resolved(resolve->user, status == 0 && resolve->n_addresses == 0
                                            ? UV_EAI_NODATA
                                            : status);
}

/* RFC 6761 6.3: "localhost" and what ends in ".localhost" is this machine. */
static bool is_localhost(const char *host)
{
    return text_equal_ignoring_case(host, "localhost") ||
           text_has_suffix_ignoring_case(host, ".localhost");
}

/* NOLINTNEXTLINE(readability-function-size): seven arguments, all of them needed */
int resolve_start(struct resolve *resolve, uv_loop_t *loop, const char *host,
                  uint16_t port, void (*on_resolved)(void *user, int uv_code),
                  void *user, struct err *err)
{
    const struct addrinfo hints = { .ai_family = AF_UNSPEC,
                                    .ai_socktype = SOCK_STREAM,
                                    .ai_flags = AI_NUMERICSERV };
    char service[8];
    char literal[80];
    size_t len = strlen(host);

    *resolve = (struct resolve){ .on_resolved = on_resolved, .user = user };
    resolve->request.data = resolve;
    (void)snprintf(service, sizeof(service), "%u", (unsigned)port);
    if (len > 2 && host[0] == '[' && host[len - 1] == ']' && len < sizeof(literal)) {
        memcpy(literal, host + 1, len - 2);
        literal[len - 2] = 0;
        host = literal;
    }
    /* No name and no AI_PASSIVE: getaddrinfo gives both loopback addresses. */
    int rc = uv_getaddrinfo(loop, &resolve->request, on_uv_getaddrinfo,
                            is_localhost(host) ? NULL : host, service, &hints);
    if (rc != 0) {
        return err_set_reason(err, ERR_UV, rc, uv_strerror(rc), "cannot look up %s",
                              host);
    }
    resolve->pending = true;
    return 0;
}

void resolve_cancel(struct resolve *resolve)
{
    if (resolve->pending) {
        resolve->cancelled = true;
        (void)uv_cancel((uv_req_t *)&resolve->request);
    }
}
