/* SPDX-License-Identifier: MIT
 *
 * What server/pages/embed.py makes of the templates at build time.
 */
#pragma once

#include <stddef.h>

struct pages_source {
    const char *name; /* "verdicts/revoked" */
    const unsigned char *text;
    size_t len;
};

extern const struct pages_source pages_sources[];
extern const size_t pages_n_sources;
/* The style sheets' hashes as Content-Security-Policy wants them. */
extern const char pages_style_hashes[];
/* Those of the scripts that stand in pages. */
extern const char pages_script_hashes[];
