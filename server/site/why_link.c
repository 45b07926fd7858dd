/* SPDX-License-Identifier: MIT */
#include "site/why_link.h"

#include "base/text.h"
#include "why/why.h"

bool why_link_append(struct buf *out, const struct places *places, const char *id,
                     const struct certificate *cert)
{
    if (places == NULL || places->desk == 0) {
        return buf_ok(out);
    }
    buf_printf(out, "http://localhost:%u/why/%s", (unsigned)places->desk, id);
    if (cert != NULL) {
        buf_append_string(out, "?sha256=");
        text_append_hex(out, (struct slice){ cert->sha256, sizeof cert->sha256 }, 0);
    }
    return buf_ok(out);
}

bool why_link_append_verdict(struct buf *out, const struct places *places,
                             enum verdict verdict, const struct certificate *cert)
{
    const struct why_topic topic = { .kind = WHY_VERDICT, .value = verdict };
    char id[WHY_ID_MAX];
    return why_link_append(out, places, why_id(&topic, id), cert);
}
