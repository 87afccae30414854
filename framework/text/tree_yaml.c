/* SPDX-License-Identifier: MIT */
/* From libyaml's events to the tree. The events are read one by one, so a file that nests
 * or grows beyond the limits is left at once. */
#include <config.h>
#include "text/tree.h"

#include <stdlib.h>
#include <string.h>
#include <yaml.h>

#include "base/utf8.h"
#include "text/merge_keys.h"
#include "text/yaml_errors.h"

enum { MAX_ANCHORS = 1000, MAX_KEY = 200 };

struct anchor {
    const char        *name;
    const struct node *node; /* NULL while it is being read */
    size_t             size; /* nodes, aliases expanded */
    unsigned           height;
};

struct yaml_reader {
    struct arena        *arena;
    const struct source *source;
    struct diag         *d;
    yaml_parser_t        parser;
    size_t               nodes;
    struct anchor       *anchors;
    size_t               n_anchors, anchor_room;
    size_t              *lines; /* number of the first character of each line */
    size_t character, byte;     /* the place found last, both ways of counting */
};

/* ---- places ---- */

static bool starts_character(char c)
{
    return ((unsigned char)c & 0xc0) != 0x80;
}

static void count_characters(struct yaml_reader *r)
{
    const struct source *s = r->source;
    size_t               line = 0, n = 0;

    r->lines = arena_array(r->arena, s->n_lines, sizeof *r->lines);
    for (size_t i = 0; i <= s->size; i++) {
        if (line < s->n_lines && i == s->lines[line])
            r->lines[line++] = n;
        if (i < s->size)
            n += starts_character(s->text[i]);
    }
}

/* Byte of a character: walks from the place found last, as places come in order. */
static size_t byte_of(struct yaml_reader *r, size_t character)
{
    const char *text = r->source->text;

    for (; r->character < character && r->byte < r->source->size; r->character++)
        do
            r->byte++;
        while (!starts_character(text[r->byte]));
    for (; r->character > character; r->character--)
        do
            r->byte--;
        while (!starts_character(text[r->byte]));
    return r->byte;
}

/* From the first to the second character, or to the end of the line. */
static struct at place_in_source(const struct yaml_reader *r, size_t from, size_t to)
{
    size_t low = 0, high = r->source->n_lines;

    while (high - low > 1) {
        size_t mid = low + (high - low) / 2;
        if (r->lines[mid] <= from)
            low = mid;
        else
            high = mid;
    }
    if (low + 1 < r->source->n_lines && to >= r->lines[low + 1])
        to = r->lines[low + 1] - 1;
    return (struct at){
        .source = r->source,
        .line = (unsigned)low + 1,
        .column = (unsigned)(from - r->lines[low]) + 1,
        .length = to > from ? (unsigned)(to - from) : 1,
    };
}

/* ---- events ---- */

static int next(struct yaml_reader *r, yaml_event_t *e)
{
    const yaml_parser_t *p = &r->parser;

    if (yaml_parser_parse(&r->parser, e))
        return 0;
    if (p->error == YAML_MEMORY_ERROR || !p->problem)
        return diag_memory(r->d, "%s: no memory to read it", r->source->name);
    struct trouble t = { .problem = p->problem, .value = p->problem_value };
    if (p->error == YAML_READER_ERROR) {
        t.at = t.from = p->problem_offset;
    } else {
        t.at = byte_of(r, p->problem_mark.index);
        t.from = p->context ? byte_of(r, p->context_mark.index) : t.at;
    }
    return yaml_errors_report(r->source, &t, r->d);
}

/* Where the value itself begins: an event starts at its anchor. A lone '!' leaves no
 * trace in the event, so tags are looked for here. Returns the character. */
static size_t skip_properties(struct yaml_reader *r, const yaml_event_t *e)
{
    const char *text = r->source->text;
    size_t      start = byte_of(r, e->start_mark.index), i = start, n = 0;

    while (text[i] == '&' || text[i] == '!') {
        if (text[i] == '!')
            yaml_errors_tag(r->source, i, r->d);
        i += strcspn(text + i, " \t\r\n,[]{}");
        for (i += strspn(text + i, " \t\r\n"); text[i] == '#';) {
            i += strcspn(text + i, "\n");
            i += strspn(text + i, " \t\r\n");
        }
    }
    if (i > byte_of(r, e->end_mark.index) && e->type == YAML_SCALAR_EVENT)
        return e->start_mark
            .index; /* an anchor on nothing: what follows is not its own */
    for (size_t k = start; k < i; k++)
        n += starts_character(text[k]);
    return e->start_mark.index + n;
}

static struct node *new_node(struct yaml_reader *r, enum node_kind kind, struct at at)
{
    if (r->nodes++ < TREE_MAX_NODES)
        return tree_new(r->arena, kind, at);
    diag_code(r->d, &at, "too-big", "more than %d values", TREE_MAX_NODES);
    return NULL;
}

static bool is_null(const char *text)
{
    return !*text || !strcmp(text, "~") || !strcmp(text, "null") ||
           !strcmp(text, "Null") || !strcmp(text, "NULL");
}

static struct node *read_scalar(struct yaml_reader *r, const yaml_event_t *e)
{
    const char  *text = (const char *)e->data.scalar.value;
    size_t       from = skip_properties(r, e), n = e->data.scalar.length;
    struct at    at = place_in_source(r, from, e->end_mark.index);
    bool         plain = e->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
    struct node *node = new_node(r, plain && is_null(text) ? NODE_NULL : NODE_SCALAR, at);

    if (strlen(text) < n) {
        diag_code(r->d, &at, "syntax", "a text cannot hold a zero character");
        return NULL;
    }
    for (size_t i = 0; i < n; i++)
        if (utf8_control(text + i, n - i) && text[i] != '\r') {
            diag_code(r->d, &at, "syntax",
                      "a text cannot hold control characters, which steer terminals");
            return NULL;
        }
    if (node) {
        node->text = arena_strndup(r->arena, text, n);
        node->quoted = !plain;
    }
    return node;
}

/* ---- anchors ---- */

static unsigned height(const struct node *n)
{
    unsigned most = 0;

    for (size_t i = 0; i < n->n; i++) {
        unsigned h = height(n->values[i]);
        most = h > most ? h : most;
    }
    return most + 1;
}

static size_t add_anchor(struct yaml_reader *r, const char *name)
{
    if (r->n_anchors == r->anchor_room) {
        size_t room = r->anchor_room ? 2 * r->anchor_room : 8;
        r->anchors =
            arena_grow(r->arena, r->anchors, r->n_anchors, room, sizeof *r->anchors);
        r->anchor_room = room;
    }
    r->anchors[r->n_anchors] = (struct anchor){ .name = arena_strdup(r->arena, name) };
    return r->n_anchors++;
}

static struct node *read_alias(struct yaml_reader *r, const yaml_event_t *e,
                               unsigned depth)
{
    const char *name = (const char *)e->data.alias.anchor;
    struct at   at = place_in_source(r, e->start_mark.index, e->end_mark.index);
    size_t      i = r->n_anchors;

    while (i > 0 && strcmp(r->anchors[i - 1].name, name) != 0)
        i--;
    const struct anchor *x = i ? &r->anchors[i - 1] : NULL;
    if (!x)
        diag_code(r->d, &at, "alias", "nothing above is marked '&%s'", name);
    else if (!x->node)
        diag_code(r->d, &at, "alias", "'*%s' stands inside what it names", name);
    else if (x->size > TREE_MAX_NODES - r->nodes)
        diag_code(r->d, &at, "too-big", "more than %d values once '*%s' is put in",
                  TREE_MAX_NODES, name);
    else if (depth + x->height > TREE_MAX_DEPTH + 1)
        diag_code(r->d, &at, "too-deep", "nested deeper than %d once '*%s' is put in",
                  TREE_MAX_DEPTH, name);
    else {
        r->nodes += x->size;
        return tree_copy(r->arena, x->node);
    }
    return NULL;
}

/* ---- maps and lists ---- */

static struct node *read_value(struct yaml_reader *r, const yaml_event_t *e,
                               unsigned depth);

static struct node *read_next(struct yaml_reader *r, unsigned depth)
{
    yaml_event_t e;

    if (next(r, &e))
        return NULL;
    struct node *n = read_value(r, &e, depth);
    yaml_event_delete(&e);
    return n;
}

static struct node *read_seq(struct yaml_reader *r, const yaml_event_t *start,
                             unsigned depth)
{
    size_t       from = skip_properties(r, start);
    struct node *seq = new_node(r, NODE_SEQ, place_in_source(r, from, from + 1));

    for (bool more = seq != NULL; more;) {
        yaml_event_t e;

        if (next(r, &e))
            return NULL;
        struct node *value = NULL;
        more = e.type != YAML_SEQUENCE_END_EVENT;
        if (more && (value = read_value(r, &e, depth + 1)))
            tree_add(r->arena, seq, value);
        yaml_event_delete(&e);
        if (more && !value)
            return NULL;
    }
    return seq;
}

/* A key that is no word is an error, gets no text, and is read on. NULL: nothing can be
 * read any more. */
static struct node *read_key(struct yaml_reader *r, const yaml_event_t *e, unsigned depth)
{
    struct node *key = read_value(r, e, depth);

    if (!key)
        return NULL;
    struct at at = place_in_source(r, e->start_mark.index, e->end_mark.index);
    size_t    errors = r->d->errors;
    if (e->type == YAML_ALIAS_EVENT)
        diag_code(r->d, &at, "key", "a key is a word; an alias cannot be one");
    else if (e->type != YAML_SCALAR_EVENT)
        diag_code(r->d, &key->at, "key", "a key is a word; this is a %s",
                  key->kind == NODE_MAP ? "map" : "list");
    else if (key->kind == NODE_NULL && !*key->text)
        diag_code(r->d, &key->at, "key", "a key is missing before ':'");
    else if (strlen(key->text) > MAX_KEY || strchr(key->text, '\n'))
        diag_code(r->d, &key->at, "key",
                  "a key is a word of at most %d bytes in one line", MAX_KEY);
    key->kind = NODE_SCALAR;
    if (r->d->errors > errors)
        key->text = NULL;
    return key;
}

static bool is_merge(const struct node *key)
{
    return !key->quoted && !strcmp(key->text, "<<");
}

static int read_pairs(struct yaml_reader *r, struct pairs *p, const struct node **merged,
                      unsigned depth)
{
    const struct node *merge_key = NULL;

    for (;;) {
        yaml_event_t e;

        if (next(r, &e))
            return -1;
        bool         end = e.type == YAML_MAPPING_END_EVENT;
        struct node *key = end ? NULL : read_key(r, &e, depth + 1);
        yaml_event_delete(&e);
        if (end)
            return 0;
        struct node *value = key ? read_next(r, depth + 1) : NULL;
        if (!value)
            return -1;
        if (!key->text)
            continue;
        if (!is_merge(key)) {
            merge_keys_add(p, key, value);
        } else if (merge_key) {
            merge_keys_twice(p, key, merge_key);
        } else {
            merge_key = key;
            *merged = value;
        }
    }
}

static struct node *read_map(struct yaml_reader *r, const yaml_event_t *start,
                             unsigned depth)
{
    size_t             from = skip_properties(r, start);
    struct node       *map = new_node(r, NODE_MAP, place_in_source(r, from, from + 1));
    struct pairs       p = { .arena = r->arena, .d = r->d };
    const struct node *merged = NULL;

    if (!map || read_pairs(r, &p, &merged, depth))
        return NULL;
    if (merged)
        merge_keys_merge(&p, merged);
    merge_keys_finish(&p, map);
    return map;
}

static const char *anchor_of(const yaml_event_t *e)
{
    if (e->type == YAML_SCALAR_EVENT)
        return (const char *)e->data.scalar.anchor;
    if (e->type == YAML_SEQUENCE_START_EVENT)
        return (const char *)e->data.sequence_start.anchor;
    return (const char *)e->data.mapping_start.anchor;
}

static struct node *read_value(struct yaml_reader *r, const yaml_event_t *e,
                               unsigned depth)
{
    struct at    at = place_in_source(r, e->start_mark.index, e->end_mark.index);
    size_t       before = r->nodes, anchor = SIZE_MAX;
    struct node *n;

    if (e->type == YAML_ALIAS_EVENT)
        return read_alias(r, e, depth);
    if (depth > TREE_MAX_DEPTH) {
        diag_code(r->d, &at, "too-deep", "nested deeper than %d", TREE_MAX_DEPTH);
        return NULL;
    }
    if (anchor_of(e)) {
        if (r->n_anchors == MAX_ANCHORS) {
            diag_code(r->d, &at, "too-big", "more than %d anchors", MAX_ANCHORS);
            return NULL;
        }
        anchor = add_anchor(r, anchor_of(e));
    }
    if (e->type == YAML_SCALAR_EVENT)
        n = read_scalar(r, e);
    else if (e->type == YAML_SEQUENCE_START_EVENT)
        n = read_seq(r, e, depth);
    else
        n = read_map(r, e, depth);
    if (n && anchor != SIZE_MAX) {
        r->anchors[anchor].node = n;
        r->anchors[anchor].size = r->nodes - before;
        r->anchors[anchor].height = height(n);
    }
    return n;
}

/* ---- the document ---- */

static struct node *empty(struct yaml_reader *r)
{
    return tree_new(r->arena, NODE_MAP, place_in_source(r, 0, 0));
}

static int check_start(struct yaml_reader *r, const yaml_event_t *e)
{
    struct at at = place_in_source(r, e->start_mark.index, e->start_mark.index + 1);

    if (e->data.document_start.tag_directives.start ==
        e->data.document_start.tag_directives.end)
        return 0;
    return diag_code(r->d, &at, "tag", "%%TAG is refused, as a file never runs code");
}

/* After the first document nothing but comments may come. */
static int check_end(struct yaml_reader *r)
{
    yaml_event_t e;
    int          rc = 0;

    if (next(r, &e))
        return -1;
    yaml_event_delete(&e); /* the end of the document */
    if (next(r, &e))
        return -1;
    if (e.type == YAML_DOCUMENT_START_EVENT) {
        struct at at = place_in_source(r, e.start_mark.index, e.end_mark.index);
        rc = diag_code(r->d, &at, "second-document",
                       "a second document starts here; a file holds one");
    }
    yaml_event_delete(&e);
    return rc;
}

static struct node *read_document(struct yaml_reader *r)
{
    yaml_event_t e;

    if (next(r, &e))
        return NULL;
    yaml_event_delete(&e); /* the start of the stream */
    if (next(r, &e))
        return NULL;
    bool none = e.type == YAML_STREAM_END_EVENT;
    int  rc = none ? 0 : check_start(r, &e);
    yaml_event_delete(&e);
    if (none || rc)
        return rc ? NULL : empty(r);
    struct node *n = read_next(r, 1);
    if (!n || check_end(r))
        return NULL;
    return n->kind == NODE_NULL && !*n->text ? empty(r) : n;
}

struct node *tree_parse(struct arena *a, const struct source *s, struct diag *d)
{
    struct yaml_reader r = { .arena = a, .source = s, .d = d };
    size_t             errors = d->errors;

    count_characters(&r);
    if (!yaml_parser_initialize(&r.parser)) {
        diag_memory(d, "%s: no memory to read it", s->name);
        return NULL;
    }
    /* Said, not guessed: marks then count the characters of the source exactly. */
    yaml_parser_set_encoding(&r.parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&r.parser, (const unsigned char *)s->text, s->size);
    struct node *n = read_document(&r);
    yaml_parser_delete(&r.parser);
    return d->errors > errors ? NULL : n;
}
