/* SPDX-License-Identifier: MIT
 *
 * Versions of Windows Server that certgated can play: what differs between them in
 * front of a client certificate. Facts: iis.md rows 5 and 32, sections 4 and 6.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

enum windows_late_request {
    WINDOWS_LATE_RESET, /* TLS 1.3 and a certificate asked for too late: TCP reset */
    WINDOWS_LATE_ERROR_500, /* the same: 500.0 with 0x80070032 */
};

enum windows_version {
    WINDOWS_2012,
    WINDOWS_2012R2,
    WINDOWS_2016,
    WINDOWS_2019,
    WINDOWS_2022,
    WINDOWS_2025
};

struct windows {
    enum windows_version version;
    const char *name;  /* "2022", as --profile takes it */
    const char *title; /* "Windows Server 2022" */
    const char *iis;   /* "10.0" */
    unsigned build;    /* the last number of the "View more information" link */
    bool has_tls_1_3;
    bool large_root_store_breaks_all;
    enum windows_late_request late_request;
};

/* By its name in any case; NULL = not known. */
const struct windows *windows_find(const char *name);
/* The version that a build of Windows is, or the last one before it; NULL = it is older
 * than all. */
const struct windows *windows_find_build(unsigned build);
/* The newest: what certgated is unless told otherwise. */
const struct windows *windows_default(void);
/* "2012, 2012R2, ...": for error messages. Static text. */
const char *windows_names(void);
