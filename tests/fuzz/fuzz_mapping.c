/* SPDX-License-Identifier: MIT
 *
 * Any bytes as IIS's XML with certificate mappings, and a certificate mapped by it.
 * Input: a certificate with its length in two bytes before it, then the XML.
 */
#include "fuzz.h"

#include "mapping/mapping_read.h"
#include "pki/certificate.h"

#include <stdlib.h>
#include <string.h>

static void on_note(void *user, bool is_trap, const char *text)
{
    size_t *n = user;
    (void)is_trap;
    assert(text[0] != 0);
    (*n)++;
}

static void on_step(void *user, const struct mapping_step *step)
{
    size_t *n = user;
    assert(step->number > 0 && step->entry != NULL);
    assert(step->fits || step->why != NULL || step->rule != NULL);
    (*n)++;
}

static void decide(const struct mapping *mapping, struct slice der)
{
    struct certificate *cert = certificate_create(der);
    struct policy policy = policy_default();
    struct mapping_outcome outcome;
    struct err err = ERR_INIT;
    size_t n_steps = 0;

    for (int order = 0; cert != NULL && order < 2; order++) {
        policy.mapping_many_to_one_first = order == 1;
        int result =
            mapping_decide(mapping, cert, &policy, on_step, &n_steps, &outcome, &err);
        assert(result == 0);
        assert((outcome.entry == NULL) == (outcome.number == 0));
        assert(mapping->enabled || outcome.result == MAPPING_OFF);
        assert(outcome.result != MAPPING_MAPPED || outcome.entry->user_name[0] != 0);
        (void)mapping_verdict(outcome.result);
    }
    certificate_destroy(cert);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    struct slice input = { data, len };
    struct slice der = fuzz_take_part(&input);
    struct mapping *mapping = NULL;
    struct err err = ERR_INIT;
    size_t n_notes = 0;

    if (mapping_parse(input, len % 2 == 0 ? "web.config" : "x", on_note, &n_notes,
                      &mapping, &err) == 0) {
        assert(mapping->n_entries[MAPPING_ONE_TO_ONE] <= MAPPING_ENTRIES_MAX);
        assert(mapping->n_entries[MAPPING_MANY_TO_ONE] <= MAPPING_ENTRIES_MAX);
        decide(mapping, der);
        mapping_destroy(mapping);
    } else {
        assert(err.text[0] != 0 && mapping == NULL);
    }
    return 0;
}
