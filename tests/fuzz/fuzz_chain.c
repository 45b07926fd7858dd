/* SPDX-License-Identifier: MIT
 *
 * A presented chain and the stores to judge it by, all of any bytes: paths are built
 * and judged within the time that one input may take. Input: the policy, then where
 * it goes (a byte) and a part, and so on.
 */
#include "chain/chain_show.h"
#include "fuzz.h"

#include "chain/chain_build.h"
#include "chain/issuers.h"
#include "chain/judge.h"
#include "chain/signature_cache.h"
#include "describe/describe.h"
#include "store/store_builder.h"

#include <jansson.h>
#include <stdlib.h>

#define NOW ((int64_t)1781524800) /* 2026-06-15 */

#define LIST_BYTES ((size_t)4096)

struct scene {
    struct store store;
    struct store_builder builder;
    struct certificate *presented[CHAIN_PRESENTED_MAX + 2];
    size_t n_presented;
};

static const enum store_folder folders[] = {
    STORE_ROOT,
    STORE_CA,
    STORE_DISALLOWED,
    STORE_TRUSTED_PEOPLE,
    STORE_CLIENT_AUTH_ISSUER,
    STORE_CURRENT_USER_ROOT,
};

static void read_scene(struct scene *scene, struct slice input)
{
    struct err err = ERR_INIT;
    while (input.len > 0 && scene->n_presented < ARRAY_LEN(scene->presented)) {
        size_t place = fuzz_take_byte(&input) % (ARRAY_LEN(folders) + 2);
        struct slice bytes = fuzz_take_part(&input);
        int added = 0;
        if (place < ARRAY_LEN(folders)) {
            scene->builder.folder = folders[place];
            added = store_builder_add_certificate(
                &scene->builder, certificate_create(bytes), "file", &err);
        } else if (place == ARRAY_LEN(folders)) {
            scene->builder.folder = STORE_CA;
            added =
                store_builder_add_crl(&scene->builder, crl_create(bytes), "file", &err);
        } else {
            struct certificate *cert = certificate_create(bytes);
            assert(cert != NULL);
            scene->presented[scene->n_presented++] = cert;
        }
        assert(added == 0);
    }
}

static struct policy read_policy(uint8_t bits)
{
    struct policy policy = policy_default();
    policy.usagecheck = (bits & 1) == 0;
    policy.verifyclientcertrevocation = (bits & 2) == 0;
    policy.precedence = (bits & 4) != 0 ? PRECEDENCE_SSL : PRECEDENCE_BASE;
    policy.refuse_any_eku = (bits & 8) != 0;
    policy.refuse_no_digital_signature = (bits & 16) != 0;
    policy.refuse_ca_as_client = (bits & 32) != 0;
    policy.refuse_no_revocation_pointer = (bits & 64) != 0;
    policy.non_self_signed_root_breaks_all = (bits & 128) == 0;
    policy.clientauthtrustmode = (enum trust_mode)(bits % 3);
    return policy;
}

static void show(const struct chain *chain)
{
    struct buf text = BUF_EMPTY;
    assert(chain_show_text(&text, chain));
    fuzz_check_visible(buf_slice(&text), true);
    buf_finish(&text);
    json_t *json = chain_show_json(chain, NULL);
    char *dump = json_dumps(json, JSON_COMPACT);
    assert(dump != NULL);
    free(dump);
    json_decref(json);
}

/* All paths: the first is the one that the search for one path finds. */
static void judge_all(const struct scene *scene, const struct chain_context *context,
                      const struct chain *best)
{
    struct chain_paths paths = { .n = 0 };
    struct issuers_list list;
    struct err err = ERR_INIT;

    int built =
        chain_build_all(scene->presented, scene->n_presented, context, &paths, &err);
    assert(built == 0 && paths.n <= CHAIN_PATHS_MAX);
    assert((paths.n == 0) == (scene->n_presented == 0));
    if (paths.n > 0 && chain_trust_status(best) == 0) {
        assert(chain_trust_status(&paths.chains[0]) == 0);
    }
    chain_paths_finish(&paths);
    int listed =
        issuers_list_init(&list, context->store, context->policy, LIST_BYTES, &err);
    assert(listed == 0);
    issuers_list_finish(&list);
}

static void judge(const struct scene *scene, const struct policy *policy)
{
    static struct judgement judgement;
    struct err err = ERR_INIT;
    struct signature_cache *cache = signature_cache_create();
    const struct chain_context context = {
        .store = &scene->store, .policy = policy, .cache = cache, .now = NOW
    };

    int judged = judge_client(scene->presented, scene->n_presented, SSL_FLAGS_REQUIRE,
                              &context, &judgement, &err);
    assert(judged == 0);
    const struct chain *chain = &judgement.chain;
    assert(chain->n_elements <= CHAIN_DEPTH_MAX);
    assert(chain->n_findings <= CHAIN_FINDINGS_MAX);
    assert(chain->n_paths <= CHAIN_PATHS_MAX);
    assert((chain->n_elements == 0) == (scene->n_presented == 0));
    if (judgement.verdict == VERDICT_OK) {
        assert(scene->store.folders[STORE_ROOT].n_entries > 0 ||
               scene->store.folders[STORE_CLIENT_AUTH_ISSUER].n_entries > 0 ||
               scene->store.folders[STORE_TRUSTED_PEOPLE].n_entries > 0);
    } else if (scene->n_presented > 0) {
        assert(judgement.deciding < chain->n_findings);
        assert(chain->findings[judgement.deciding].verdict == judgement.verdict);
    }
    show(chain);
    judge_all(scene, &context, chain);
    signature_cache_destroy(cache);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    struct slice input = { data, len };
    struct scene scene = { .n_presented = 0 };
    struct policy policy = read_policy(fuzz_take_byte(&input));

    scene.builder = (struct store_builder){ .store = &scene.store, .now = NOW };
    read_scene(&scene, input);
    judge(&scene, &policy);
    for (size_t i = 0; i < scene.n_presented; i++) {
        certificate_destroy(scene.presented[i]);
    }
    store_builder_finish(&scene.builder);
    store_finish(&scene.store);
    return 0;
}
