/* SPDX-License-Identifier: MIT */
#include "why/windows_events.h"

#include <inttypes.h>

/* Schannel's EventLogging from which failed validations and successes are written. */
#define LOGGING_OF_VALIDATIONS 3u
#define LOGGING_OF_SUCCESSES   4u

const char *windows_log_title(enum windows_log log)
{
    static const char *const titles[WINDOWS_LOG_COUNT] = {
        [WINDOWS_LOG_SYSTEM] = "System log, source Schannel",
        [WINDOWS_LOG_CAPI2] = "Microsoft-Windows-CAPI2/Operational, once it is enabled",
    };
    return titles[log];
}

static void append_logging(struct buf *out, const uint32_t *logging, unsigned least)
{
    buf_printf(out, " Written if EventLogging is %u or more; ", least);
    if (logging == NULL) {
        buf_append_string(out, "unless it was set it is 1.");
    } else {
        buf_printf(out, "this server's is %" PRIu32 ", so it is %swritten.", *logging,
                   *logging < least ? "not " : "");
    }
}

static struct buf *begin(struct windows_event *events, size_t *n, enum windows_log log,
                         unsigned id)
{
    events[*n] = (struct windows_event){ .log = log, .id = id, .text = BUF_EMPTY };
    return &events[(*n)++].text;
}

size_t windows_events_list(const struct windows_events_input *input,
                           struct windows_event events[static WINDOWS_EVENTS_MAX])
{
    size_t n = 0;
    struct buf *text;

    if (input->n_left_out > 0) {
        text = begin(events, &n, WINDOWS_LOG_SYSTEM, 36885);
        buf_printf(text,
                   "The list of trusted issuers that is sent with the question is too "
                   "long, and was cut: %zu names are left out.",
                   input->n_left_out);
    }
    text = begin(events, &n, WINDOWS_LOG_SYSTEM, 36880);
    buf_append_string(text, "The TLS handshake worked: no certificate ends it.");
    append_logging(text, input->logging, LOGGING_OF_SUCCESSES);
    if (!input->is_judged) {
        return n;
    }
    if (input->hresult != 0) {
        text = begin(events, &n, WINDOWS_LOG_SYSTEM, 36877);
        buf_printf(text,
                   "The certificate received from the remote client has not validated "
                   "correctly: 0x%08" PRIX32 ".",
                   input->hresult);
        append_logging(text, input->logging, LOGGING_OF_VALIDATIONS);
    }
    text = begin(events, &n, WINDOWS_LOG_CAPI2, 11);
    buf_append_string(text, "BuildChain: subjectName ");
    buf_append_slice(text, input->name);
    buf_printf(text, ", TrustStatus ErrorStatus 0x%" PRIx32, input->trust_status);
    text = begin(events, &n, WINDOWS_LOG_CAPI2, 30);
    buf_append_string(text, "VerifyChainPolicy: subjectName ");
    buf_append_slice(text, input->name);
    buf_printf(text, ", Result 0x%08" PRIX32, input->hresult);
    return n;
}

void windows_events_finish(struct windows_event *events, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        buf_finish(&events[i].text);
    }
}
