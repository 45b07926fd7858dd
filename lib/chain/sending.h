/* SPDX-License-Identifier: MIT
 *
 * What each kind of client would send of a certificate and those that came with it, on
 * which version of TLS, and what the server would answer to that. IIS judges what it
 * gets, and that is not always what a file holds: programs hide certificates that they
 * take for unsuitable (chain/offer), no program sends a key that the server's list of
 * signature algorithms has no place for, and Schannel's clients leave the file's other
 * certificates out.
 *
 * The rules are one table in sending.c, with their sources.
 */
#pragma once

#include "base/err.h"
#include "chain/judge.h"

#include <stdbool.h>
#include <stddef.h>

enum sending_client {
    SENDING_CHROME_WINDOWS, /* and Edge */
    SENDING_CHROME_LINUX,
    SENDING_CHROME_MACOS,
    SENDING_FIREFOX,
    SENDING_SAFARI,
    SENDING_SCHANNEL, /* .NET and WinHTTP on Windows */
    SENDING_JAVA,
    SENDING_OPENSSL, /* curl, Python, Node.js, .NET on Linux */
    SENDING_GO,
    SENDING_CLIENT_COUNT
};
/* "Chrome, Edge (Windows)", ... */
const char *sending_client_name(enum sending_client client);

enum sending_version { SENDING_TLS_1_2, SENDING_TLS_1_3, SENDING_VERSION_COUNT };
/* "TLS 1.2" */
const char *sending_version_name(enum sending_version version);

enum sending_part { SENDING_NOTHING, SENDING_LEAF, SENDING_ALL };
/* "nothing", "leaf", "all" */
const char *sending_part_name(enum sending_part part);

/* What one client does on one version. */
struct sending {
    enum sending_part part;
    /* Why nothing, or not all, in static words; NULL = it sends all. Where a finding
     * hides the certificate, that finding's fault. */
    const char *why;
    enum verdict verdict; /* the server's answer, by sslFlags */
};

struct sendings {
    struct sending by[SENDING_CLIENT_COUNT][SENDING_VERSION_COUNT];
    /* No client can send it, whatever it is, for its key has no place in the server's
     * list of signature algorithms: why, else NULL. */
    const char *key_problem[SENDING_VERSION_COUNT];
};

/* `judgement` is of all that was presented, under `flags`. -1 only when out of memory.
 */
int sending_judge(struct certificate *const *presented, size_t n_presented,
                  enum ssl_flags flags, const struct chain_context *context,
                  const struct judgement *judgement, struct sendings *ret_sendings,
                  struct err *err) MUST_CHECK;
