/* SPDX-License-Identifier: MIT */
#include "http/request_head.h"

#include "base/compiler.h"
#include "base/text.h"

#include <llhttp.h>

const struct request request_head_none = {
    .method = REQUEST_METHOD_OTHER,
    .method_text = "",
    .target = "",
    .path = "",
    .query = "",
    .version_minor = 1,
    .host = "",
    .host_name = "",
    .user_agent = "",
    .referer = "",
};

static const char *value_of(const struct request *request, const char *name)
{
    const char *value = request_find_header(request, name);
    return value == NULL ? "" : value;
}

static struct request_fault judge_host(struct request *request, struct buf *host_text)
{
    size_t count = header_count(request->headers, request->n_headers, "Host");
    bool from_target = *request->host != 0;

    if (count > 1) {
        return FAULT(BAD_REQUEST, "Hostname", "There is more than one Host field.");
    }
    if (count == 0) {
        return request->version_minor == 0
                   ? REQUEST_NO_FAULT
                   : FAULT(BAD_REQUEST, "Hostname",
                           "HTTP/1.1 demands a Host field, and there is none.");
    }
    /* RFC 9112 3.2.2: the host of an absolute target replaces the field, which has to
     * be valid nevertheless. */
    struct request ignored = request_head_none;
    return request_line_set_host(slice_from_string(value_of(request, "Host")),
                                 host_text, from_target ? &ignored : request);
}

/* RFC 9112 6: how long the body is. llhttp has refused a Content-Length beside
 * Transfer-Encoding, a second Content-Length and codings that do not end in chunked. */
static struct request_fault judge_length(const struct request *request,
                                         const struct request_framing *framing)
{
    size_t n_lengths =
        header_count(request->headers, request->n_headers, "Content-Length");
    size_t n_codings =
        header_count(request->headers, request->n_headers, "Transfer-Encoding");

    if (n_lengths + n_codings > 1) {
        return FAULT(BAD_REQUEST, "Header",
                     "The length of the body is told more than once.");
    }
    if (n_codings > 0 && request->version_minor == 0) {
        return FAULT(BAD_REQUEST, "Header", "HTTP/1.0 has no Transfer-Encoding.");
    }
    if (n_codings > 0 && !framing->is_chunked) {
        return FAULT(BAD_REQUEST, "Header",
                     "Transfer-Encoding does not end in chunked.");
    }
    if (n_codings > 0 &&
        !text_equal_ignoring_case(value_of(request, "Transfer-Encoding"), "chunked")) {
        return FAULT(NOT_IMPLEMENTED, "N/I",
                     "The only transfer coding known here is chunked.");
    }
    if (request->method == REQUEST_METHOD_POST && n_lengths + n_codings == 0) {
        return FAULT(LENGTH_REQUIRED, "LengthRequired",
                     "A POST has to tell the length of its body.");
    }
    if (n_lengths > 0 && framing->content_length > framing->body_max) {
        return FAULT(CONTENT_TOO_LARGE, "EntityTooLarge", "The body is too large.");
    }
    return REQUEST_NO_FAULT;
}

struct request_fault request_head_judge(struct request *request,
                                        const struct request_framing *framing,
                                        struct buf *host_text)
{
    request->user_agent = value_of(request, "User-Agent");
    request->referer = value_of(request, "Referer");
    struct request_fault fault = judge_host(request, host_text);
    if (fault.status == 0) {
        fault = judge_length(request, framing);
    }
    if (fault.status != 0) {
        return fault;
    }
    request->has_body = framing->is_chunked || framing->content_length > 0;
    request->expects_continue = request->has_body && request->version_minor == 1 &&
                                header_has_token(request->headers, request->n_headers,
                                                 "Expect", "100-continue");
    return REQUEST_NO_FAULT;
}

/* The only place that interprets llhttp's errors. */
struct request_fault request_head_fault(int code)
{
    static const struct {
        int code;
        const char *phrase;
        const char *reason;
    } reasons[] = {
        { HPE_INVALID_METHOD, "Verb", "The method is not valid." },
        { HPE_INVALID_URL, "URL",
          "The request target holds a byte that is not allowed there." },
        { HPE_INVALID_VERSION, "BadRequest", "The HTTP version is not valid." },
        { HPE_INVALID_HEADER_TOKEN, "Header",
          "A header field holds a byte that is not allowed there." },
        { HPE_INVALID_CONTENT_LENGTH, "Number", "Content-Length is no number." },
        { HPE_UNEXPECTED_CONTENT_LENGTH, "Header",
          "Content-Length is there twice, or together with Transfer-Encoding." },
        { HPE_INVALID_TRANSFER_ENCODING, "Header",
          "Transfer-Encoding does not end in chunked." },
        { HPE_INVALID_CHUNK_SIZE, "Number", "The size of a chunk is not valid." },
        { HPE_STRICT, "Invalid_CR/LF", "A chunk or a line does not end as it must." },
        { HPE_LF_EXPECTED, "Invalid_CR/LF", "A line does not end in CRLF." },
        { HPE_CR_EXPECTED, "Invalid_CR/LF", "A line does not end in CRLF." },
        { HPE_UNEXPECTED_SPACE, "BadRequest", "A blank stands where none is allowed." },
        { HPE_INVALID_CONSTANT, "BadRequest", "The request line is not valid." },
    };
    for (size_t i = 0; i < ARRAY_LEN(reasons); i++) {
        if (reasons[i].code == code) {
            return (struct request_fault){ RESPONSE_BAD_REQUEST, reasons[i].phrase,
                                           reasons[i].reason };
        }
    }
    return FAULT(BAD_REQUEST, "BadRequest", "The request cannot be understood.");
}
