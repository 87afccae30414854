/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "text/yaml_errors.h"

#include <stdint.h>
#include <string.h>

/* The line (from 0) that holds a byte. */
static size_t line_of(const struct source *s, size_t offset)
{
    size_t low = 0, high = s->n_lines;

    while (high - low > 1) {
        size_t mid = low + (high - low) / 2;
        if (s->lines[mid] <= offset)
            low = mid;
        else
            high = mid;
    }
    return low;
}

struct at yaml_errors_at(const struct source *s, size_t offset, unsigned length)
{
    if (offset > s->size)
        offset = s->size;
    size_t    line = line_of(s, offset);
    struct at at = {
        .source = s, .line = (unsigned)line + 1, .column = 1, .length = length
    };

    for (size_t i = s->lines[line]; i < offset; i++)
        at.column += ((unsigned char)s->text[i] & 0xc0) != 0x80;
    return at;
}

/* Length of the word at text: up to a blank or what ends a word in a list or map. */
static int word_length(const char *text)
{
    return (int)strcspn(text, " \t\r\n,:[]{}#");
}

int yaml_errors_tag(const struct source *s, size_t offset, struct diag *d)
{
    int       n = (int)strcspn(s->text + offset, " \t\r\n,[]{}");
    struct at at = yaml_errors_at(s, offset, (unsigned)n);

    return diag_code(d, &at, "tag",
                     "'%.*s' is a tag; tags are refused, as a file never runs code", n,
                     s->text + offset);
}

/* Libyaml reports a tab as whatever it broke: look at the indent of the line itself. */
static int report_tab(const struct source *s, size_t offset, struct diag *d)
{
    size_t start = s->lines[line_of(s, offset)];
    size_t indent = strspn(s->text + start, " \t");
    size_t spaces = strspn(s->text + start, " ");

    if (spaces == indent || start + spaces > offset)
        return 0;
    struct at at = yaml_errors_at(s, start + spaces, 1);
    return diag_code(d, &at, "tab", "line %u %s a tab; YAML wants spaces", at.line,
                     spaces ? "is indented with" : "starts with");
}

/* `- relu`, and below it, indented, `as: code`: the plugin's own key needs a colon. */
static int report_item(const struct source *s, size_t offset, struct diag *d)
{
    size_t      line = line_of(s, offset), dash, first;
    const char *text = s->text + s->lines[line];
    size_t      indent = strspn(text, " ");
    int         n = word_length(text + indent);

    if (!n || text[indent + (size_t)n] != ':')
        return 0;
    do {
        if (!line)
            return 0;
        text = s->text + s->lines[--line];
        dash = strspn(text, " ");
    } while (strchr("#\r\n", text[dash]));
    for (first = dash; text[first] == '-' && text[first + 1] == ' ';)
        first += 1 + strspn(text + first + 1, " ");
    n = word_length(text + first);
    if (first == dash || indent <= dash || !n)
        return 0;
    const char *rest = text + first + n;
    size_t      blanks = strspn(rest, " ");
    int         value = (int)strcspn(rest + blanks, " \t\r\n:#");
    if (rest[0] == ':' || rest[blanks + (size_t)value] == ':')
        return 0;
    struct at at = yaml_errors_at(s, (size_t)(text + first - s->text), (unsigned)n);
    diag_code(d, &at, "missing-colon",
              "write `- %.*s:%s%.*s` with a colon when other keys follow", n,
              text + first, value ? " " : "", value, rest + blanks);
    char fix[64];
    if ((size_t)n + 2 <= sizeof fix) {
        memcpy(fix, text + first, (size_t)n);
        memcpy(fix + n, ":", 2);
        diag_fix(d, fix);
    }
    return -1;
}

/* The word that is taken for a key and has no colon. */
static int report_key(const struct source *s, const struct trouble *t, struct diag *d)
{
    const char *text = s->text + t->from;
    int         n = (int)strcspn(text, "\r\n");
    struct at   at = yaml_errors_at(s, t->from, 1);

    if (n > 40)
        n = word_length(text);
    at.length = (unsigned)n;
    return diag_code(d, &at, "syntax", "a ':' is missing after '%.*s'", n, text);
}

/* A ':' behind something that cannot be a key: second in its line, or below a value. */
static int report_colon(const struct source *s, const struct trouble *t, struct diag *d)
{
    struct at at = yaml_errors_at(s, t->at, 1);
    size_t    start = s->lines[at.line - 1];

    if (memchr(s->text + start, ':', t->at - start))
        return diag_code(d, &at, "syntax",
                         "a second ':' in this line; put quotes around the value, or its "
                         "keys on lines of their own");
    return diag_code(d, &at, "syntax",
                     "a key cannot stand here, as the value above goes on in this line; "
                     "check the indent");
}

static int report_start(const struct source *s, const struct trouble *t, struct diag *d)
{
    struct at at = yaml_errors_at(s, t->at, 1);

    if (s->text[t->at] == '\t')
        return diag_code(d, &at, "tab", "a tab cannot stand here; YAML wants spaces");
    return diag_code(d, &at, "syntax", "a value cannot start with '%c'; put it in quotes",
                     s->text[t->at]);
}

static int report_open(const struct source *s, const struct trouble *t, const char *want,
                       struct diag *d)
{
    struct at from = yaml_errors_at(s, t->from, 1), at = yaml_errors_at(s, t->at, 1);

    if (t->at + strspn(s->text + t->at, " \t\r\n") >= s->size)
        return diag_code(d, &from, "syntax", "this '%c' is never closed",
                         s->text[t->from]);
    return diag_code(d, &at, "syntax", "%s is missing before this; '%c' opens at %u:%u",
                     want, s->text[t->from], from.line, from.column);
}

static int report_fit(const struct source *s, const struct trouble *t, const char *what,
                      struct diag *d)
{
    struct at at = yaml_errors_at(s, t->at, 1), from = yaml_errors_at(s, t->from, 1);

    return diag_code(
        d, &at, "syntax",
        "this does not belong to the %s that starts at %u:%u; check the indent", what,
        from.line, from.column);
}

static int report_control(const struct source *s, const struct trouble *t, struct diag *d)
{
    struct at at = yaml_errors_at(s, t->at, 1);

    return diag_code(d, &at, "syntax",
                     "control character U+%04X; write it as \"\\u%04X\" in quotes",
                     (unsigned)t->value, (unsigned)t->value);
}

/* Where to point: at the problem, or at the start of what it broke. */
enum place { PROBLEM, START };

static const struct {
    const char *problem;
    enum place  place;
    const char *text;
} others[] = {
    { "block sequence entries are not allowed", PROBLEM,
      "a list cannot start in this line; put '- ' on a line of its own" },
    { "mapping keys are not allowed", PROBLEM, "'?' cannot stand here" },
    { "found unexpected end of stream", START, "this quote is never closed" },
    { "found unexpected document indicator", START, "this quote is never closed" },
    { "found unknown escape character", PROBLEM,
      "no such escape; write '\\\\' for a backslash, or use single quotes" },
    { "did not find expected hexdecimal number", PROBLEM,
      "hexadecimal digits are missing in this escape" },
    { "found invalid Unicode character", PROBLEM, "this escape names no character" },
    { "did not find expected alphabetic or numeric", START,
      "a name is missing here; put a value that starts with '&' or '*' in quotes" },
    { "found an indentation indicator equal to 0", PROBLEM,
      "the indent of a text block is 1 to 9" },
    { "did not find expected comment or line break", PROBLEM,
      "only a comment may stand in the rest of this line" },
    { "did not find expected node content", PROBLEM, "a value is missing here" },
    { "did not find expected <document start>", PROBLEM,
      "nothing may follow the end of the value before it" },
    { "found incompatible YAML document", PROBLEM, "only YAML 1.1 and 1.2 are read" },
    { "found duplicate %", PROBLEM, "this directive stands twice" },
    { "found unknown directive", START,
      "no such directive; put a value that starts with '%' in quotes" },
    { "could not find expected directive name", START,
      "no such directive; put a value that starts with '%' in quotes" },
};

static int report_other(const struct source *s, const struct trouble *t, struct diag *d)
{
    struct at at = yaml_errors_at(s, t->at, 1);

    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        if (strncmp(t->problem, others[i].problem, strlen(others[i].problem)) != 0)
            continue;
        if (others[i].place == START)
            at = yaml_errors_at(s, t->from, 1);
        return diag_code(d, &at, "syntax", "%s", others[i].text);
    }
    return diag_code(d, &at, "syntax", "this is not YAML: %s", t->problem);
}

static int is(const struct trouble *t, const char *start)
{
    return !strncmp(t->problem, start, strlen(start));
}

int yaml_errors_report(const struct source *s, const struct trouble *t, struct diag *d)
{
    if (is(t, "control characters"))
        return report_control(s, t, d);
    if (!is(t, "found unknown escape") && report_tab(s, t->at, d))
        return -1;
    if (is(t, "mapping values are not allowed"))
        return report_item(s, t->at, d) ? -1 : report_colon(s, t, d);
    if (is(t, "did not find expected '-' indicator"))
        return report_item(s, t->at, d) ? -1 : report_fit(s, t, "list", d);
    if (is(t, "did not find expected key"))
        return report_fit(s, t, "map", d);
    if (is(t, "could not find expected ':'"))
        return report_key(s, t, d);
    if (is(t, "found character that cannot start any token"))
        return report_start(s, t, d);
    if (is(t, "did not find expected ',' or ']'"))
        return report_open(s, t, "',' or ']'", d);
    if (is(t, "did not find expected ',' or '}'"))
        return report_open(s, t, "',' or '}'", d);
    if (s->text[t->from] == '!')
        return yaml_errors_tag(s, t->from, d);
    if (s->text[t->at] == '!')
        return yaml_errors_tag(s, t->at, d);
    return report_other(s, t, d);
}
