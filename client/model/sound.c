/* SPDX-License-Identifier: MIT */
#include "model/sound.h"

#include <string.h>

extern const unsigned char strict_tsv[];

bool sound_may_either(const char *name)
{
    size_t len = strlen(name);
    for (const char *line = (const char *)strict_tsv; *line != 0;) {
        if (strncmp(line, name, len) == 0 && line[len] == '\t') {
            return true;
        }
        line += strcspn(line, "\n");
        line += *line == '\n' ? 1 : 0;
    }
    return false;
}

const char *sound_find(const struct recipe *recipe, enum ssl_flags flags)
{
    struct recipe_outcome outcome = recipe_expect(recipe, flags);
    if (sound_may_either(recipe->name)) {
        return "accepted|refused";
    }
    return !outcome.is_alert && outcome.verdict == VERDICT_OK ? "accepted" : "refused";
}
