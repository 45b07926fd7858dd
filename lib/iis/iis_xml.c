/* SPDX-License-Identifier: MIT */
#include "iis/iis_xml.h"

#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

static void *give(size_t size)
{
    return mem_alloc(1, size);
}

static void *resize(void *block, size_t size)
{
    return mem_resize(block, 1, size);
}

static void on_doctype(void *user, const char *name, const char *system_id,
                       const char *public_id, int has_internal_subset)
{
    struct iis_xml *xml = user;
    (void)name;
    (void)system_id;
    (void)public_id;
    (void)has_internal_subset;
    IIS_XML_FAIL(xml, ERR_CONFIG,
                 "a document type declaration is not read; IIS's files have none");
}

int iis_xml_open(struct iis_xml *xml, const char *name,
                 XML_StartElementHandler on_begin, XML_EndElementHandler on_end,
                 struct err *err)
{
    static const XML_Memory_Handling_Suite memory = { give, resize, free };
    *xml = (struct iis_xml){ .name = name, .err = err };
    xml->parser = XML_ParserCreate_MM(NULL, &memory, NULL);
    if (xml->parser == NULL) {
        return err_memory(err);
    }
    XML_SetUserData(xml->parser, xml);
    XML_SetElementHandler(xml->parser, on_begin, on_end);
    XML_SetStartDoctypeDeclHandler(xml->parser, on_doctype);
    return 0;
}

int iis_xml_parse(struct iis_xml *xml, struct slice text, const char **ret_fault)
{
    enum XML_Status status =
        XML_Parse(xml->parser, (const char *)text.data, (int)text.len, XML_TRUE);
    if (xml->failed) {
        return -1;
    }
    if (status == XML_STATUS_OK) {
        return 0;
    }
    enum XML_Error code = XML_GetErrorCode(xml->parser);
    if (code == XML_ERROR_NO_MEMORY) {
        return err_memory(xml->err);
    }
    *ret_fault = XML_ErrorString(code);
    return 1;
}

int iis_xml_malformed(struct iis_xml *xml, const char *fault)
{
    return err_set(xml->err, ERR_CONFIG, 0, "%s, line %lu: this is no XML: %s",
                   xml->name, iis_xml_line(xml), fault);
}

void iis_xml_close(struct iis_xml *xml)
{
    if (xml->parser != NULL) {
        XML_ParserFree(xml->parser);
        xml->parser = NULL;
    }
}

unsigned long iis_xml_line(const struct iis_xml *xml)
{
    return (unsigned long)XML_GetCurrentLineNumber(xml->parser);
}

const char *iis_xml_attribute(const char *const *attributes, const char *name)
{
    for (; attributes[0] != NULL; attributes += 2) {
        if (strcmp(attributes[0], name) == 0) {
            return attributes[1];
        }
    }
    return NULL;
}

void iis_xml_fail(struct iis_xml *xml)
{
    if (!xml->failed) {
        err_wrap(xml->err, "%s, line %lu", xml->name, iis_xml_line(xml));
        xml->failed = true;
        (void)XML_StopParser(xml->parser, XML_FALSE);
    }
}
