/* SPDX-License-Identifier: MIT
 *
 * The drawing of a path, root on top: a box for each certificate, a line from issuer to
 * issued, each fault in its box; where the path ends early, a box with a question mark.
 * Only positions and texts are computed here; the shapes are in the template. The unit
 * is a CSS pixel at the drawing's full width, which fits on a small phone. Part of
 * server/pages/viewer.
 */
#include "base/text.h"
#include "describe/describe.h"
#include "pages/viewer.h"

#define WIDTH      340
#define STEP       14 /* to the right, for each certificate down */
#define STEPS_MAX  5
#define GAP        16 /* between boxes */
#define LINE       16 /* of text */
#define PADDING    8
#define TEXT_LEFT  28           /* in the box, behind its mark */
#define GLYPH      7            /* a middling character's width */
#define LINES_MAX  ((size_t)12) /* in one box */
#define LINE_BYTES ((size_t)160)

struct drawing {
    const struct viewer_subject *subject;
    struct values boxes;
    int y;
    int depth;
};

/* As many code points as fit into one line, broken at a blank if there is one. */
static size_t line_len(struct slice text, size_t max)
{
    size_t len = 0;
    size_t blank = 0;
    for (size_t n = 0; n < max && len < text.len; n++) {
        uint32_t c;
        size_t step = text_decode_utf8(slice_part(text, len, text.len), &c);
        blank = text.data[len] == ' ' ? len : blank;
        len += step == 0 ? 1 : step;
    }
    return len < text.len && blank > 0 ? blank : len;
}

/* A text at (x, y); y goes on. */
static void put_line(struct values *lines, struct slice text, const char *class, int x,
                     int *y)
{
    struct values v;
    *y += LINE;
    values_init(&v);
    values_number(&v, "x", x);
    values_number(&v, "y", *y);
    values_text(&v, "class", class);
    values_slice(&v, "text", text);
    values_add(lines, values_take(&v));
}

static void put_fault(struct values *lines, const char *fault, bool is_note, int x,
                      int *y)
{
    struct slice rest = slice_from_string(fault);
    size_t max = (size_t)(WIDTH - PADDING - x) / GLYPH;
    while (rest.len > 0 && json_array_size(lines->object) < LINES_MAX) {
        size_t len = line_len(rest, max);
        put_line(lines, slice_part(rest, 0, len), is_note ? "note" : "fault", x, y);
        len += len < rest.len && rest.data[len] == ' ';
        rest = slice_part(rest, len, rest.len);
    }
}

/* From the box above down to this one, and to the right where boxes are still indented.
 */
static void put_link(struct values *v, const struct drawing *d, int x)
{
    if (d->depth > STEPS_MAX) {
        values_printf(v, "link", "M%d %dv%d", x + STEP / 2, d->y - GAP, GAP);
    } else if (d->depth > 0) {
        values_printf(v, "link", "M%d %dv%dh%d", x - STEP / 2, d->y - GAP, GAP + LINE,
                      STEP / 2);
    }
}

static void put_box(struct drawing *d, struct values *v, struct values *lines,
                    int height)
{
    int x = (d->depth < STEPS_MAX ? d->depth : STEPS_MAX) * STEP;
    put_link(v, d, x);
    values_number(v, "x", x);
    values_number(v, "y", d->y);
    values_number(v, "width", WIDTH - x);
    values_number(v, "height", height);
    values_number(v, "mark_x", x + TEXT_LEFT / 2);
    values_number(v, "mark_y", d->y + PADDING + LINE / 2);
    values_put(v, "lines", values_take(lines));
    values_add(&d->boxes, values_take(v));
    d->y += height + GAP;
    d->depth++;
}

static void draw(struct drawing *d, size_t element)
{
    const struct chain *chain = viewer_chain(d->subject);
    const struct certificate *cert = chain->elements[element].cert;
    int x = (d->depth < STEPS_MAX ? d->depth : STEPS_MAX) * STEP + TEXT_LEFT;
    int y = d->y + PADDING - 4;
    bool is_bad = false;
    struct values lines = values_list();
    struct buf name = BUF_EMPTY;
    struct values v;

    describe_append_issued_to(&name, cert);
    size_t len = line_len(buf_slice(&name), (size_t)(WIDTH - PADDING - x) / GLYPH);
    if (len < name.len && buf_ok(&name)) {
        name.len = len;
        buf_append_string(&name, "\xe2\x80\xa6");
    }
    put_line(&lines, buf_slice(&name), "name", x, &y);
    for (size_t i = 0; i < viewer_n_findings(d->subject); i++) {
        struct viewer_finding finding = viewer_finding(d->subject, i);
        if (finding.element == element && !finding.is_note) {
            put_fault(&lines, finding.fault, false, x, &y);
            is_bad = true;
        }
    }
    values_init(&v);
    v.failed |= !buf_ok(&name);
    values_text(&v, "class", is_bad ? "bad" : "good");
    values_flag(&v, "is_bad", is_bad);
    values_flag(&v, "is_missing", false);
    put_box(d, &v, &lines, y + PADDING - d->y);
    buf_finish(&name);
}

/* Above a path that ends for want of an issuer: who is missing. */
static void draw_missing(struct drawing *d, const struct certificate *last)
{
    int y = d->y + PADDING - 4;
    struct values lines = values_list();
    struct buf name = BUF_EMPTY;
    struct values v;

    describe_append_issued_by(&name, last);
    put_line(
        &lines,
        slice_part(buf_slice(&name), 0,
                   line_len(buf_slice(&name), (WIDTH - PADDING - TEXT_LEFT) / GLYPH)),
        "name", TEXT_LEFT, &y);
    put_line(&lines, slice_from_string("not among what can be read"), "fault",
             TEXT_LEFT, &y);
    values_init(&v);
    v.failed |= !buf_ok(&name);
    values_text(&v, "class", "missing");
    values_flag(&v, "is_bad", false);
    values_flag(&v, "is_missing", true);
    put_box(d, &v, &lines, y + PADDING - d->y);
    buf_finish(&name);
}

static bool is_partial(const struct chain *chain)
{
    for (size_t i = 0; i < chain->n_findings; i++) {
        if (chain->findings[i].kind == FINDING_PARTIAL_CHAIN) {
            return true;
        }
    }
    return false;
}

json_t *viewer_picture(const struct viewer_subject *subject)
{
    const struct chain *chain = viewer_chain(subject);
    struct drawing d = { subject, values_list(), 2, 0 };
    struct values v;

    if (chain->n_elements > 0) {
        const struct chain_element *last = &chain->elements[chain->n_elements - 1];
        if (is_partial(chain) && last->cert->malformed == NULL) {
            draw_missing(&d, last->cert);
        }
    }
    for (size_t i = chain->n_elements; i-- > 0;) {
        draw(&d, i);
    }
    values_init(&v);
    values_put(&v, "boxes", values_take(&d.boxes));
    values_number(&v, "width", WIDTH);
    values_number(&v, "height", d.y);
    return values_take(&v);
}
