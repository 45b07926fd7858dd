/* SPDX-License-Identifier: MIT
 *
 * Points in time as seconds since 1970-01-01T00:00:00Z (int64_t), with no leap
 * seconds, no time zone but UTC, no locale and no global state. Only
 * base/clock reads the clock; every other module takes the time as an argument.
 */
#pragma once

#include "base/buf.h"

#include <stdbool.h>
#include <stdint.h>

struct civil_time {
    int year;   /* 1 .. 9999 */
    int month;  /* 1 .. 12 */
    int day;    /* 1 .. 31 */
    int hour;   /* 0 .. 23 */
    int minute; /* 0 .. 59 */
    int second; /* 0 .. 59 */
};

#define TIMESTAMP_MINUTE ((int64_t)60)
#define TIMESTAMP_HOUR   ((int64_t)3600)
#define TIMESTAMP_DAY    ((int64_t)86400)
/* Length of "2026-11-22T15:04:05Z" with its NUL. */
#define TIMESTAMP_TEXT_LEN 32

/* False if the fields name no day of the Gregorian calendar. */
bool timestamp_from_civil(const struct civil_time *civil, int64_t *ret_time);
struct civil_time timestamp_to_civil(int64_t time);
/* 0 = Sunday */
int timestamp_weekday(int64_t time);

/* RFC 3339 in UTC, "2026-11-22T15:04:05Z". */
const char *timestamp_format(int64_t time, char text[static TIMESTAMP_TEXT_LEN]);
/* RFC 9110 IMF-fixdate, "Sun, 22 Nov 2026 15:04:05 GMT". */
const char *timestamp_format_http(int64_t time, char text[static TIMESTAMP_TEXT_LEN]);

/* A length of time in its largest whole unit: "45 seconds", "1 day", "36 years" (of 365
 * days). `seconds` is not negative. */
const char *timestamp_format_span(int64_t seconds,
                                  char text[static TIMESTAMP_TEXT_LEN]);

/* RFC 3339 ("2026-11-22T15:04:05Z", "...+01:00", a fraction is dropped) or a
 * bare date ("2026-11-22", midnight UTC). False for anything else. */
bool timestamp_parse(const char *text, int64_t *ret_time);

/* A duration "30d", "-1d", "+12h", "90m", "45s", "2w", "1y" (365 days) in
 * seconds; a bare number is seconds. False for anything else. */
bool timestamp_parse_duration(const char *text, int64_t *ret_seconds);

/* A time as timestamp_parse reads it, or a duration from `now`: what people mean by a
 * time on a command line. False for anything else. */
bool timestamp_parse_moment(const char *text, int64_t now, int64_t *ret_time);
