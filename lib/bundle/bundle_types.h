/* SPDX-License-Identifier: MIT
 *
 * What bundle/bundle, which gathers a file's items, and bundle/bundle_walk, which finds
 * them, have in common.
 */
#pragma once

#include <stddef.h>

#define BUNDLE_SIZE_MAX  ((size_t)32 * 1024 * 1024)
#define BUNDLE_ITEMS_MAX ((size_t)20000)

enum bundle_format {
    BUNDLE_PEM,
    BUNDLE_DER,
    BUNDLE_PKCS7,
    BUNDLE_PKCS12,
    BUNDLE_SST, /* Windows' serialized store */
};

enum bundle_result {
    BUNDLE_OK,
    BUNDLE_NO_PASSWORD, /* a password is needed: ask for it and try again */
    BUNDLE_WRONG_PASSWORD,
    BUNDLE_FAILED,
};
