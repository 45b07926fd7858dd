/* SPDX-License-Identifier: MIT */
#include "model/report_version.h"

const char *report_version_name(enum report_version version)
{
    static const char *const names[REPORT_VERSION_COUNT] = {
        [REPORT_TLS_1_2] = "1.2",
        [REPORT_TLS_1_3] = "1.3",
    };
    return names[version];
}
