/* SPDX-License-Identifier: MIT */
#include "http/request.h"

const char *request_find_header(const struct request *request, const char *name)
{
    return header_find(request->headers, request->n_headers, name);
}
