/* SPDX-License-Identifier: MIT
 *
 * The paths of the revocation service.
 */
#include "base/text.h"
#include "pki/pem.h"
#include "roles/revocation_service_internal.h"

#include <string.h>

/* Takes a name of [a-z0-9-] off the path. */
static bool read_name(const char **path, char name[static REVOCATION_NAME_MAX])
{
    size_t len = strspn(*path, "abcdefghijklmnopqrstuvwxyz0123456789-");
    if (len == 0 || len >= REVOCATION_NAME_MAX) {
        return false;
    }
    memcpy(name, *path, len);
    name[len] = 0;
    *path += len;
    return true;
}

static bool take(const char **path, const char *prefix)
{
    size_t len = strlen(prefix);
    if (strncmp(*path, prefix, len) != 0) {
        return false;
    }
    *path += len;
    return true;
}

/* Base64 with URL escapes, or without, as some clients send it. */
static bool read_request(const char *text, struct revocation_target *target)
{
    struct buf base64 = BUF_EMPTY;
    struct pem_block block = { .body = SLICE_EMPTY };
    for (; *text != 0; text++) {
        uint8_t byte = (uint8_t)*text;
        if (byte == '%' && text_hex_value(text[1]) >= 0 &&
            text_hex_value(text[2]) >= 0) {
            byte = (uint8_t)(text_hex_value(text[1]) * 16 + text_hex_value(text[2]));
            text += 2;
        }
        buf_append_byte(&base64, byte);
    }
    block.body = buf_slice(&base64);
    /* Text that is not Base64 becomes an empty request, which is answered as malformed.
     */
    if (buf_ok(&base64) && !pem_decode(&block, &target->request) &&
        buf_ok(&target->request)) {
        buf_clear(&target->request);
    }
    bool memory = buf_ok(&base64) && buf_ok(&target->request);
    buf_finish(&base64);
    return memory;
}

bool revocation_target_read(const char *path, struct revocation_target *ret_target)
{
    struct revocation_target target = { .resource = REVOCATION_NOTHING };
    bool memory = true;
    if (take(&path, "/crl/") && read_name(&path, target.authority)) {
        bool good = !take(&path, "/") || read_name(&path, target.name);
        target.resource =
            good && strcmp(path, ".crl") == 0 ? REVOCATION_CRL : REVOCATION_NOTHING;
    } else if (take(&path, "/ca/") && read_name(&path, target.authority)) {
        target.resource =
            strcmp(path, ".crt") == 0 ? REVOCATION_CA : REVOCATION_NOTHING;
    } else if (take(&path, "/ocsp/") && read_name(&path, target.authority) &&
               (*path == 0 || *path == '/')) {
        target.resource = REVOCATION_OCSP;
        if (path[0] == '/' && path[1] != 0) {
            memory = read_request(path + 1, &target);
        }
    }
    *ret_target = target;
    return memory;
}
