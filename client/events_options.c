/* SPDX-License-Identifier: MIT */
#include "events_options.h"

#include "base/text.h"
#include "control.h"

#include <stdint.h>

#define SET(name, member)                                                            \
    int events_options_set_##name(void *options, const char *value, struct err *err) \
    {                                                                                \
        (void)err;                                                                   \
        ((struct events_options *)options)->member = value;                          \
        return 0;                                                                    \
    }
SET(control, control)
SET(type, query.type)
SET(verdict, query.verdict)
SET(subject, query.subject)
#undef SET

int events_options_find(const struct events_options *options, struct url *ret_url,
                        struct err *err)
{
    char text[CONTROL_URL_MAX];
    if (control_find(options->control, text, err) != 0 ||
        url_parse(text, ret_url, err) != 0) {
        return -1;
    }
    return !ret_url->is_tls
               ? 0
               : err_set(err, ERR_CONFIG, 0,
                         "%s: the control speaks http://, not https", text);
}

int events_options_set_since(void *options, const char *value, struct err *err)
{
    struct events_query *query = &((struct events_options *)options)->query;
    query->has_since = true;
    return text_read_number(value, INT64_MAX, &query->since)
               ? 0
               : err_set(err, ERR_CONFIG, 0, "\"%s\" is no number of an event", value);
}
