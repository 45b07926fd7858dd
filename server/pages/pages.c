/* SPDX-License-Identifier: MIT */
#include "pages/pages.h"

#include "pages/pages_data.h"
#include "pages/template.h"

#include <stdio.h>
#include <string.h>

/* About what a page takes: to be allocated once. */
#define PAGE_LEN ((size_t)40 * 1024)

struct slice pages_find(const char *name)
{
    for (size_t i = 0; i < pages_n_sources; i++) {
        if (strcmp(pages_sources[i].name, name) == 0) {
            return (struct slice){ pages_sources[i].text, pages_sources[i].len };
        }
    }
    return SLICE_EMPTY;
}

bool pages_render(struct buf *out, const char *name, const struct json_t *values)
{
    buf_reserve(out, PAGE_LEN);
    return template_render(out, name, values, pages_find);
}

bool pages_has(const char *name)
{
    return pages_find(name).data != NULL;
}

const char *pages_verdict_name(enum verdict verdict, char name[static PAGES_NAME_MAX])
{
    snprintf(name, PAGES_NAME_MAX, "verdicts/%s", verdict_get(verdict)->name);
    for (char *c = name; *c != 0; c++) {
        if (*c >= 'A' && *c <= 'Z') {
            *c = (char)(*c - 'A' + 'a');
        }
    }
    return name;
}

bool pages_append_policy(struct buf *out, unsigned powers)
{
    return buf_printf(
        out,
        "default-src 'none'; style-src %s; script-src %s; %simg-src data:; "
        "base-uri 'none'; form-action %s; frame-ancestors 'none'",
        pages_style_hashes, pages_script_hashes,
        (powers & PAGES_ASK) != 0 ? "connect-src 'self'; " : "",
        (powers & PAGES_FORM) != 0 ? "'self'" : "'none'");
}
