/* SPDX-License-Identifier: MIT */
#include "site/page_certificates.h"

#include "pages/viewer.h"

void page_certificates_add(struct values *v, const struct exchange_input *input,
                           const struct judgement *judgement)
{
    const struct chain *chain = &judgement->chain;
    struct viewer_subject subject = {
        .id = "yours",
        .cert = input->tls->chain[0],
        .judgement = judgement,
        .memo = input->memo,
        .shows_files = exchange_may_detail(input),
    };

    values_put(v, "viewer", viewer_create(&subject));
    if (judgement->deciding < chain->n_findings) {
        values_put(v, "decided", viewer_fault(&subject, judgement->deciding));
    }
    values_number(v, "n_sent", (int64_t)exchange_n_presented(input->tls));
    values_number(v, "n_paths", (int64_t)chain->n_paths);
    values_printf(v, "trust_status", "0x%08lX",
                  (unsigned long)chain_trust_status(chain));
}
