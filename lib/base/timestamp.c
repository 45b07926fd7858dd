/* SPDX-License-Identifier: MIT */
#include "base/timestamp.h"

#include "base/compiler.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const month_names[12] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                             "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
static const char *const day_names[7] = { "Sun", "Mon", "Tue", "Wed",
                                          "Thu", "Fri", "Sat" };

static bool is_leap(int year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int days_in_month(int year, int month)
{
    static const int days[12] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    return month == 2 && is_leap(year) ? 29 : days[month - 1];
}

/* Days from 1970-01-01 to the given day of the proleptic Gregorian calendar:
 * the year is counted from March, so that the leap day is its last. */
static int64_t days_from_civil(int year, int month, int day)
{
    int64_t y = month <= 2 ? year - 1 : year;
    int64_t era = y / 400;
    int64_t year_of_era = y - era * 400;
    int64_t shifted_month = (month + 9) % 12;
    int64_t day_of_year = (153 * shifted_month + 2) / 5 + day - 1;
    int64_t day_of_era =
        year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * 146097 + day_of_era - 719468;
}

bool timestamp_from_civil(const struct civil_time *civil, int64_t *ret_time)
{
    if (civil->year < 1 || civil->year > 9999 || civil->month < 1 ||
        civil->month > 12 || civil->day < 1 ||
        civil->day > days_in_month(civil->year, civil->month) || civil->hour < 0 ||
        civil->hour > 23 || civil->minute < 0 || civil->minute > 59 ||
        civil->second < 0 || civil->second > 59) {
        return false;
    }
    *ret_time = days_from_civil(civil->year, civil->month, civil->day) * TIMESTAMP_DAY +
                civil->hour * TIMESTAMP_HOUR + civil->minute * TIMESTAMP_MINUTE +
                civil->second;
    return true;
}

static int64_t floor_days(int64_t time)
{
    int64_t days = time / TIMESTAMP_DAY;
    return time % TIMESTAMP_DAY < 0 ? days - 1 : days;
}

struct civil_time timestamp_to_civil(int64_t time)
{
    int64_t days = floor_days(time);
    int64_t seconds = time - days * TIMESTAMP_DAY;
    int64_t shifted = days + 719468;
    int64_t era = (shifted >= 0 ? shifted : shifted - 146096) / 146097;
    int64_t day_of_era = shifted - era * 146097;
    int64_t year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) /
        365;
    int64_t day_of_year =
        day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t shifted_month = (5 * day_of_year + 2) / 153;
    int64_t month = shifted_month < 10 ? shifted_month + 3 : shifted_month - 9;
    int64_t year = year_of_era + era * 400 + (month <= 2 ? 1 : 0);

    return (struct civil_time){
        .year = (int)year,
        .month = (int)month,
        .day = (int)(day_of_year - (153 * shifted_month + 2) / 5 + 1),
        .hour = (int)(seconds / TIMESTAMP_HOUR),
        .minute = (int)(seconds % TIMESTAMP_HOUR / TIMESTAMP_MINUTE),
        .second = (int)(seconds % TIMESTAMP_MINUTE),
    };
}

int timestamp_weekday(int64_t time)
{
    int64_t day = (floor_days(time) + 4) % 7; /* 1970-01-01 was a Thursday */
    return (int)(day < 0 ? day + 7 : day);
}

const char *timestamp_format(int64_t time, char text[static TIMESTAMP_TEXT_LEN])
{
    struct civil_time c = timestamp_to_civil(time);
    (void)snprintf(text, TIMESTAMP_TEXT_LEN, "%04d-%02d-%02dT%02d:%02d:%02dZ",
                   c.year % 10000, c.month % 100, c.day % 100, c.hour % 100,
                   c.minute % 100, c.second % 100);
    return text;
}

const char *timestamp_format_span(int64_t seconds, char text[static TIMESTAMP_TEXT_LEN])
{
    static const struct {
        int64_t length;
        const char *name;
    } units[] = {
        { 365 * TIMESTAMP_DAY, "year" },
        { TIMESTAMP_DAY, "day" },
        { TIMESTAMP_HOUR, "hour" },
        { TIMESTAMP_MINUTE, "minute" },
        { 1, "second" },
    };
    size_t i = 0;
    while (i + 1 < ARRAY_LEN(units) && seconds < units[i].length) {
        i++;
    }
    int64_t n = seconds / units[i].length;
    (void)snprintf(text, TIMESTAMP_TEXT_LEN, "%" PRId64 " %s%s", n, units[i].name,
                   n == 1 ? "" : "s");
    return text;
}

const char *timestamp_format_http(int64_t time, char text[static TIMESTAMP_TEXT_LEN])
{
    struct civil_time c = timestamp_to_civil(time);
    (void)snprintf(text, TIMESTAMP_TEXT_LEN, "%s, %02d %s %04d %02d:%02d:%02d GMT",
                   day_names[timestamp_weekday(time)], c.day % 100,
                   month_names[c.month - 1], c.year % 10000, c.hour % 100,
                   c.minute % 100, c.second % 100);
    return text;
}

/* Reads exactly `digits` decimal digits; moves *text past them. */
static bool read_digits(const char **text, int digits, int *ret_value)
{
    int value = 0;
    for (int i = 0; i < digits; i++) {
        char c = (*text)[i];
        if (c < '0' || c > '9') {
            return false;
        }
        value = value * 10 + (c - '0');
    }
    *text += digits;
    *ret_value = value;
    return true;
}

static bool read_char(const char **text, const char *allowed)
{
    if (**text == 0 || strchr(allowed, **text) == NULL) {
        return false;
    }
    (*text)++;
    return true;
}

/* "Z", "+hh:mm" or "-hh:mm" to the end of the text. */
static bool read_offset(const char *text, int64_t *ret_offset)
{
    if (strcmp(text, "Z") == 0 || strcmp(text, "z") == 0) {
        *ret_offset = 0;
        return true;
    }
    int hours;
    int minutes;
    int64_t sign = *text == '-' ? -1 : 1;
    if (!read_char(&text, "+-") || !read_digits(&text, 2, &hours) ||
        !read_char(&text, ":") || !read_digits(&text, 2, &minutes) || *text != 0 ||
        hours > 23 || minutes > 59) {
        return false;
    }
    *ret_offset = sign * (hours * TIMESTAMP_HOUR + minutes * TIMESTAMP_MINUTE);
    return true;
}

bool timestamp_parse(const char *text, int64_t *ret_time)
{
    struct civil_time c = { 0 };
    int64_t offset = 0;
    int64_t time;

    if (!read_digits(&text, 4, &c.year) || !read_char(&text, "-") ||
        !read_digits(&text, 2, &c.month) || !read_char(&text, "-") ||
        !read_digits(&text, 2, &c.day)) {
        return false;
    }
    if (*text != 0) {
        if (!read_char(&text, "Tt ") || !read_digits(&text, 2, &c.hour) ||
            !read_char(&text, ":") || !read_digits(&text, 2, &c.minute) ||
            !read_char(&text, ":") || !read_digits(&text, 2, &c.second)) {
            return false;
        }
        if (*text == '.') {
            text++;
            text += strspn(text, "0123456789");
        }
        if (!read_offset(text, &offset)) {
            return false;
        }
    }
    if (!timestamp_from_civil(&c, &time)) {
        return false;
    }
    *ret_time = time - offset;
    return true;
}

bool timestamp_parse_duration(const char *text, int64_t *ret_seconds)
{
    static const struct {
        const char *unit;
        int64_t seconds;
    } units[] = {
        { "", 1 },
        { "s", 1 },
        { "m", TIMESTAMP_MINUTE },
        { "h", TIMESTAMP_HOUR },
        { "d", TIMESTAMP_DAY },
        { "w", 7 * TIMESTAMP_DAY },
        { "y", 365 * TIMESTAMP_DAY },
    };
    const char *digits = text + (*text == '-' || *text == '+' ? 1 : 0);
    size_t n_digits = strspn(digits, "0123456789");
    if (n_digits == 0 || n_digits > 9) {
        return false;
    }
    int64_t value = strtoll(digits, NULL, 10);
    for (size_t i = 0; i < ARRAY_LEN(units); i++) {
        if (strcmp(digits + n_digits, units[i].unit) == 0) {
            *ret_seconds = (*text == '-' ? -value : value) * units[i].seconds;
            return true;
        }
    }
    return false;
}

bool timestamp_parse_moment(const char *text, int64_t now, int64_t *ret_time)
{
    int64_t seconds;
    if (timestamp_parse(text, ret_time)) {
        return true;
    }
    if (!timestamp_parse_duration(text, &seconds)) {
        return false;
    }
    *ret_time = now + seconds;
    return true;
}
