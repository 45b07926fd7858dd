/* SPDX-License-Identifier: MIT
 *
 * Any bytes as PEM: every block lies inside the text, behind the one before it.
 */
#include "fuzz.h"

#include "pki/pem.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    struct slice cursor = { data, len };
    const uint8_t *behind = data;
    struct pem_block block;
    enum pem_result result;
    bool is_pem = pem_is(cursor);

    while ((result = pem_next(&cursor, &block)) != PEM_END) {
        assert(is_pem);
        assert(block.label.data >= behind);
        behind = block.label.data + block.label.len;
        if (result == PEM_BLOCK) {
            struct buf der = BUF_EMPTY;
            (void)pem_decode(&block, &der);
            assert(der.len <= block.body.len);
            buf_finish(&der);
            assert(block.body.data >= behind);
            behind = block.whole.data + block.whole.len;
        }
        assert(behind <= data + len);
    }
    assert(cursor.len == 0);
    return 0;
}
