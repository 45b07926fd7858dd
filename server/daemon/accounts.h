/* SPDX-License-Identifier: MIT
 *
 * --accounts: which Windows accounts there are, for a machine that has none. INI, one
 * section for each account:
 *
 *   [CONTOSO\alice]
 *   password = secret
 *   no-access = /private
 *
 * The file holds passwords, so nobody else may read it.
 */
#pragma once

#include "base/err.h"

#define ACCOUNTS_FILE_MAX ((size_t)256 * 1024)

struct mapping;

/* Adds them to the mapping: from then on only they can log on. */
int accounts_read(const char *path, struct mapping *mapping, struct err *err)
    MUST_CHECK;
