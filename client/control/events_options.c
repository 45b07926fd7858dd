/* SPDX-License-Identifier: MIT */
#include "control/events_options.h"

#include "base/text.h"
#include "common/setter.h"
#include "control/control.h"

#include <stdint.h>

SETTER_FUNCTION(events_options_set_control, struct events_options, control, value)
SETTER_FUNCTION(events_options_set_type, struct events_options, query.type, value)
SETTER_FUNCTION(events_options_set_verdict, struct events_options, query.verdict, value)
SETTER_FUNCTION(events_options_set_subject, struct events_options, query.subject, value)

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
