/* SPDX-License-Identifier: MIT */
#include "explain/why_log.h"

#include "base/mem.h"
#include "base/text.h"
#include "common/wrap.h"
#include "describe/json_value.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Of each cause, so many clients are shown to people. */
#define CLIENTS_SHOWN ((size_t)10)

/* ---- reading */

/* What is read and holds no whole line yet. */
struct reader {
    struct log_sum *sum;
    struct log_fields fields;
    uint8_t *data; /* owned: LOG_SUM_LINE_MAX */
    size_t len;
    bool is_skipping; /* the rest of a line that is too long */
};

static void take_line(struct reader *reader, struct slice line)
{
    if (reader->is_skipping) {
        reader->is_skipping = false;
        return;
    }
    log_sum_add(reader->sum, &reader->fields, line);
}

static void take_lines(struct reader *reader)
{
    struct slice rest = { reader->data, reader->len };
    while (slice_find(rest, '\n') < rest.len) {
        take_line(reader, slice_take_line(&rest));
    }
    if (rest.len > 0) { /* of an empty slice, data may be NULL */
        memmove(reader->data, rest.data, rest.len);
    }
    reader->len = rest.len;
    if (reader->len == LOG_SUM_LINE_MAX) {
        reader->sum->n_damaged += reader->is_skipping ? 0 : 1;
        reader->is_skipping = true;
        reader->len = 0;
    }
}

static int read_lines(struct reader *reader, int fd, const char *path, struct err *err)
{
    bool is_first = true;
    for (;;) {
        ssize_t n =
            read(fd, reader->data + reader->len, LOG_SUM_LINE_MAX - reader->len);
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n < 0) {
            return err_set(err, ERR_SYSTEM, errno, "cannot read %s", path);
        }
        if (n == 0) {
            break;
        }
        if (is_first && n >= 2 && reader->data[0] == 0x1f && reader->data[1] == 0x8b) {
            return err_set(err, ERR_CONFIG, 0,
                           "%s is compressed: zcat %s | certgate "
                           "why --log",
                           path, path);
        }
        is_first = false;
        reader->len += (size_t)n;
        take_lines(reader);
    }
    if (reader->len > 0) { /* a last line without an end */
        struct slice rest = { reader->data, reader->len };
        take_line(reader, slice_take_line(&rest));
    }
    return 0;
}

int why_log_read(const char *path, struct log_sum *sum, struct err *err)
{
    bool is_input = strcmp(path, "-") == 0;
    struct reader reader = { .sum = sum, .data = mem_alloc(LOG_SUM_LINE_MAX, 1) };
    int result = -1;
    int fd = is_input ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
    log_fields_default(&reader.fields);
    if (reader.data == NULL) {
        err_memory(err);
    } else if (fd < 0) {
        err_set(err, ERR_SYSTEM, errno, "cannot open %s", path);
    } else {
        result = read_lines(&reader, fd, is_input ? "standard input" : path, err);
    }
    if (fd >= 0 && !is_input) {
        close(fd);
    }
    free(reader.data);
    return result;
}

/* ---- showing */

static const char *plural(uint64_t n, const char *one, const char *many)
{
    return n == 1 ? one : many;
}

static void append_times(struct buf *out, const struct log_count *counted)
{
    if (counted->first[0] != 0) {
        buf_printf(out, "  %s to %s", counted->first, counted->last);
    }
    buf_append_byte(out, '\n');
}

static void append_clients(struct buf *out, const struct log_sum *sum, size_t cause)
{
    uint64_t more = 0;
    size_t n = 0;
    for (size_t i = 0; i < sum->n_clients; i++) {
        const struct log_client *client = &sum->clients[i];
        if (client->cause != cause) {
            continue;
        }
        if (n++ >= CLIENTS_SHOWN) {
            more += client->count.n;
            continue;
        }
        struct buf address = BUF_EMPTY;
        text_escape_terminal(&address, slice_from_string(client->address));
        buf_printf(out, "%10llu  %-15s", (unsigned long long)client->count.n,
                   buf_string(&address));
        append_times(out, &client->count);
        buf_finish(&address);
    }
    if (n > CLIENTS_SHOWN) {
        buf_printf(out, "%10llu  by %zu more clients\n", (unsigned long long)more,
                   n - CLIENTS_SHOWN);
    }
    if (sum->causes[cause].others.n > 0) {
        buf_printf(out, "%10llu  others: more clients than are told apart",
                   (unsigned long long)sum->causes[cause].others.n);
        append_times(out, &sum->causes[cause].others);
    }
}

static void append_cause(struct buf *out, const struct log_sum *sum, size_t i)
{
    const struct log_cause *cause = &sum->causes[i];
    struct buf line = BUF_EMPTY;
    char id[WHY_ID_MAX];
    buf_append_byte(out, '\n');
    why_append_answer(&line, &cause->topic);
    out->failed |= !buf_ok(&line) || !wrap_append(out, buf_slice(&line));
    buf_printf(out, "\n%10llu  %-15s", (unsigned long long)cause->count.n,
               plural(cause->count.n, "time", "times"));
    append_times(out, &cause->count);
    append_clients(out, sum, i);
    buf_printf(out, "            certgate why %s\n", why_id(&cause->topic, id));
    buf_finish(&line);
}

/* "403.16 0x800B0109" */
static void append_name(struct buf *out, const struct why_topic *topic)
{
    char id[WHY_ID_MAX];
    buf_append_string(out, ", most often with ");
    if (topic->kind == WHY_VERDICT) {
        buf_printf(out, "%s 0x%08lX", verdict_code((enum verdict)topic->value),
                   (unsigned long)verdict_get((enum verdict)topic->value)->hresult);
    } else {
        buf_append_string(out, why_id(topic, id));
    }
}

bool why_log_show_text(struct buf *out, const struct log_sum *sum)
{
    buf_printf(out, "%llu of %llu %s refused", (unsigned long long)sum->n_refused,
               (unsigned long long)sum->n_requests,
               plural(sum->n_requests, "request was", "requests were"));
    if (sum->n_causes > 0) {
        append_name(out, &sum->causes[0].topic);
    }
    buf_append_string(out, ".\n");
    if (sum->n_errors > 0) {
        buf_printf(out,
                   "%llu more %s 400 or above, for reasons that have nothing to do "
                   "with certificates.\n",
                   (unsigned long long)sum->n_errors,
                   plural(sum->n_errors, "has", "have"));
    }
    if (sum->n_damaged > 0) {
        buf_printf(out, "%llu %s not be read.\n", (unsigned long long)sum->n_damaged,
                   plural(sum->n_damaged, "line could", "lines could"));
    }
    for (size_t i = 0; i < sum->n_causes; i++) {
        append_cause(out, sum, i);
    }
    return buf_ok(out);
}

bool why_log_show_json(struct buf *out, const struct log_sum *sum)
{
    json_t *json = log_sum_json(sum);
    bool ok = json != NULL && json_value_dump(json, JSON_INDENT(2), out) &&
              buf_append_byte(out, '\n');
    json_decref(json);
    return ok;
}
