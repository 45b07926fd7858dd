/* SPDX-License-Identifier: MIT */
#include "roles/desk_visitor.h"

#include "base/compiler.h"
#include "base/text.h"
#include "http/query.h"

#include <stdio.h>
#include <string.h>

/* The first word that is in the User-Agent decides. */
static const struct {
    const char *word;
    const char *system;
} systems[] = {
    { "Firefox/", "firefox" }, { "iPhone", "phone" },    { "iPad", "phone" },
    { "Android", "android" },  { "Windows", "windows" }, { "Macintosh", "mac" },
    { "Mozilla/", "linux" },
};

static bool yes(const char *query, const char *name)
{
    char text[sizeof "1"];
    return query_find(query, name, text, sizeof text) && strcmp(text, "1") == 0;
}

void desk_visitor_init(struct desk_visitor *visitor, const struct role_input *input)
{
    const struct request *request = input->exchange->request;
    *visitor = (struct desk_visitor){
        .system = "tools",
        .program = offers_program_of(request->user_agent),
        .only_mine = yes(request->query, "mine"),
    };
    for (size_t i = ARRAY_LEN(systems); i-- > 0;) {
        if (strstr(request->user_agent, systems[i].word) != NULL) {
            visitor->system = systems[i].system;
        }
    }
    (void)query_find(request->query, "q", visitor->wanted, sizeof visitor->wanted);
}

static bool contains(const char *text, const char *wanted)
{
    for (; text != NULL && *text != 0; text++) {
        if (text_has_prefix_ignoring_case(text, wanted)) {
            return true;
        }
    }
    return false;
}

bool desk_visitor_wants(const struct desk_visitor *visitor, const struct recipe *recipe,
                        const struct offers *offers)
{
    const struct verdict_info *info = verdict_get(recipe->require.verdict);
    const struct offers_row *row = offers_find(offers, recipe);
    if (visitor->only_mine && (row == NULL || !row->by[visitor->program].is_offered)) {
        return false;
    }
    return visitor->wanted[0] == 0 || contains(recipe->name, visitor->wanted) ||
           contains(recipe->title, visitor->wanted) ||
           contains(info->symbol, visitor->wanted) ||
           contains(verdict_code(recipe->require.verdict), visitor->wanted);
}

void desk_visitor_put(struct values *v, const struct desk_visitor *visitor)
{
    char key[32];
    (void)snprintf(key, sizeof key, "on_%s", visitor->system);
    values_flag(v, key, true);
    values_text(v, "wanted", visitor->wanted);
    values_flag(v, "only_mine", visitor->only_mine);
    values_flag(v, "is_search", visitor->only_mine || visitor->wanted[0] != 0);
}
