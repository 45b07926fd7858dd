/* SPDX-License-Identifier: MIT
 *
 * The versions of TLS on which a report has a column.
 */
#pragma once

enum report_version { REPORT_TLS_1_2, REPORT_TLS_1_3, REPORT_VERSION_COUNT };

/* "1.2" */
const char *report_version_name(enum report_version version);
