/* SPDX-License-Identifier: MIT
 *
 * What the readers of IIS's XML share, on expat. The files are hostile: a document type
 * declaration ends the reading, so that nothing is expanded or fetched, and memory is
 * mem_alloc's.
 */
#pragma once

#include "base/buf.h"
#include "base/compiler.h"
#include "base/err.h"

#include <expat.h>
#include <stdbool.h>

/* The first member of a reader, which expat's handlers get as their user data. */
struct iis_xml {
    XML_Parser parser; /* owned */
    const char *name;  /* of the file, for messages; borrowed */
    struct err *err;   /* borrowed */
    bool failed;
};

int iis_xml_open(struct iis_xml *xml, const char *name,
                 XML_StartElementHandler on_begin, XML_EndElementHandler on_end,
                 struct err *err) MUST_CHECK;
/* 0 = read; -1 = failed, as the error says; 1 = it is no XML: what expat says of it,
 * and iis_xml_line() where. Then iis_xml_malformed() makes an error of that. */
int iis_xml_parse(struct iis_xml *xml, struct slice text, const char **ret_fault)
    MUST_CHECK;
int iis_xml_malformed(struct iis_xml *xml, const char *fault);
void iis_xml_close(struct iis_xml *xml); /* accepts one that was not opened */

unsigned long iis_xml_line(const struct iis_xml *xml);
/* Among expat's name, value, ..., NULL; NULL if it is not there. */
const char *iis_xml_attribute(const char *const *attributes, const char *name);

/* Puts the place before what the error says, and ends the reading. Only the first
 * counts. */
void iis_xml_fail(struct iis_xml *xml);
#define IIS_XML_FAIL(xml, domain, ...)                   \
    do {                                                 \
        if (!(xml)->failed) {                            \
            err_set((xml)->err, domain, 0, __VA_ARGS__); \
            iis_xml_fail(xml);                           \
        }                                                \
    } while (0)
