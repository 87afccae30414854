/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "support/nnt.h"

#include <string.h>
#include "base/strbuf.h"
#include "support/messages.h"
#include "text/tree.h"

static struct arena a;
static struct diag  d;

static void stop(void)
{
    arena_close(&a);
}

/* The tree as JSON, so that kinds and members can be told apart. */
static const char *json(const struct node *n)
{
    struct strbuf s = { 0 };

    tree_print_json(n, &s);
    const char *text = arena_strdup(&a, strbuf_text(&s));
    strbuf_close(&s);
    return text;
}

static const struct {
    const char *yaml, *json;
} taken[] = {
    { "", "{}" },
    { "# only a comment\n", "{}" },
    { "---\n", "{}" },
    { "--- \n...\n", "{}" },
    { "null", "null" },
    { "a: 1\nb: [x, 2.5]\n", "{\"a\": 1, \"b\": [\"x\", 2.5]}" },
    { "a:\nb: ~\nc: ''", "{\"a\": null, \"b\": null, \"c\": \"\"}" },
    { "- dense: 2\n  as: x\n- relu", "[{\"dense\": 2, \"as\": \"x\"}, \"relu\"]" },
    { "{\"a\": 'b'}", "{\"a\": \"b\"}" },
    { "a: |\n  x\n   y\n", "{\"a\": \"x\\n y\\n\"}" },
    { "a: >-\n  x\n  y\n", "{\"a\": \"x y\"}" },
    { "a: \"\\u00e4\\n\"", "{\"a\": \"\xc3\xa4\\n\"}" },
    { "%YAML 1.2\n---\na: 1", "{\"a\": 1}" },
    { "a: &x 1\nb: *x\n", "{\"a\": 1, \"b\": 1}" },
    { "- &a 1\n- &a 2\n- *a", "[1, 2, 2]" },
    { "- &e\n- *e", "[null, null]" },
    { "a: &x {p: 1, q: 2}\nb: {<<: *x, q: 3}",
      "{\"a\": {\"p\": 1, \"q\": 2}, \"b\": {\"q\": 3, \"p\": 1}}" },
    { "b: {q: 3, <<: {p: 1, q: 2}}", "{\"b\": {\"q\": 3, \"p\": 1}}" },
    { "<<: [{p: 1, q: 2}, {q: 9, r: 3}]", "{\"p\": 1, \"q\": 2, \"r\": 3}" },
    { "<<: {a: 1}\n\"<<\": 2", "{\"<<\": 2, \"a\": 1}" },
    { "a: 1e-3\nb: .5\nc: 1E5\nd: -0.0\ne: +12",
      "{\"a\": 0.001, \"b\": 0.5, \"c\": 100000, \"d\": -0, \"e\": 12}" },
    { "[1_000, 010, yes, no, on, off, y, '1', 0x1f, 0o17, 1.]",
      "[\"1_000\", \"010\", \"yes\", \"no\", \"on\", \"off\", \"y\", \"1\", 31, 15, 1]" },
    { "[true, False, TRUE, .inf, .nan]", "[true, false, true, \".inf\", \".nan\"]" },
    { "[$h, $(h*2), 0..8999, 10%..20%]",
      "[\"$h\", \"$(h*2)\", \"0..8999\", \"10%..20%\"]" },
};

START_TEST(yaml_becomes_a_tree)
{
    const struct node *n = parse(&a, taken[_i].yaml, &d);

    ck_assert_str_eq(messages(&a, &d), "");
    ck_assert_str_eq(json(n), taken[_i].json);
}
END_TEST

static const struct {
    const char *yaml, *message;
} refused[] = {
    { "a: 1\nb: 2\na: 3\n", "3:1: 'a' stands twice in this map: here and in line 1\n" },
    { "m: {x: 1, y: 2, x: 3, x: 4}",
      "1:17: 'x' stands twice in this map: here and in line 1\n"
      "t.yaml:1:23: 'x' stands twice in this map: here and in line 1\n" },
    { "<<: {a: 1}\n<<: {b: 1}",
      "2:1: '<<' stands twice in this map: here and in line 1\n" },
    { "a: !x 1\nb: ! y",
      "1:4: '!x' is a tag; tags are refused, as a file never runs code\n"
      "t.yaml:2:4: '!' is a tag; tags are refused, as a file never runs code\n" },
    { "a: !!python/object:os.system x",
      "1:4: '!!python/object:os.system' is a tag; tags are refused, as a file never runs "
      "code\n" },
    { "a: &n !!str x", "1:7: '!!str' is a tag; tags are refused, as a file never runs "
                       "code\n" },
    { "a: !e!x y",
      "1:4: '!e!x' is a tag; tags are refused, as a file never runs code\n" },
    { "a: !<x y", "1:4: '!<x' is a tag; tags are refused, as a file never runs code\n" },
    { "%TAG ! x\n---\na", "1:1: %TAG is refused, as a file never runs code\n" },
    { "a:\n\tb: 1\n", "2:1: line 2 starts with a tab; YAML wants spaces\n" },
    { "a:\n  - b\n \t- c", "3:2: line 3 is indented with a tab; YAML wants spaces\n" },
    { "model:\n  - relu\n\t  - tanh",
      "3:1: line 3 starts with a tab; YAML wants spaces\n" },
    { "a:\t- b",
      "1:4: a list cannot start in this line; put '- ' on a line of its own\n" },
    { "- relu\n  as: code\n",
      "1:3: write `- relu:` with a colon when other keys follow\n" },
    { "model:\n  - noise.gauss   # loud\n\n    from: x\n    as: y",
      "2:5: write `- noise.gauss:` with a colon when other keys follow\n" },
    { "- - dense 256\n    as: code\n",
      "1:5: write `- dense: 256` with a colon when other keys follow\n" },
    { "a: b: c", "1:5: a second ':' in this line; put quotes around the value, or its "
                 "keys on lines of their own\n" },
    { "a: foo\n  b: 1", "2:4: a key cannot stand here, as the value above goes on in "
                        "this line; check the indent\n" },
    { "a: 1\nb\nc: 2", "2:1: a ':' is missing after 'b'\n" },
    { "[1, 2", "1:1: this '[' is never closed\n" },
    { "a: {b: 2\n", "1:4: this '{' is never closed\n" },
    { "[1 2: 3}", "1:8: ',' or ']' is missing before this; '[' opens at 1:1\n" },
    { "{a: 1 b: 2}", "1:8: ',' or '}' is missing before this; '{' opens at 1:1\n" },
    { "[1,,2]", "1:4: a value is missing here\n" },
    { "a: \"x", "1:4: this quote is never closed\n" },
    { "a: 'x\nb: 1", "1:4: this quote is never closed\n" },
    { "a: \"\\q\"",
      "1:5: no such escape; write '\\\\' for a backslash, or use single quotes\n" },
    { "a: \"\\xzz\"", "1:7: hexadecimal digits are missing in this escape\n" },
    { "a: \"\\ud800\"", "1:7: this escape names no character\n" },
    { "a: \"x\\0\"", "1:4: a text cannot hold a zero character\n" },
    { "a: @x", "1:4: a value cannot start with '@'; put it in quotes\n" },
    { "a: `x`", "1:4: a value cannot start with '`'; put it in quotes\n" },
    { "a: %x", "1:4: a value cannot start with '%'; put it in quotes\n" },
    { "%x", "1:1: no such directive; put a value that starts with '%' in quotes\n" },
    { "a: *x", "1:4: nothing above is marked '&x'\n" },
    { "a: &x [*x]", "1:8: '*x' stands inside what it names\n" },
    { "a: *.w", "1:4: a name is missing here; put a value that starts with '&' or '*' in "
                "quotes\n" },
    { "? [a]\n: 1\n? {b: 1}\n: 2\n", "1:3: a key is a word; this is a list\n"
                                     "t.yaml:3:3: a key is a word; this is a map\n" },
    { "k: &x a\n*x : 2", "2:1: a key is a word; an alias cannot be one\n" },
    { "a: 1\n? \n: 2", "2:2: a key is missing before ':'\n" },
    { "{: 1}", "1:2: a value is missing here\n" },
    { "? |\n  a\n: 1", "1:3: a key is a word of at most 200 bytes in one line\n" },
    { "- a\n b\n- c\nd: 1",
      "4:1: this does not belong to the list that starts at 1:1; check the indent\n" },
    { "a: \"x\" y",
      "1:8: this does not belong to the map that starts at 1:1; check the indent\n" },
    { "a: - b",
      "1:4: a list cannot start in this line; put '- ' on a line of its own\n" },
    { "---\na: 1\n---\nb: 2", "3:1: a second document starts here; a file holds one\n" },
    { "{a: 1} b", "1:8: nothing may follow the end of the value before it\n" },
    { "a: |0\n x", "1:5: the indent of a text block is 1 to 9\n" },
    { "a: |x\n y", "1:5: only a comment may stand in the rest of this line\n" },
    { "d: {<<: 3}", "1:9: '<<' takes a map or a list of maps\n" },
    { "d: {<<: [{a: 1}, x]}", "1:18: '<<' takes a map or a list of maps\n" },
    { "a\x01", "1:2: control character U+0001; write it as \"\\u0001\" in quotes\n" },
    /* Columns count characters, not bytes. */
    { "\xc3\xa4: \xc3\xbc\n\xc3\xb6: @",
      "2:4: a value cannot start with '@'; put it in quotes\n" },
    { "\xc3\xa4: \xe2\x82\xac\n\xc3\xb6: [\xf0\x9f\x98\x80, !x]",
      "2:8: '!x' is a tag; tags are refused, as a file never runs code\n" },
    /* What only YAML 1.1 takes for a line break starts no line of ours. */
    { "a: \"x\xe2\x80\xa8y\"\nb: @",
      "2:4: a value cannot start with '@'; put it in quotes\n" },
    { "a: 1\r\nb: 2\r\na: 3", "3:1: 'a' stands twice in this map: here and in line 1\n" },
};

START_TEST(mistakes_are_named_where_they_stand)
{
    const char *want = arena_printf(&a, "t.yaml:%s", refused[_i].message);

    ck_assert_ptr_null(parse(&a, refused[_i].yaml, &d));
    ck_assert_str_eq(messages(&a, &d), want);
}
END_TEST

static const struct {
    const char *yaml, *path[4];
    unsigned    line, column, length;
} places[] = {
    { "a: one\nb: [x, yy]\n", { "a" }, 1, 4, 3 },
    { "a: one\nb: [x, yy]\n", { "b" }, 2, 4, 1 },
    { "a: {\xc3\xa4: \xc3\xa4\xc3\xa4, c: d}", { "a", "c" }, 1, 15, 1 },
    { "a: {\xc3\xa4: \xc3\xa4\xc3\xa4, c: d}", { "a", "\xc3\xa4" }, 1, 8, 2 },
    { "a: &name  text", { "a" }, 1, 11, 4 },
    { "a: &name # why\n  b: text", { "a" }, 2, 3, 1 },
    { "a: 'quo ted'", { "a" }, 1, 4, 9 },
    { "a: two\n  lines", { "a" }, 1, 4, 3 },
    { "a:", { "a" }, 1, 3, 1 },
    { "x: &m {p: 12}\na: {<<: *m}", { "a", "p" }, 1, 11, 2 },
};

START_TEST(every_node_knows_its_place)
{
    const struct node *n = parse(&a, places[_i].yaml, &d);

    for (size_t i = 0; places[_i].path[i]; i++)
        n = tree_find(n, places[_i].path[i]);
    ck_assert_ptr_nonnull(n);
    ck_assert_uint_eq(n->at.line, places[_i].line);
    ck_assert_uint_eq(n->at.column, places[_i].column);
    ck_assert_uint_eq(n->at.length, places[_i].length);
}
END_TEST

START_TEST(a_missing_colon_can_be_fixed_by_an_editor)
{
    parse(&a, "- relu\n  as: code\n", &d);
    ck_assert_str_eq(d.entries[0].fix, "relu:");
    ck_assert_uint_eq(d.entries[0].at.length, 4);
}
END_TEST

static const char *repeat(const char *text, size_t n, const char *last)
{
    struct strbuf s = { 0 };

    for (size_t i = 0; i < n; i++)
        strbuf_puts(&s, text);
    strbuf_puts(&s, last);
    const char *all = arena_strdup(&a, strbuf_text(&s));
    strbuf_close(&s);
    return all;
}

START_TEST(nesting_has_a_limit)
{
    ck_assert_ptr_nonnull(parse(&a, repeat("- ", 63, "x"), &d));
    ck_assert_ptr_null(parse(&a, repeat("- ", 64, "x"), &d));
    ck_assert_str_eq(messages(&a, &d), "t.yaml:1:129: nested deeper than 64\n");
    ck_assert_ptr_null(parse(&a, repeat("[", 100000, ""), &d));
    ck_assert_str_eq(messages(&a, &d), "t.yaml:1:65: nested deeper than 64\n");
}
END_TEST

START_TEST(aliases_count_towards_depth)
{
    const char *yaml =
        arena_printf(&a, "- &x %s\n- %s", repeat("[", 40, repeat("]", 40, "")),
                     repeat("[", 30, arena_printf(&a, "*x%s", repeat("]", 30, ""))));

    ck_assert_ptr_null(parse(&a, yaml, &d));
    ck_assert_str_eq(messages(&a, &d),
                     "t.yaml:2:33: nested deeper than 64 once '*x' is put in\n");
}
END_TEST

START_TEST(values_have_a_limit)
{
    ck_assert_ptr_nonnull(parse(&a, repeat("- x\n", 99999, ""), &d));
    ck_assert_ptr_null(parse(&a, repeat("- x\n", 100000, ""), &d));
    ck_assert_str_eq(messages(&a, &d), "t.yaml:100000:3: more than 100000 values\n");
}
END_TEST

START_TEST(an_alias_bomb_is_refused)
{
    const char *yaml = "a: &a [x, x, x, x, x, x, x, x, x]\n"
                       "b: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a]\n"
                       "c: &c [*b, *b, *b, *b, *b, *b, *b, *b, *b]\n"
                       "d: &d [*c, *c, *c, *c, *c, *c, *c, *c, *c]\n"
                       "e: &e [*d, *d, *d, *d, *d, *d, *d, *d, *d]\n"
                       "f: &f [*e, *e, *e, *e, *e, *e, *e, *e, *e]\n";

    ck_assert_ptr_null(parse(&a, yaml, &d));
    ck_assert_str_eq(messages(&a, &d),
                     "t.yaml:6:8: more than 100000 values once '*e' is put in\n");
}
END_TEST

START_TEST(many_keys_take_no_time)
{
    struct strbuf s = { 0 };

    for (int i = 0; i < 49000; i++)
        strbuf_printf(&s, "k%d:\n", i);
    const struct node *n = parse(&a, strbuf_text(&s), &d);
    ck_assert_uint_eq(n->n, 49000);
    ck_assert_str_eq(n->keys[48999]->text, "k48999");
    strbuf_close(&s);
}
END_TEST

START_TEST(anchors_have_a_limit)
{
    ck_assert_ptr_null(parse(&a, repeat("- &a x\n", 1001, ""), &d));
    ck_assert_str_eq(messages(&a, &d), "t.yaml:1001:3: more than 1000 anchors\n");
}
END_TEST

int main(void)
{
    Suite *s = suite_create("yaml");
    TCase *t = tcase_create("tree");
    TCase *limits = tcase_create("limits");

    tcase_add_checked_fixture(t, NULL, stop);
    tcase_add_loop_test(t, yaml_becomes_a_tree, 0, (int)COUNT(taken));
    tcase_add_loop_test(t, mistakes_are_named_where_they_stand, 0, (int)COUNT(refused));
    tcase_add_loop_test(t, every_node_knows_its_place, 0, (int)COUNT(places));
    tcase_add_test(t, a_missing_colon_can_be_fixed_by_an_editor);
    tcase_add_checked_fixture(limits, NULL, stop);
    tcase_add_test(limits, nesting_has_a_limit);
    tcase_add_test(limits, aliases_count_towards_depth);
    tcase_add_test(limits, values_have_a_limit);
    tcase_add_test(limits, an_alias_bomb_is_refused);
    tcase_add_test(limits, many_keys_take_no_time);
    tcase_add_test(limits, anchors_have_a_limit);
    suite_add_tcase(s, t);
    suite_add_tcase(s, limits);
    return nnt_main(s);
}
