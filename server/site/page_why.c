/* SPDX-License-Identifier: MIT */
#include "site/page_why.h"

static const struct page_why whys[VERDICT_COUNT] = {
    [VERDICT_SSL_REQUIRED] = { "The request came over plain HTTP, and this site "
                               "requires TLS.",
                               "Open it with https:// and the port of an HTTPS site." },
    [VERDICT_SSL128_REQUIRED] = { "The cipher suite has less than 128 bits, and this "
                                  "site requires 128.",
                                  "Update the client, or take weak and NULL suites off "
                                  "the server." },
    [VERDICT_CERT_REQUIRED] = { "The client was asked for a certificate and sent none.",
                                "Import one with its private key, then use another "
                                "host name: a "
                                "browser remembers Cancel." },
    [VERDICT_MAPPER_DENIED] = { "A mapping that denies access matches the certificate.",
                                "Change that mapping, or use a certificate that it "
                                "does not match." },
    [VERDICT_LOGON_FAILED] = { "The mapping's account does not exist, or its password "
                               "is another.",
                               "Set the password of the mapping to the account's." },
    [VERDICT_MAPPING_CORRUPT] = { "The certificate in a one-to-one mapping cannot be "
                                  "decoded.",
                                  "Export the client's certificate as Base-64 X.509, "
                                  "and put it "
                                  "into the mapping on one line." },
    [VERDICT_LOGON_DENIED] = { "Anonymous authentication is off, and no mapping "
                               "matches.",
                               "Compare the rules with the certificate, or switch "
                               "Anonymous "
                               "authentication on." },
    [VERDICT_ACL_DENIED] = { "The account that the certificate is mapped to may not "
                             "read this.",
                             "Give the account the right to read it; here, see "
                             "no-access in the "
                             "file of --accounts." },
    [VERDICT_APPLICATION_POOL] = { "The URL belongs to another application pool.",
                                   "Request it directly, not from within another "
                                   "application." },
    [VERDICT_ENTITY_TOO_LARGE] = { "The server asks for the certificate late, and the "
                                   "body is too "
                                   "large to be kept until then.",
                                   "Have it ask in the first handshake: "
                                   "clientcertnegotiation=enable." },
    [VERDICT_POST_HANDSHAKE_AUTH] = { "The server asks for the certificate late, which "
                                      "does not work "
                                      "with TLS 1.3.",
                                      "Have it ask in the first handshake: "
                                      "clientcertnegotiation=enable." },
    [VERDICT_CONFIG_INVALID] = { "A configuration file has something in it that IIS "
                                 "does not know.",
                                 "Look at the line that is named." },
    [VERDICT_CONFIG_LOCKED] = { "A configuration file sets what is locked above it.",
                                "Unlock it on the server, or set it there in a "
                                "<location>." },
    [VERDICT_CONFIG_DUPLICATE] = { "A configuration file adds what is there already.",
                                   "Put a <remove> before it, or take it out." },
};

const struct page_why *page_why_get(enum verdict verdict)
{
    return whys[verdict].sentence != NULL ? &whys[verdict] : NULL;
}

/* Why the client's browser does not offer the certificate of the case that the host is
 * named after; NULL if it does, or if there is no such case. */
static const char *hidden_reason(const struct exchange_input *input,
                                 const struct recipe *recipe)
{
    const struct offers_row *row = recipe == NULL || input->offers == NULL
                                       ? NULL
                                       : offers_find(input->offers, recipe);
    enum offer_program program = offers_program_of(input->request->user_agent);
    return row == NULL || row->by[program].is_offered
               ? NULL
               : finding_get(row->by[program].reason)->fault;
}

/* Why no certificate was sent, as far as is known. */
static void explain_absence(struct values *why, const struct exchange_input *input)
{
    const struct tls_info *tls = input->tls;
    const struct recipe *recipe = site_host_recipe(input->host);
    const char *hidden = hidden_reason(input, recipe);
    if (tls == NULL) {
        values_text(why, "sentence",
                    "Over plain HTTP a client cannot send a certificate.");
        values_text(why, "fix", "Open it with https:// and the port of an HTTPS site.");
    } else if (input->site->late) {
        values_text(why, "sentence",
                    "The server does not ask for a certificate in the handshake.");
        values_text(why, "fix",
                    "netsh http update sslcert ... clientcertnegotiation=enable");
    } else if (tls->chain_problem != NULL) {
        values_text(why, "sentence",
                    "A certificate was sent, but its key cannot be used here.");
        values_text(why, "fix", "Use an RSA key, or one on P-256, P-384 or P-521.");
    } else if (tls->resumed) {
        values_text(why, "sentence",
                    "The TLS session was resumed, and its first handshake had no "
                    "certificate.");
        values_text(why, "fix",
                    "Close all windows of the browser, or use another host name.");
    } else if (hidden != NULL) {
        values_printf(why, "sentence",
                      "This is the case %s, and your browser hides this one, because:",
                      recipe->name);
        values_text(why, "hidden_because", hidden);
        values_printf(why, "fix",
                      "To send it: certgate get https://localhost:%u/ --case %s",
                      (unsigned)input->local->port, recipe->name);
    } else {
        values_text(why, "sentence", whys[VERDICT_CERT_REQUIRED].sentence);
        values_text(why, "fix", whys[VERDICT_CERT_REQUIRED].fix);
    }
}

void page_why_add(struct values *v, const struct exchange_input *input,
                  const struct access *access)
{
    const struct page_why *known = page_why_get(access->verdict);
    struct values why;
    if (known == NULL) {
        return;
    }
    values_init(&why);
    if (access->verdict == VERDICT_CERT_REQUIRED) {
        explain_absence(&why, input);
    } else {
        values_text(&why, "sentence", known->sentence);
        values_text(&why, "fix", known->fix);
    }
    values_put(v, "why", values_take(&why));
}
