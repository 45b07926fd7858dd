/* SPDX-License-Identifier: MIT */
#include "why/log_sum.h"

#include "base/mem.h"
#include "why/why_internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Half of the slots stay empty. */
#define SLOTS (2 * LOG_SUM_CLIENTS_MAX)

int log_sum_init(struct log_sum *sum, struct err *err)
{
    memset(sum, 0, sizeof *sum);
    sum->clients = mem_alloc(LOG_SUM_CLIENTS_MAX, sizeof *sum->clients);
    sum->slots = mem_alloc(SLOTS, sizeof *sum->slots);
    if (sum->clients == NULL || sum->slots == NULL) {
        log_sum_finish(sum);
        return err_memory(err);
    }
    memset(sum->slots, 0, SLOTS * sizeof *sum->slots);
    return 0;
}

void log_sum_finish(struct log_sum *sum)
{
    free(sum->clients);
    free(sum->slots);
    memset(sum, 0, sizeof *sum);
}

/* ---- times */

static bool is_time_like(struct slice text)
{
    for (size_t i = 0; i < text.len; i++) {
        uint8_t c = text.data[i];
        if (!((c >= '0' && c <= '9') || c == '-' || c == ':' || c == '.')) {
            return false;
        }
    }
    return text.len <= 12;
}

static void format_time(char text[static LOG_SUM_TIME_MAX], const struct log_line *line)
{
    text[0] = 0;
    if (is_time_like(line->date) && is_time_like(line->time)) {
        (void)snprintf(text, LOG_SUM_TIME_MAX, "%.*s%s%.*s", (int)line->date.len,
                       line->date.data == NULL ? "" : (const char *)line->date.data,
                       line->date.len > 0 && line->time.len > 0 ? " " : "",
                       (int)line->time.len,
                       line->time.data == NULL ? "" : (const char *)line->time.data);
    }
}

/* The form is such that the order of the letters is that of the times. */
static void count(struct log_count *counted, const char *time)
{
    counted->n++;
    if (time[0] == 0) {
        return;
    }
    if (counted->first[0] == 0 || strcmp(time, counted->first) < 0) {
        memcpy(counted->first, time, LOG_SUM_TIME_MAX);
    }
    if (strcmp(time, counted->last) > 0) {
        memcpy(counted->last, time, LOG_SUM_TIME_MAX);
    }
}

/* ---- causes and clients */

/* NULL: there are too many, which our own table of topics does not allow. */
static struct log_cause *find_cause(struct log_sum *sum, const struct why_topic *topic)
{
    for (size_t i = 0; i < sum->n_causes; i++) {
        if (why_is_same(&sum->causes[i].topic, topic)) {
            return &sum->causes[i];
        }
    }
    if (sum->n_causes == LOG_SUM_CAUSES_MAX) {
        return NULL;
    }
    sum->causes[sum->n_causes] = (struct log_cause){ .topic = *topic };
    return &sum->causes[sum->n_causes++];
}

static uint32_t hash(size_t cause, const char *address)
{
    uint32_t value = 2166136261u ^ (uint32_t)cause; /* FNV-1a */
    for (; *address != 0; address++) {
        value = (value ^ (uint8_t)*address) * 16777619u;
    }
    return value;
}

/* NULL: no room. */
static struct log_client *find_client(struct log_sum *sum, size_t cause,
                                      const char *address)
{
    uint32_t at = hash(cause, address) % SLOTS;
    for (; sum->slots[at] != 0; at = (at + 1) % SLOTS) {
        struct log_client *client = &sum->clients[sum->slots[at] - 1];
        if (client->cause == cause && strcmp(client->address, address) == 0) {
            return client;
        }
    }
    if (sum->n_clients == LOG_SUM_CLIENTS_MAX) {
        return NULL;
    }
    struct log_client *client = &sum->clients[sum->n_clients++];
    *client = (struct log_client){ .cause = cause };
    memcpy(client->address, address, LOG_SUM_CLIENT_MAX);
    sum->slots[at] = (uint32_t)sum->n_clients;
    return client;
}

static void add_refusal(struct log_sum *sum, const struct why_topic *topic,
                        const struct log_line *line)
{
    char address[LOG_SUM_CLIENT_MAX] = "-";
    char time[LOG_SUM_TIME_MAX];
    struct log_cause *cause = find_cause(sum, topic);
    if (cause == NULL) {
        sum->n_errors++;
        return;
    }
    if (line->client.len > 0) {
        struct slice cut = slice_part(line->client, 0, LOG_SUM_CLIENT_MAX - 1);
        memset(address, 0, sizeof address);
        memcpy(address, cut.data, cut.len);
    }
    format_time(time, line);
    sum->n_refused++;
    count(&cause->count, time);
    struct log_client *client =
        find_client(sum, (size_t)(cause - sum->causes), address);
    count(client == NULL ? &cause->others : &client->count, time);
}

void log_sum_add(struct log_sum *sum, struct log_fields *fields, struct slice text)
{
    struct log_line line;
    struct why_topic topic;
    switch (log_line_read(fields, text, &line)) {
    case LOG_LINE_DIRECTIVE:
        return;
    case LOG_LINE_DAMAGED:
        sum->n_damaged++;
        return;
    case LOG_LINE_REQUEST:
    default:
        break;
    }
    sum->n_requests++;
    if (why_find_line(&line, &topic)) {
        add_refusal(sum, &topic, &line);
    } else if (line.status >= 400 || line.reason.len > 0) {
        sum->n_errors++;
    }
}

/* ---- the order */

static int compare_clients(const void *a, const void *b)
{
    const struct log_client *left = a, *right = b;
    if (left->cause != right->cause) {
        return left->cause < right->cause ? -1 : 1;
    }
    if (left->count.n != right->count.n) {
        return left->count.n > right->count.n ? -1 : 1;
    }
    int by_time = strcmp(left->count.first, right->count.first);
    return by_time != 0 ? by_time : strcmp(left->address, right->address);
}

/* Insertion: they are few, and equal ones stay in order. */
static void sort_causes(struct log_sum *sum)
{
    for (size_t i = 1; i < sum->n_causes; i++) {
        struct log_cause moved = sum->causes[i];
        size_t j = i;
        for (; j > 0 && sum->causes[j - 1].count.n < moved.count.n; j--) {
            sum->causes[j] = sum->causes[j - 1];
        }
        sum->causes[j] = moved;
    }
}

void log_sum_sort(struct log_sum *sum)
{
    struct why_topic before[LOG_SUM_CAUSES_MAX];
    size_t place[LOG_SUM_CAUSES_MAX];
    for (size_t i = 0; i < sum->n_causes; i++) {
        before[i] = sum->causes[i].topic;
    }
    sort_causes(sum);
    for (size_t i = 0; i < sum->n_causes; i++) {
        for (size_t j = 0; j < sum->n_causes; j++) {
            if (why_is_same(&before[i], &sum->causes[j].topic)) {
                place[i] = j;
            }
        }
    }
    for (size_t i = 0; i < sum->n_clients; i++) {
        sum->clients[i].cause = place[sum->clients[i].cause];
    }
    if (sum->n_clients > 0) {
        qsort(sum->clients, sum->n_clients, sizeof *sum->clients, compare_clients);
    }
}
