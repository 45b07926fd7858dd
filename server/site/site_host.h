/* SPDX-License-Identifier: MIT
 *
 * The origins of certgated: names below localhost that lead to the same TLS port and
 * behave differently. Browsers remember for each origin which certificate was chosen,
 * so a choice can be made anew by going to another name.
 *
 *   require.localhost accept.localhost ignore.localhost   sslFlags
 *   desk.localhost                                        the desk; asks for nothing
 *   alert.localhost reset.localhost                       enforce.h
 *   nginx.localhost apache.localhost haproxy.localhost kestrel.localhost   dialect.h
 *   CASE.localhost                                        requires a certificate
 *   NAME.mint.localhost                                   the same, for one that was
 *                                                         minted; asks for nothing
 *                                                         if it is not there
 *   NAME-NUMBER.again.localhost                           the same as NAME.localhost: a
 *                                                         browser has not asked its
 *                                                         user there yet
 *   NAME.as200.localhost                                  the same, and whatever the
 *                                                         answer is, its status is 200
 *
 * The name is the one in the TLS handshake (SNI). All other names, and none, get what
 * the site's --listen says: of a site with host=NAME, what NAME.localhost gets.
 */
#pragma once

#include "config/config.h"
#include "forge/recipe.h"

#include <stdbool.h>

#define SITE_HOST_NAME_MAX ((size_t)64) /* RFC 1035 2.3.4, plus a NUL */

struct site_host {
    enum ssl_flags flags;        /* instead of the site's */
    enum config_enforce enforce; /* instead of the site's, if not HTTP */
    enum config_dialect dialect; /* instead of the site's, if not IIS */
    bool is_desk;
    bool as_200;
    const struct recipe *recipe; /* the case that it is named after; NULL = none */
    /* Of NAME.mint.localhost: minted certificates appear and disappear, so NAME is
     * looked up each time. Borrowed; NULL = not such a name. */
    const struct recipe_table *minted;
    char minted_name[SITE_HOST_NAME_MAX];
};

/* The minted certificate that it is named after; NULL = none. Borrowed until the next
 * forge_mint(). */
const struct recipe *site_host_recipe(const struct site_host *host);
/* NAME.mint.localhost, and NAME does not exist or no longer exists. */
bool site_host_is_gone(const struct site_host *host);

/* False for any other name. `server_name` is hostile; NULL = none. */
bool site_host_find(const struct recipe_table *cases, const char *server_name,
                    struct site_host *ret_host);

/* The site as a client sees it that sent `server_name`. */
struct site_view {
    struct config_listen
        listen;            /* where the host's name replaces some of its settings */
    struct site_host host; /* zeroed = an ordinary name */
    bool is_named; /* `host` is one of the test names; for ordinary names --path counts
                    */
};
void site_view_init(struct site_view *view, const struct config_listen *listen,
                    const struct recipe_table *cases, const char *server_name);

/* The named sites must exist. */
int site_host_check(const struct config *config, const struct recipe_table *cases,
                    struct err *err) MUST_CHECK;

/* RFC 9110 15.5.20: the request is for a host other than that of the handshake. A
 * client without SNI (it used an address) or without Host (HTTP/1.0) is given the
 * benefit of the doubt. */
bool site_host_is_misdirected(const char *server_name, const char *host_name);
