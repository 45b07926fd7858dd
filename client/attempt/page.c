/* SPDX-License-Identifier: MIT */
#include "attempt/page.h"

#include "base/text.h"

#include <string.h>

#define NUMBER_MAX 999

static bool starts_with(struct slice text, const char *word)
{
    size_t len = strlen(word);
    for (size_t i = 0; i < len; i++) {
        uint8_t c = i < text.len ? text.data[i] : 0;
        if (c >= 'A' && c <= 'Z') {
            c = (uint8_t)(c + ('a' - 'A'));
        }
        if (c != (uint8_t)word[i]) {
            return false;
        }
    }
    return true;
}

/* Length of what is invisible at the start of `html`: a comment, a script, a style
 * sheet, any other tag. 0 = it is text. */
static size_t invisible_length(struct slice html)
{
    static const struct {
        const char *start;
        const char *end;
    } spans[] = { { "<!--", "-->" },
                  { "<script", "</script" },
                  { "<style", "</style" },
                  { "<", ">" } };
    for (size_t i = 0; i < ARRAY_LEN(spans); i++) {
        size_t end_len = strlen(spans[i].end);
        if (!starts_with(html, spans[i].start)) {
            continue;
        }
        for (size_t at = 1; at + end_len <= html.len; at++) {
            if (starts_with(slice_part(html, at, end_len), spans[i].end)) {
                return at + end_len;
            }
        }
        return html.len;
    }
    return 0;
}

/* The visible text: runs of blanks become one blank, tags end a line. */
static void append_text(struct buf *out, struct slice html)
{
    bool blank = false;
    bool line_ends = false;
    for (size_t i = 0; i < html.len && buf_ok(out);) {
        struct slice rest = slice_part(html, i, html.len);
        size_t skip = invisible_length(rest);
        if (skip > 0) {
            line_ends = true;
            i += skip;
        } else if (starts_with(rest, "&nbsp;") || starts_with(rest, "&#160;")) {
            blank = true;
            i += 6;
        } else if (rest.data[0] <= ' ') {
            blank = true;
            i++;
        } else {
            if (out->len > 0 && (blank || line_ends)) {
                buf_append_byte(out, line_ends ? '\n' : ' ');
            }
            blank = false;
            line_ends = false;
            buf_append_byte(out, rest.data[0]);
            i++;
        }
    }
}

/* A decimal number of at most three digits at *at; -1 = none. */
static int read_number(const char **at)
{
    int value = -1;
    while (**at >= '0' && **at <= '9' && value <= NUMBER_MAX / 10) {
        value = (value < 0 ? 0 : value * 10) + (**at - '0');
        (*at)++;
    }
    return value;
}

static const char *read_heading(const char *text, struct page *page)
{
    static const char word[] = "HTTP Error ";
    for (const char *at = strstr(text, word); at != NULL; at = strstr(at + 1, word)) {
        const char *number = at + sizeof(word) - 1;
        int status = read_number(&number);
        size_t len = strcspn(at, "\n");
        if (status < 100) {
            continue;
        }
        page->status = status;
        if (*number == '.') {
            number++;
            page->substatus = read_number(&number);
        }
        len = len < PAGE_HEADING_MAX ? len : PAGE_HEADING_MAX - 1;
        memcpy(page->heading, at, len);
        page->heading[len] = 0;
        return at;
    }
    return NULL;
}

static void read_error_code(const char *text, struct page *page)
{
    static const char word[] = "Error Code";
    for (const char *at = strstr(text, word); at != NULL; at = strstr(at + 1, word)) {
        const char *code = at + sizeof(word) - 1;
        char hex[9];
        uint8_t bytes[4];
        size_t len;
        code += strspn(code, " \n:");
        if (strncmp(code, "0x", 2) != 0) {
            continue;
        }
        strncpy(hex, code + 2, 8);
        hex[8] = 0;
        if (strspn(hex, "0123456789abcdefABCDEF") == 8 &&
            text_read_hex(hex, bytes, sizeof(bytes), &len) && len == sizeof(bytes)) {
            page->has_hresult = true;
            page->hresult = (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 |
                            (uint32_t)bytes[2] << 8 | bytes[3];
            return;
        }
    }
}

/* nginx answers its own codes with "400 Bad Request" and these titles, unless
 * error_page says otherwise (ngx_http_special_response.c). */
static const struct nginx_title {
    const char *title;
    int code;
} nginx_titles[] = {
    { "400 Request Header Or Cookie Too Large", 494 },
    { "400 The SSL certificate error", 495 },
    { "400 No required SSL certificate was sent", 496 },
    { "400 The plain HTTP request was sent to HTTPS port", 497 },
};

/* The title is the first line of the page. */
static void read_nginx_title(const char *text, struct page *page)
{
    for (size_t i = 0; i < ARRAY_LEN(nginx_titles); i++) {
        size_t len = strlen(nginx_titles[i].title);
        if (strncmp(text, nginx_titles[i].title, len) == 0 && text[len] == '\n') {
            page->inner_status = nginx_titles[i].code;
            page->status = 400;
        }
    }
}

void page_read(struct slice body, struct page *ret_page)
{
    struct buf text = BUF_EMPTY;
    struct page page = { "", 0, -1, false, 0, 0 };
    append_text(&text, slice_part(body, 0, PAGE_TEXT_MAX));
    if (buf_ok(&text)) {
        /* A page may quote what a certificate says; ours and IIS's name the error
         * first, so only what follows the heading is looked at. */
        const char *heading = read_heading(buf_string(&text), &page);
        if (heading != NULL) {
            read_error_code(heading, &page);
        } else {
            read_nginx_title(buf_string(&text), &page);
        }
    }
    buf_finish(&text);
    *ret_page = page;
}
