/* SPDX-License-Identifier: MIT
 *
 * Any bytes as a file of certificates: header fields, base64, serialized stores, values
 * in a row. What comes out is whole or a sentence that names the file.
 */
#include "fuzz.h"

#include "base/text.h"
#include "bundle/bundle.h"

#include <string.h>

#define WORK_MAX ((uint64_t)100)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    struct bundle bundle = { .format = BUNDLE_PEM };
    struct err err = ERR_INIT;
    struct slice bytes = { data, len };
    enum bundle_result result =
        bundle_read_bounded(bytes, "secret", WORK_MAX, "file", &bundle, &err);
    if (result == BUNDLE_OK) {
        assert(bundle.n_certs + bundle.n_crls > 0);
        for (size_t i = 0; i < bundle.n_certs; i++) {
            assert(bundle.certs[i]->der.len <= CERTIFICATE_SIZE_MAX);
        }
        assert(text_is_utf8(buf_slice(&bundle.remarks)));
    } else {
        assert(strstr(err.text, "file") != NULL || err.domain == ERR_MEMORY);
        assert(bundle.n_certs == 0 && bundle.remarks.len == 0);
    }
    bundle_finish(&bundle);
    return 0;
}
