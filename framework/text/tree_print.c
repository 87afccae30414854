/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "text/tree.h"

#include <math.h>
#include <string.h>

#include "base/json.h"

enum { WIDTH = 80, STEP = 2 };

/* ---- scalars ---- */

static bool among(const char *text, const char *const *words)
{
    while (*words && strcmp(text, *words) != 0)
        words++;
    return *words != NULL;
}

/* Plain scalars that we read as numbers, truth values or nothing. */
static bool typed(const char *text)
{
    static const char *const nothing[] = { "", "~", "null", "Null", "NULL", NULL };
    struct node              n = { .kind = NODE_SCALAR, .text = text };
    bool                     b;
    double                   v;

    return among(text, nothing) || !tree_bool(&n, &b, NULL) || !tree_real(&n, &v, NULL);
}

/* What YAML 1.1 readers take for something else than text: yes, 1_000, 010, 1:30,
 * 2001-01-01, 0b1, =, <<. */
static bool mistyped(const char *text)
{
    static const char *const words[] = { "yes", "Yes", "YES", "no", "No",
                                         "NO",  "on",  "On",  "ON", "off",
                                         "Off", "OFF", "=",   "<<", NULL };
    const char              *p = text + (*text == '-' || *text == '+');
    const char              *dot = strchr(p, '.');

    p += *p == '.';
    return among(text, words) ||
           (*p >= '0' && *p <= '9' && !(dot && strchr(dot + 1, '.')) &&
            !p[strspn(p, "0123456789abcdefABCDEFox_.:eE+- TtZ")]);
}

/* May stand unquoted as far as characters go; in flow style more of them have a meaning.
 */
static bool plain_characters(const char *text, bool flow)
{
    size_t n = strlen(text);

    if (!n || strchr(" -?:,[]{}#&*!|>'\"%@`", text[0])) {
        /* These start plain text when something other than a blank follows. */
        if (!n || !strchr(flow ? "-" : "-?:", text[0]) || !text[1] || text[1] == ' ')
            return false;
    }
    if (text[n - 1] == ' ' || text[n - 1] == ':' || strstr(text, ": ") ||
        strstr(text, " #") || !strncmp(text, "---", 3) || !strncmp(text, "...", 3))
        return false;
    for (const unsigned char *p = (const unsigned char *)text; *p; p++)
        if (*p < 0x20 || *p == 0x7f || (*p >= 0x80 && *p < 0xa0 && p[-1] == 0xc2))
            return false;
    if (strstr(text, "\xe2\x80\xa8") || strstr(text, "\xe2\x80\xa9") ||
        strstr(text, "\xef\xbb\xbf") || strstr(text, "\xef\xbf\xbe") ||
        strstr(text, "\xef\xbf\xbf"))
        return false; /* line breaks to YAML 1.1, and what is no character */
    return !flow || !strpbrk(text, ",[]{}?");
}

/* Code point of the character at p, and its length; the text is UTF-8. */
static unsigned decode(const unsigned char *p, size_t *n)
{
    *n = p[0] < 0x80 ? 1 : p[0] < 0xe0 ? 2 : p[0] < 0xf0 ? 3 : 4;
    unsigned c = *n == 1 ? p[0] : p[0] & (0xffu >> (*n + 1));

    for (size_t i = 1; i < *n; i++)
        c = c << 6 | (p[i] & 0x3f);
    return c;
}

static void add_quoted(struct strbuf *out, const char *text)
{
    size_t n;

    strbuf_puts(out, "\"");
    for (const unsigned char *p = (const unsigned char *)text; *p; p += n) {
        unsigned c = decode(p, &n);

        if (c == '"' || c == '\\')
            strbuf_printf(out, "\\%c", (int)c);
        else if (c == '\n' || c == '\t')
            strbuf_puts(out, c == '\n' ? "\\n" : "\\t");
        else if (c < 0x20 || (c >= 0x7f && c < 0xa0))
            strbuf_printf(out, "\\x%02x", c);
        else if (c == 0x2028 || c == 0x2029 || c == 0xfeff || c == 0xfffe || c == 0xffff)
            strbuf_printf(out, "\\u%04x", c);
        else
            strbuf_add(out, (const char *)p, n);
    }
    strbuf_puts(out, "\"");
}

static void add_text(struct strbuf *out, const struct node *n, bool key, bool flow)
{
    bool plain = plain_characters(n->text, flow);

    if (n->quoted || key || !typed(n->text))
        plain = plain && !mistyped(n->text) && !(n->quoted && typed(n->text));
    if (key && !*n->text)
        plain = false;
    if (plain)
        strbuf_puts(out, n->text);
    else
        add_quoted(out, n->text);
}

static void add_scalar(struct strbuf *out, const struct node *n, bool flow)
{
    if (n->kind == NODE_NULL)
        strbuf_puts(out, "null");
    else
        add_text(out, n, false, flow);
}

/* ---- one line ---- */

/* Lists of scalars, and lists of those, may stand on one line. */
static bool flat(const struct node *n)
{
    if (n->n && n->kind == NODE_MAP)
        return false;
    for (size_t i = 0; i < n->n; i++)
        if (!flat(n->values[i]))
            return false;
    return true;
}

/* `relu:` with nothing behind it is said by a line of its own. */
static bool flat_map(const struct node *n)
{
    for (size_t i = 0; i < n->n; i++) {
        const struct node *v = n->values[i];
        if (!flat(v) || (v->kind == NODE_NULL && !*v->text))
            return false;
    }
    return true;
}

static void add_flow(struct strbuf *out, const struct node *n)
{
    if (n->kind == NODE_NULL || n->kind == NODE_SCALAR) {
        add_scalar(out, n, true);
        return;
    }
    strbuf_puts(out, n->kind == NODE_MAP ? "{" : "[");
    for (size_t i = 0; i < n->n; i++) {
        if (i)
            strbuf_puts(out, ", ");
        if (n->kind == NODE_MAP) {
            add_text(out, n->keys[i], true, true);
            strbuf_puts(out, ": ");
        }
        add_flow(out, n->values[i]);
    }
    strbuf_puts(out, n->kind == NODE_MAP ? "}" : "]");
}

void tree_print_flow(const struct node *n, struct strbuf *out)
{
    add_flow(out, n);
}

static size_t characters(const char *text, size_t n)
{
    size_t count = 0;

    for (size_t i = 0; i < n; i++)
        count += ((unsigned char)text[i] & 0xc0) != 0x80;
    return count;
}

/* Characters of the line that is being written. */
static size_t column(const struct strbuf *out)
{
    const char *text = strbuf_text(out);
    size_t      start = out->n;

    while (start > 0 && text[start - 1] != '\n')
        start--;
    return characters(text + start, out->n - start);
}

/* Adds it on this line if it may stand there and fits. */
static bool add_line(struct strbuf *out, const struct node *n)
{
    struct strbuf line = { .limit = (size_t)4 * WIDTH }; /* bytes of WIDTH characters */

    if (!n->n && (n->kind == NODE_NULL || n->kind == NODE_SCALAR)) {
        add_scalar(out, n, false);
        return true;
    }
    if (!(n->kind == NODE_MAP ? flat_map(n) : flat(n)))
        return false;
    add_flow(&line, n);
    bool fits = !line.full && column(out) + characters(line.text, line.n) <= WIDTH;
    if (fits)
        strbuf_add(out, line.text, line.n);
    strbuf_close(&line);
    return fits;
}

/* ---- blocks ---- */

static void indent(struct strbuf *out, size_t by)
{
    strbuf_pad(out, by);
}

static void add_block(struct strbuf *out, const struct node *n, size_t by);

static void add_member(struct strbuf *out, const struct node *value, size_t by)
{
    if (value->kind == NODE_NULL && !*value->text) {
        strbuf_puts(out, "\n");
        return;
    }
    size_t before = out->n;
    strbuf_puts(out, " ");
    if (add_line(out, value)) {
        strbuf_puts(out, "\n");
        return;
    }
    out->n = before; /* the blank goes */
    strbuf_puts(out, "\n");
    indent(out, by + STEP);
    add_block(out, value, by + STEP);
}

static void add_block_map(struct strbuf *out, const struct node *n, size_t by)
{
    for (size_t i = 0; i < n->n; i++) {
        if (i)
            indent(out, by);
        add_text(out, n->keys[i], true, false);
        strbuf_puts(out, ":");
        add_member(out, n->values[i], by);
    }
}

static void add_block_seq(struct strbuf *out, const struct node *n, size_t by)
{
    for (size_t i = 0; i < n->n; i++) {
        const struct node *value = n->values[i];

        if (i)
            indent(out, by);
        strbuf_puts(out, "- ");
        if ((value->kind != NODE_MAP || !value->n) && add_line(out, value))
            strbuf_puts(out, "\n");
        else
            add_block(out, value, by + STEP);
    }
}

/* The place to write at is already column `by`. */
static void add_block(struct strbuf *out, const struct node *n, size_t by)
{
    if (out->full)
        return;
    if (n->n && n->kind == NODE_MAP)
        add_block_map(out, n, by);
    else if (n->n)
        add_block_seq(out, n, by);
    else if (add_line(out, n))
        strbuf_puts(out, "\n");
}

void tree_print(const struct node *n, struct strbuf *out)
{
    add_block(out, n, 0);
}

/* ---- JSON ---- */

static void add_json_scalar(struct json *j, const struct node *n)
{
    bool    b;
    int64_t i;
    double  v;

    if (n->kind == NODE_NULL)
        json_text(j, NULL);
    else if (!tree_bool(n, &b, NULL))
        json_bool(j, b);
    else if (!tree_int(n, &i, NULL))
        json_whole(j, i);
    else if (!tree_real(n, &v, NULL) && isfinite(v))
        json_number(j, v);
    else
        json_text(j, n->text); /* .inf and .nan too: JSON has no word for them */
}

static void add_json(struct json *j, const struct node *n)
{
    if (n->kind == NODE_NULL || n->kind == NODE_SCALAR) {
        add_json_scalar(j, n);
        return;
    }
    json_open(j, n->kind == NODE_MAP ? '{' : '[');
    for (size_t i = 0; i < n->n; i++) {
        if (n->kind == NODE_MAP)
            json_key(j, n->keys[i]->text);
        add_json(j, n->values[i]);
    }
    json_close(j);
}

void tree_print_json(const struct node *n, struct strbuf *out)
{
    struct json j = { .text = *out, .blanks = true };

    add_json(&j, n);
    *out = j.text;
}
