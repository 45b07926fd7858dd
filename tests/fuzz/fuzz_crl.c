/* SPDX-License-Identifier: MIT
 *
 * Any bytes as a revocation list; and looking for serials in it, one of them its own.
 */
#include "fuzz.h"

#include "pki/crl.h"
#include "pki/der.h"

static void find(const struct crl *crl, struct slice serial, bool must_be_there)
{
    struct crl_entry entry = { 0 };
    bool found = crl_find(crl, serial, &entry);
    assert(found || !must_be_there);
    assert(crl_reason_name(entry.reason) != NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    static const uint8_t one[] = { 0x01 };
    struct crl *crl = crl_create((struct slice){ data, len });
    assert(crl != NULL);

    struct slice entries = crl->entries;
    struct slice entry;
    struct slice serial;
    find(crl, SLICE_EMPTY, false);
    find(crl, (struct slice){ one, sizeof(one) }, false);
    if (der_read(&entries, DER_SEQUENCE, &entry) &&
        der_read(&entry, DER_INTEGER, &serial)) {
        find(crl, serial, crl->malformed == NULL);
    }
    crl_destroy(crl);
    return 0;
}
