/* SPDX-License-Identifier: MIT
 *
 * Whether a browser accepts this certificate as a server's. chain/chain_build checks
 * path and time; this module checks what differs from a client's certificate: the
 * purpose and the host name. Browsers neither fetch revocation lists nor share IIS's
 * quirks.
 */
#pragma once

#include "base/err.h"
#include "chain/chain.h"

#include <stdbool.h>
#include <stddef.h>

/* name, Chrome's error (NULL = a note), rule, fault, remedy */
/* clang-format off */
#define SERVER_CHECK_LIST(X)                                                             \
    X(EKU_NOT_SERVER_AUTH, "ERR_CERT_INVALID", "RFC 5280 4.2.1.12",                      \
      "Its Enhanced Key Usage does not list Server Authentication (1.3.6.1.5.5.7.3.1).", \
      "Issue it again with serverAuth in the Enhanced Key Usage.")                       \
    X(CA_EKU_NOT_SERVER_AUTH, "ERR_CERT_INVALID", "CERT_USAGE_MATCH",                    \
      "This CA's own Enhanced Key Usage does not list Server Authentication.",           \
      "Have it issued by a CA for servers.")                                             \
    X(NO_ALT_NAME, "ERR_CERT_COMMON_NAME_INVALID", "RFC 9525 1.2",                       \
      "It has no Subject Alternative Name; browsers do not look at the common name.",    \
      "Issue it again with the host's name as a DNS name in subjectAltName.")            \
    X(WRONG_HOST, "ERR_CERT_COMMON_NAME_INVALID", "RFC 9525 6",                          \
      "It is not for this host.",                                                        \
      "Issue it again with the host's name in subjectAltName, or use the name it is for.") \
    X(LONG_LIFE, NULL, "Apple HT210176",                                                 \
      "It is valid for more than 825 days; Apple's systems refuse that, even below a private CA.", \
      "Issue it for 825 days at most.")
/* clang-format on */

enum server_check_kind {
#define X(name, chrome, rule, fault, remedy) SERVER_CHECK_##name,
    SERVER_CHECK_LIST(X)
#undef X
        SERVER_CHECK_COUNT
};

struct server_check_info {
    const char *name;
    const char *chrome; /* NULL = a note */
    const char *rule;
    const char *fault;
    const char *remedy;
};
const struct server_check_info *server_check_get(enum server_check_kind kind);

/* Chrome's error for a fault of the path. Static text. */
const char *server_check_error(enum verdict verdict);

#define SERVER_CHECK_FINDINGS_MAX ((size_t)16)

struct server_check_finding {
    enum server_check_kind kind;
    size_t element; /* index in the path */
};

/* Plain memory; borrows as struct chain does. */
struct server_check {
    struct chain chain; /* without the findings that only concern clients */
    struct server_check_finding findings[SERVER_CHECK_FINDINGS_MAX];
    size_t n_findings;
    bool is_accepted;
    const char *chrome; /* the error that Chrome shows; NULL if it is accepted */
};

/* `host` is a DNS name or an IP address; NULL = not looked at. The context's policy is
 * not used. -1 only when out of memory. */
int server_check(struct certificate *const *presented, size_t n_presented,
                 const char *host, const struct chain_context *context,
                 struct server_check *ret_check, struct err *err) MUST_CHECK;
