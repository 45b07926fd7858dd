/* SPDX-License-Identifier: MIT */
#pragma once

#include <check.h>

/* What every test file provides. */
Suite *suite(void);
