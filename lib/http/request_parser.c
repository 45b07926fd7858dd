/* SPDX-License-Identifier: MIT
 *
 * Who reads what: the head is collected here and its lines are checked (line
 * ends, limits, folding), the request line is read by request_line, and llhttp
 * reads the fields and frames the body. The head goes to llhttp in one piece and
 * only after our checks: llhttp before 8.1.1 takes a bare CR for a line end.
 */
#include "http/request_parser.h"

#include "base/mem.h"
#include "base/text.h"
#include "http/request_head.h"
#include "http/request_line.h"

#include <assert.h>
#include <llhttp.h>
#include <stdlib.h>
#include <string.h>

/* RFC 9112 2.2: some clients send an empty line after a body. */
#define REQUEST_EMPTY_LINES_MAX 2

enum phase {
    PHASE_LINE,   /* collecting the request line */
    PHASE_FIELDS, /* collecting the header fields */
    PHASE_HEAD,   /* all header fields have arrived: llhttp parses them */
    PHASE_BODY,
    PHASE_COMPLETE,
    PHASE_BAD,
};

struct request_parser {
    llhttp_t llhttp;
    enum phase phase;
    struct request request;
    struct request_fault fault;
    struct buf head;
    size_t line_start;   /* of the line that is being collected, in `head` */
    size_t fields_start; /* behind the request line */
    unsigned n_empty_lines;
    struct header_list headers;
    struct buf line_text; /* strings of the request line */
    struct buf host_text; /* strings of the Host field */
    struct request_body body;
    size_t body_max;
    size_t overhead;              /* bytes of the framing of a body */
    uint8_t framing_last;         /* the last of them */
    const uint8_t *framing_start; /* the end of the last body byte of this feed */
    bool message_complete;
    bool is_plain;
};

/* ---- llhttp */

/* Callbacks set the fault themselves and stop llhttp with HPE_USER. */
static int refuse(struct request_parser *parser, struct request_fault fault)
{
    parser->fault = fault;
    return HPE_USER;
}

static int on_header_field(llhttp_t *llhttp, const char *at, size_t len)
{
    struct request_parser *parser = llhttp->data;
    if (parser->phase == PHASE_BODY) {
        return 0; /* a trailer, which is not used */
    }
    if (!header_list_add_name(&parser->headers,
                              (struct slice){ (const uint8_t *)at, len })) {
        return refuse(parser, FAULT(HEADERS_TOO_LARGE, "RequestLength",
                                    "There are too many header fields."));
    }
    return 0;
}

static int on_header_value(llhttp_t *llhttp, const char *at, size_t len)
{
    struct request_parser *parser = llhttp->data;
    if (parser->phase == PHASE_BODY) {
        return 0;
    }
    if (!header_list_add_value(&parser->headers,
                               (struct slice){ (const uint8_t *)at, len })) {
        return refuse(parser, FAULT(HEADERS_TOO_LARGE, "RequestLength",
                                    "The header fields are too large."));
    }
    return 0;
}

static struct request_fault judge_head(struct request_parser *parser);

static int on_headers_complete(llhttp_t *llhttp)
{
    struct request_parser *parser = llhttp->data;

    /* An offer to upgrade may be ignored (RFC 9110 7.8), and is: the next bytes are the
     * next request. */
    llhttp->upgrade = 0;
    struct request_fault fault = judge_head(parser);
    return fault.status != 0 ? refuse(parser, fault) : 0;
}

/* Takes chunk sizes, extensions and trailers up to `end`. In some of these places
 * llhttp accepts a bare LF or a folded line; a proxy may see other lines there. */
static bool check_framing(struct request_parser *parser, const uint8_t *end)
{
    for (const uint8_t *at = parser->framing_start; at < end; at++) {
        uint8_t last = parser->framing_last;
        parser->framing_last = *at;
        parser->overhead++;
        if ((last == '\r') != (*at == '\n') ||
            (last == '\n' && (*at == ' ' || *at == '\t'))) {
            return false;
        }
    }
    return true;
}

static const struct request_fault framing_fault = {
    RESPONSE_BAD_REQUEST, "Invalid_CR/LF",
    "A line between the chunks does not end in CRLF, or is folded."
};

static int on_body(llhttp_t *llhttp, const char *at, size_t len)
{
    struct request_parser *parser = llhttp->data;

    if (!check_framing(parser, (const uint8_t *)at)) {
        return refuse(parser, framing_fault);
    }
    parser->framing_start = (const uint8_t *)at + len;
    if (len > parser->body_max - parser->body.len) {
        return refuse(parser, FAULT(CONTENT_TOO_LARGE, "EntityTooLarge",
                                    "The body is too large."));
    }
    if (!request_body_add(&parser->body, at, len)) {
        return refuse(parser,
                      FAULT(UNAVAILABLE, "N/A", "There was no memory for the body."));
    }
    return 0;
}

/* So that the peer does not wait for a body that will not be read. */
static int on_chunk_header(llhttp_t *llhttp)
{
    struct request_parser *parser = llhttp->data;
    return llhttp->content_length > parser->body_max - parser->body.len
               ? refuse(parser, FAULT(CONTENT_TOO_LARGE, "EntityTooLarge",
                                      "The body is too large."))
               : 0;
}

static int on_message_complete(llhttp_t *llhttp)
{
    struct request_parser *parser = llhttp->data;
    parser->message_complete = true;
    return HPE_PAUSED; /* so that nothing after this message is parsed */
}

static const llhttp_settings_t settings = {
    .on_header_field = on_header_field,
    .on_header_value = on_header_value,
    .on_headers_complete = on_headers_complete,
    .on_chunk_header = on_chunk_header,
    .on_body = on_body,
    .on_message_complete = on_message_complete,
};

/* Returns how many bytes llhttp took; sets the fault if there is one. */
static size_t run_llhttp(struct request_parser *parser, struct slice bytes)
{
    const char *data = (const char *)bytes.data;
    enum llhttp_errno code = llhttp_execute(&parser->llhttp, data, bytes.len);

    if (parser->fault.status != 0) {
        return 0;
    }
    if (parser->message_complete) {
        return code == HPE_OK ? bytes.len
                              : (size_t)(llhttp_get_error_pos(&parser->llhttp) - data);
    }
    if (code != HPE_OK) {
        parser->fault = request_head_fault((int)code);
    }
    return bytes.len;
}

/* ---- the head */

static struct request_fault judge_head(struct request_parser *parser)
{
    struct request *request = &parser->request;
    const llhttp_t *llhttp = &parser->llhttp;
    const struct request_framing framing = {
        .is_chunked = (llhttp->flags & F_CHUNKED) != 0,
        .content_length = llhttp->content_length,
        .body_max = parser->body_max,
    };

    if (!header_list_seal(&parser->headers)) {
        return FAULT(UNAVAILABLE, "N/A", "There was no memory for the request.");
    }
    request->headers = parser->headers.headers;
    request->n_headers = parser->headers.count;
    struct request_fault fault =
        request_head_judge(request, &framing, &parser->host_text);
    if (fault.status == 0) {
        request->keep_alive = llhttp_should_keep_alive(llhttp) != 0 &&
                              request->form != REQUEST_TARGET_AUTHORITY;
    }
    return fault;
}

/* `line` with its CRLF. */
static struct request_fault end_request_line(struct request_parser *parser,
                                             struct slice line)
{
    if (line.len == 2 && parser->n_empty_lines < REQUEST_EMPTY_LINES_MAX) {
        parser->n_empty_lines++;
        buf_clear(&parser->head);
        parser->line_start = 0;
        return REQUEST_NO_FAULT;
    }
    parser->phase = PHASE_FIELDS;
    parser->fields_start = parser->head.len;
    struct request_fault fault = request_line_parse(
        slice_part(line, 0, line.len - 2), &parser->line_text, &parser->request);
    if (fault.status != 0) {
        return fault;
    }
    /* llhttp knows no minor version above 1, which is what a higher one counts as
     * (RFC 9110 2.5). */
    parser->head.data[parser->head.len - 3] =
        (uint8_t)('0' + parser->request.version_minor);
    return parser->is_plain && parser->request.is_https
               ? FAULT(MISDIRECTED_REQUEST, "",
                       "This connection is not secured by TLS, and a "
                       "request for https has to be.")
               : REQUEST_NO_FAULT;
}

static struct request_fault end_field_line(struct request_parser *parser,
                                           struct slice line)
{
    if (line.data[0] == ' ' || line.data[0] == '\t') {
        return FAULT(BAD_REQUEST, "Header",
                     "A header field is folded, or starts with a blank.");
    }
    if (line.data[0] == ':' || slice_find(line, ':') == line.len) {
        if (line.len > 2) {
            return FAULT(BAD_REQUEST, "Header", "A header line has no name and colon.");
        }
        parser->phase = PHASE_HEAD; /* the empty line */
    }
    return REQUEST_NO_FAULT;
}

static struct request_fault end_line(struct request_parser *parser)
{
    struct slice line =
        slice_part(buf_slice(&parser->head), parser->line_start, parser->head.len);

    if (slice_find(line, '\r') != line.len - 2) {
        return FAULT(BAD_REQUEST, "Invalid_CR/LF",
                     "A line does not end in CRLF, or holds a bare CR.");
    }
    if (slice_find(line, 0) != line.len) {
        return FAULT(BAD_REQUEST, "BadRequest", "The head holds a NUL byte.");
    }
    parser->line_start = parser->head.len;
    return parser->phase == PHASE_LINE ? end_request_line(parser, line)
                                       : end_field_line(parser, line);
}

/* Takes at most one line. */
static size_t feed_head(struct request_parser *parser, struct slice bytes)
{
    bool in_line = parser->phase == PHASE_LINE;
    size_t limit =
        in_line ? REQUEST_LINE_MAX : parser->fields_start + REQUEST_HEADER_BYTES_MAX;
    size_t to_line_end = slice_find(bytes, '\n');
    struct slice part = slice_part(bytes, 0, to_line_end + 1);

    if (in_line && !request_line_is_text(part)) {
        parser->fault =
            FAULT(BAD_REQUEST, "BadRequest", "These bytes are no HTTP request.");
    } else if (part.len > limit - parser->head.len) {
        parser->fault =
            in_line ? FAULT(URI_TOO_LONG, "URL_Length", "The request line is too long.")
                    : FAULT(HEADERS_TOO_LARGE, "RequestLength",
                            "The header fields are too large.");
    } else if (!buf_append_slice(&parser->head, part)) {
        parser->fault =
            FAULT(UNAVAILABLE, "N/A", "There was no memory for the request.");
    } else if (to_line_end < bytes.len) {
        parser->fault = end_line(parser);
    }
    return part.len;
}

/* ---- the parser */

struct request_parser *request_parser_create(size_t body_max)
{
    struct request_parser *parser = mem_alloc(1, sizeof(*parser));
    if (parser == NULL) {
        return NULL;
    }
    parser->body_max = body_max == 0 ? REQUEST_BODY_MAX : body_max;
    parser->body.bytes.limit = parser->body_max;
    header_list_init(&parser->headers, 0);
    request_parser_next(parser);
    return parser;
}

void request_parser_destroy(struct request_parser *parser)
{
    if (parser == NULL) {
        return;
    }
    header_list_finish(&parser->headers);
    buf_finish(&parser->head);
    buf_finish(&parser->line_text);
    buf_finish(&parser->host_text);
    request_body_clear(&parser->body);
    free(parser);
}

void request_parser_next(struct request_parser *parser)
{
    llhttp_init(&parser->llhttp, HTTP_REQUEST, &settings);
    parser->llhttp.data = parser;
    parser->phase = PHASE_LINE;
    parser->request = request_head_none;
    parser->fault = REQUEST_NO_FAULT;
    parser->line_start = 0;
    parser->fields_start = 0;
    parser->n_empty_lines = 0;
    parser->overhead = 0;
    parser->framing_last = '\n';
    parser->message_complete = false;
    header_list_clear(&parser->headers);
    buf_clear(&parser->head);
    /* A large upload must not hold its memory for the life of the connection. */
    request_body_clear(&parser->body);
}

void request_parser_set_plain(struct request_parser *parser)
{
    parser->is_plain = true;
}

struct request_body *request_parser_body(struct request_parser *parser)
{
    return &parser->body;
}

static size_t feed_body(struct request_parser *parser, struct slice bytes)
{
    parser->framing_start = bytes.data;
    size_t taken = run_llhttp(parser, bytes);

    if (parser->fault.status == 0 && !check_framing(parser, bytes.data + taken)) {
        parser->fault = framing_fault;
    }
    if (parser->fault.status == 0 && parser->overhead > REQUEST_CHUNK_OVERHEAD_MAX) {
        parser->fault =
            FAULT(BAD_REQUEST, "BadRequest", "The body is nearly all framing.");
    }
    return taken;
}

static size_t advance(struct request_parser *parser, struct slice bytes)
{
    if (parser->phase == PHASE_BODY) {
        return feed_body(parser, bytes);
    }
    size_t taken = feed_head(parser, bytes);
    if (parser->phase == PHASE_HEAD) {
        (void)run_llhttp(parser, buf_slice(&parser->head));
        buf_clear(&parser->head);
        parser->phase = PHASE_BODY;
    }
    return taken;
}

/* llhttp counts the bytes that remain of the body, or of a chunk. */
static void note_body_size(struct request_parser *parser)
{
    size_t left = parser->message_complete ? 0 : (size_t)parser->llhttp.content_length;
    if (parser->phase == PHASE_BODY) {
        parser->request.body_size = parser->body.len + left;
    }
}

enum request_result request_parser_feed(struct request_parser *parser,
                                        struct slice bytes, size_t *ret_consumed)
{
    struct slice rest = bytes;
    bool head_ended = false;

    while (rest.len > 0 && parser->phase < PHASE_COMPLETE && !head_ended) {
        bool in_head = parser->phase < PHASE_BODY;
        rest = slice_part(rest, advance(parser, rest), rest.len);
        note_body_size(parser);
        head_ended = in_head && parser->phase == PHASE_BODY;
        if (parser->fault.status != 0) {
            parser->phase = PHASE_BAD;
            parser->request.keep_alive = false;
            request_body_clear(&parser->body);
        } else if (parser->message_complete) {
            parser->phase = PHASE_COMPLETE;
            parser->request.body = buf_slice(&parser->body.bytes);
        }
    }
    *ret_consumed = bytes.len - rest.len;
    if (parser->phase == PHASE_COMPLETE) {
        return REQUEST_COMPLETE;
    }
    if (parser->phase == PHASE_BAD) {
        return REQUEST_BAD;
    }
    return head_ended ? REQUEST_HEAD : REQUEST_MORE;
}

const struct request *request_parser_request(const struct request_parser *parser)
{
    return &parser->request;
}

enum response_status request_parser_status(const struct request_parser *parser)
{
    return parser->fault.status;
}

const char *request_parser_phrase(const struct request_parser *parser)
{
    return parser->fault.phrase;
}

const char *request_parser_reason(const struct request_parser *parser)
{
    return parser->fault.reason;
}

bool request_parser_is_idle(const struct request_parser *parser)
{
    return parser->phase == PHASE_LINE && parser->head.len == 0;
}
