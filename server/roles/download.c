/* SPDX-License-Identifier: MIT */
#include "roles/download.h"

#include "forge/forge_export.h"
#include "forge/forge_mint.h"
#include "pki/pem_write.h"

#include <stdio.h>
#include <string.h>

#define PATH_PREFIX "/download/"
#define ROOT_TYPE   "application/x-x509-ca-cert"
#define FIELD_MAX   160

/* Names of files are made of names of cases, [a-z0-9-]: nothing to quote in them. */
static void add_fields(struct role_answer *answer, const char *type,
                       const char *disposition, const char *prefix, const char *name,
                       const char *suffix)
{
    char field[FIELD_MAX];
    (void)snprintf(field, sizeof field, "%s; filename=\"%s%s%s\"", disposition, prefix,
                   name, suffix);
    response_add(&answer->response, "Content-Type", type);
    response_add(&answer->response, "Content-Disposition", field);
}

/* Inline, so that Firefox and iOS ask at once whether to trust it. */
static int answer_root(const struct role_input *input, struct role_answer *answer,
                       struct err *err)
{
    const struct certificate *root = forge_authority(input->services->world, "root");
    add_fields(answer, ROOT_TYPE, "inline", "", DOWNLOAD_ROOT_FILE, "");
    return pem_write(&answer->body, "CERTIFICATE", root->der) ? 0 : err_memory(err);
}

/* NULL, or why a private key is not sent. */
static const char *find_refusal(const struct exchange_input *exchange)
{
    if (!exchange_is_local(exchange->local) || !exchange_is_local(exchange->peer)) {
        return "Private keys are handed out on this machine only. Here, "
               "`certgate forge` says where their files are.";
    }
    return role_guard_strict(exchange);
}

static int answer_case(const struct role_input *input, const struct recipe *recipe,
                       enum forge_format format, struct role_answer *answer,
                       struct err *err)
{
    const struct forge_format_info *info = forge_format_get(format);
    const char *refusal = info->has_key ? find_refusal(input->exchange) : NULL;
    if (refusal != NULL) {
        role_text(answer, RESPONSE_FORBIDDEN, refusal);
        return 0;
    }
    add_fields(answer, info->type, "attachment", "certgate-", recipe->name,
               info->suffix);
    return forge_export(input->services->world, recipe, format,
                        input->exchange->context->now, &answer->body, err);
}

int download_answer(const struct role_input *input, struct role_answer *answer,
                    struct err *err)
{
    struct forge_world *world = input->services->world;
    const char *file = input->exchange->request->path + strlen(PATH_PREFIX);
    enum forge_format format;

    if (world == NULL) {
        role_text(answer, RESPONSE_UNAVAILABLE, "There are no test certificates here.");
        return 0;
    }
    if (strcmp(file, DOWNLOAD_ROOT_FILE) == 0) {
        return answer_root(input, answer, err);
    }
    const struct recipe *recipe =
        forge_format_parse(&forge_book(world)->cases, file, &format);
    if (recipe == NULL) {
        recipe = forge_format_parse(forge_minted(world), file, &format);
    }
    if (recipe == NULL) {
        role_text(answer, RESPONSE_NOT_FOUND,
                  "There is no such file. The names are CASE.p12, CASE-modern.p12, "
                  "CASE.pem and CASE.crt; `certgate list` has the cases.");
        return 0;
    }
    return answer_case(input, recipe, format, answer, err);
}
