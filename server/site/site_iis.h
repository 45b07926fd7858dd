/* SPDX-License-Identifier: MIT
 *
 * What IIS's own files (--iis) say of a URL, in the words of this program.
 */
#pragma once

#include "chain/verdict.h"
#include "config/config.h"
#include "iis/iis_config.h"

/* The settings replace the site's. A 500.19 wants no certificate. */
void site_iis_apply(const struct iis_settings *settings, struct config_listen *site);
/* VERDICT_OK: no fault. */
enum verdict site_iis_verdict(const struct iis_settings *settings);
/* False, and nothing in it: no file says it. */
bool site_iis_error_mode(const struct iis_settings *settings,
                         enum config_error_mode *ret_mode);
bool site_iis_anonymous(const struct iis_settings *settings, bool *ret_on);
