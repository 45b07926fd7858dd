/* SPDX-License-Identifier: MIT */
#include "support/html.h"

#include "base/compiler.h"

#include <check.h>

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

static bool is_void(const char *name, size_t len)
{
    static const char *const voids[] = { "meta", "br", "hr", "img", "link", "input" };
    for (size_t i = 0; i < ARRAY_LEN(voids); i++) {
        if (strlen(voids[i]) == len && strncmp(voids[i], name, len) == 0) {
            return true;
        }
    }
    return false;
}

/* What shows a value: without one, its name was wrong or nobody filled it in. */
static bool is_for_text(const char *name, size_t len)
{
    static const char *const names[] = { "bdi", "code", "dd", "dt",   "em",   "h1",
                                         "h2",  "h3",   "h4", "li",   "p",    "strong",
                                         "td",  "text", "th", "time", "title" };
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        if (strlen(names[i]) == len && strncmp(names[i], name, len) == 0) {
            return true;
        }
    }
    return false;
}

void html_check(const char *label, const char *html)
{
    const char *open[64];
    size_t lens[64];
    size_t depth = 0;
    for (const char *at = strchr(html, '<'); at != NULL; at = strchr(at + 1, '<')) {
        bool closes = at[1] == '/';
        const char *name = at + (closes ? 2 : 1);
        size_t len = strcspn(name, " \t\n/>");
        if (at[1] == '!' || is_void(name, len)) {
            continue;
        }
        if (!closes && ((len == 6 && strncmp(name, "script", len) == 0) ||
                        (len == 5 && strncmp(name, "style", len) == 0))) {
            at = strstr(at, len == 5 ? "</style>" : "</script>");
            ck_assert_msg(at != NULL, "%s: <%.*s has no end", label, (int)len, name);
            continue;
        }
        if (!closes) {
            ck_assert_msg(depth < ARRAY_LEN(open), "%s: too deep", label);
            open[depth] = name;
            lens[depth++] = len;
            continue;
        }
        ck_assert_msg(depth > 0, "%s: </%.20s was never opened", label, name);
        depth--;
        ck_assert_msg(strchr(open[depth], '>') + 1 != at || !is_for_text(name, len),
                      "%s: nothing in <%.*s", label, (int)(at - open[depth]),
                      open[depth]);
        ck_assert_msg(lens[depth] == len && strncmp(open[depth], name, len) == 0,
                      "%s: <%.*s> is closed by </%.*s>", label, (int)lens[depth],
                      open[depth], (int)len, name);
    }
    ck_assert_msg(depth == 0, "%s: %zu elements are left open", label, depth);
}
