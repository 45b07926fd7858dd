/* SPDX-License-Identifier: MIT */
#pragma once

#include <check.h>

#include <stddef.h>

/* What every test file provides. */
Suite *suite(void);

/* Below TMPDIR, or /tmp: a template of mkdtemp and mkstemp, "certgate-NAME-XXXXXX". */
#define TEST_PLACE_MAX ((size_t)256)
void test_place(char path[static TEST_PLACE_MAX], const char *name);
