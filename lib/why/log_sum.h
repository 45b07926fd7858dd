/* SPDX-License-Identifier: MIT
 *
 * The refusals of W3C logs, summed up by cause and client. Line by line and in bounded
 * memory: when the table of clients is full, further ones count as "others" of their
 * cause.
 */
#pragma once

#include "base/err.h"
#include "why/log_line.h"
#include "why/why.h"

#include <stdint.h>

/* Causes and clients that are told apart; each cause has room for its "others". */
#define LOG_SUM_CAUSES_MAX  ((size_t)64)
#define LOG_SUM_CLIENTS_MAX ((size_t)8192)
/* Longer lines count as damaged. */
#define LOG_SUM_LINE_MAX ((size_t)64 * 1024)

#define LOG_SUM_TIME_MAX   24
#define LOG_SUM_CLIENT_MAX 48

/* How often, and when: "2026-11-30 07:00:00" as it stands in the log, "" = not written.
 */
struct log_count {
    uint64_t n;
    char first[LOG_SUM_TIME_MAX];
    char last[LOG_SUM_TIME_MAX];
};

struct log_cause {
    struct why_topic topic;
    struct log_count count;
    struct log_count others; /* of it: clients that had no room */
};

struct log_client {
    size_t cause;                     /* index */
    char address[LOG_SUM_CLIENT_MAX]; /* c-ip, hostile; "-" = not written */
    struct log_count count;
};

struct log_sum {
    struct log_cause causes[LOG_SUM_CAUSES_MAX];
    size_t n_causes;
    struct log_client *clients; /* owned: LOG_SUM_CLIENTS_MAX */
    size_t n_clients;
    uint32_t *slots; /* owned: index + 1 by hash */
    uint64_t n_requests;
    uint64_t n_refused; /* for a reason that why knows */
    uint64_t n_errors;  /* other answers of 400 and above */
    uint64_t n_damaged; /* lines */
};

int log_sum_init(struct log_sum *sum, struct err *err) MUST_CHECK;
void log_sum_finish(struct log_sum *sum); /* accepts a zeroed one */
/* One line without its end. `fields` is the file's, begun by log_fields_default. */
void log_sum_add(struct log_sum *sum, struct log_fields *fields, struct slice text);
/* Most frequent first; of two as frequent, the one that came first. No more is added
 * then. */
void log_sum_sort(struct log_sum *sum);

struct json_t;
/* A sorted one: "schema" is "certgate-why-log-1". New; NULL when out of memory. */
struct json_t *log_sum_json(const struct log_sum *sum);
