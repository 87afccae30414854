/* SPDX-License-Identifier: MIT */
#include <config.h>
#include <nnpipe/data.h>
#include "conformance/probe.h"
#include "support/nnt.h"

#include <stdio.h>
#include <string.h>

/* Opens csv on a file of this text; `more` are further parameters, "label: true". */
static struct nnt *open_text(const char *text, const char *more)
{
    char yaml[4096];

    snprintf(yaml, sizeof yaml, "{file: '%s', %s}", nnt_text_file("data.csv", text),
             more);
    return nnt_open("loader", "csv", yaml);
}

static void read_rows(struct nnt *t, struct nnt_shape shape, struct nnt_values rows)
{
    nnt_in(t, NNP_I64, shape, rows);
    nnt_forward(t);
}

static const char iris[] = "length,width,species\n"
                           "5.1,3.5,setosa\n"
                           "7.0,3.2,versicolor\n"
                           "6.3,3.3,virginica\n"
                           "4.9,3.0,setosa\n";

START_TEST(labels_are_numbered_in_sorted_order)
{
    struct nnt *t = open_text(iris, "label: true");

    read_rows(t, S(3), V(2, 0, 1));
    nnt_expect_shape(&t->out[0], NNP_F32, S(3, 2));
    nnt_expect_shape(&t->out[1], NNP_I64, S(3));
    nnt_expect(nnt_tensor(t, NNP_OUT, "x"), V(6.3, 3.3, 5.1, 3.5, 7, 3.2));
    nnt_expect(nnt_tensor(t, NNP_OUT, "y"), V(2, 0, 1));
    nnt_expect_number((double)nnt_rows(t)->count, 4, 0);
    nnt_expect_number((double)nnt_rows(t)->classes, 3, 0);
    nnt_close(t);
}
END_TEST

START_TEST(numeric_labels_sort_as_numbers)
{
    struct nnt *t = open_text("a,k\n1,10\n2,9\n3,-1\n", "label: true");

    read_rows(t, S(3), V(0, 1, 2));
    nnt_expect(&t->out[1], V(2, 1, 0));
    nnt_close(t);
}
END_TEST

/* What comes between and around the fields; all of them say 1, 2 and 3, 4. */
static const struct {
    const char *text, *more;
} forms[] = {
    { "a,b\n1,2\n3,4\n", "" },
    { "a,b\r\n1,2\r\n3,4\r\n", "" },
    { "a,b\r1,2\r3,4", "" },
    { "1,2\n3,4\n\n\n", "" },
    { "\n1,2\n\r\n  \n3,4\n", "" },
    { "  1   2 \n3 4\n", "delimiter: ' '" },
    { "9,1,9,2\n9,3,9,4\n", "columns: {x: 1, y: 3}" },
    { "b,a\n2,1\n4,3\n", "columns: {y: [b]}" },
    { "1,2\n3,4", "header: auto" },
    { "x,y\n1,2\n3,4\n", "header: true" },
    { "1,2\n3,4\n", "header: false" },
    { "\xef\xbb\xbf"
      "a,b\n1,2\n3,4\n",
      "" },
    { "a;b\n1;2\n3;4\n", "delimiter: ';'" },
    { "a\tb\n1\t2\n3\t4\n", "delimiter: tab" },
    { "a, b\n 1 , 2\n3 ,4 \n", "" },
    { "\"a\",\"b\"\n\"1\",2\n3,\"4\"\n", "" },
    { "\"a \"\"one\"\",\nand more\",b\n1,2\n3,4\n", "" },
    { "a,b\n+1e0,2.0\n.3e1,4.\n", "" },
    { "b,other,a\n2,7,1\n4,8,3\n", "columns: {x: [a], y: [b]}" },
    { "2,7,1\n4,8,3\n", "columns: {x: [2], y: [0]}" },
    { "2,7,1\n4,8,3\n", "columns: {x: 2, y: 0}" },
};

START_TEST(reads_every_form)
{
    struct nnt *t = open_text(forms[_i].text, forms[_i].more);

    read_rows(t, S(2), V(0, 1));
    nnt_expect(&t->out[0], V(1, 3));
    nnt_expect(&t->out[1], V(2, 4));
    nnt_expect_number((double)nnt_rows(t)->count, 2, 0);
    nnt_close(t);
}
END_TEST

START_TEST(reads_a_gzipped_file)
{
    /* printf 'a,b\n1,2\n' | gzip -n9 */
    static const unsigned char gz[] = { 0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00,
                                        0x00, 0x02, 0x03, 0x4b, 0xd4, 0x49, 0xe2,
                                        0x32, 0xd4, 0x31, 0xe2, 0x02, 0x00, 0x7b,
                                        0x07, 0x97, 0x0a, 0x08, 0x00, 0x00, 0x00 };
    char                       yaml[4096];
    struct nnt                *t;

    snprintf(yaml, sizeof yaml, "{file: '%s'}", nnt_file("data.csv.gz", gz, sizeof gz));
    t = nnt_open("loader", "csv", yaml);
    read_rows(t, S(1), V(0));
    nnt_expect(&t->out[1], V(2));
    nnt_close(t);
}
END_TEST

START_TEST(counts_classes_of_a_plain_column)
{
    struct nnt *t = open_text("a,b\n1,0\n2,1\n3,1\n4,2\n", "");

    read_rows(t, S(1), V(0));
    nnt_expect_number((double)nnt_rows(t)->classes, 3, 0);
    nnt_expect_shape(&t->out[1], NNP_F32, S(1, 1));
    nnt_close(t);
}
END_TEST

START_TEST(peeking_reads_the_first_line_of_a_big_file)
{
    static char text[200000];
    size_t      n = (size_t)snprintf(text, sizeof text, "a,b,c\n");
    struct nnt *t;

    while (n < sizeof text - 16)
        n += (size_t)snprintf(text + n, sizeof text - n, "1,2,3\n");
    snprintf(text + n - 6, 7, "1,oops"); /* found out only by reading it all */
    t = open_text(text, "classes: 4, columns: {x: [a, c], y: [b]}");
    nnt_in(t, NNP_I64, S(1), V(0));
    t->ctx->flags = NNP_PEEK;
    nnt_setup(t);
    nnt_expect_shape(&t->out[0], NNP_F32, S(1, 2));
    nnt_expect_number((double)nnt_rows(t)->count, 0, 0);
    nnt_expect_number((double)nnt_rows(t)->classes, 4, 0);
    nnt_close(t);
}
END_TEST

static const struct {
    const char *text, *more, *message;
} damaged[] = {
    { "", "", "line 1: there is nothing in it" },
    { "a,b\n", "", "line 2: there are no rows" },
    { "a,b\n1,2\n3\n", "", "line 3: fields: 1, the first line has 2" },
    { "a,b\n1,2,3\n", "", "line 2: fields: 3, the first line has 2" },
    { "a,b\n1,2\n3,\n", "",
      "line 3: column b: it has no value here; `missing: drop` leaves such rows out" },
    { "a,b\n1,two\n", "",
      "line 2: column b: 'two' is not a finite number; `label: true` makes classes of "
      "y" },
    { "1,2\n1,0x2\n", "", "line 2: column 1: '0x2' is not a finite number" },
    { "a,b\n1,nan\n", "",
      "line 2: column b: 'nan' stands for a missing value; `missing: drop` leaves such "
      "rows "
      "out" },
    { "a,b\n-inf,1\n", "", "line 2: column a: '-inf' is not a finite number" },
    { "a,b\n1e39,1\n", "", "line 2: column a: '1e39' is not a finite number" },
    { "a,b\n1 2,1\n", "", "line 2: column a: '1 2' is not a finite number" },
    { "a,b\n\"1,2\n", "", "line 2: a quote is never closed" },
    { "a,b\n\"1\"2,3\n", "", "line 2: text behind a closing quote" },
    { "a,b\n1\"2,3\n", "",
      "line 2: a quote inside a field that does not start with one" },
    { "\"a\nb\",c\n1,\n", "",
      "line 3: column c: it has no value here; `missing: drop` leaves such rows out" },
    { "a,b\n1,x\n2,y\n3,z\n", "label: true, classes: 2",
      "3 classes, the parameter `classes` says 2" },
    { "a,b\n1,x\n2,\n", "label: true",
      "line 3: column b: it has no value here; `missing: drop` leaves such rows out" },
};

/* Behind the name of the file. */
static const char *reason(const char *message)
{
    const char *at = strstr(message, "data.csv: ");

    ck_assert_msg(at != NULL, "no file is named in: %s", message);
    return at + strlen("data.csv: ");
}

START_TEST(refuses_damage_with_its_line)
{
    struct nnt *t = open_text(damaged[_i].text, damaged[_i].more);

    nnt_in(t, NNP_I64, S(1), V(0));
    ck_assert_str_eq(reason(nnt_setup_refusal(t)), damaged[_i].message);
    ck_assert_int_eq(nnt_refusal_code(t), NNP_EIO);
    nnt_close(t);
}
END_TEST

START_TEST(refuses_a_byte_0)
{
    static const char bytes[] = "a,b\n1,\0002\n";
    char              yaml[4096];
    struct nnt       *t;

    snprintf(yaml, sizeof yaml, "{file: '%s'}",
             nnt_file("data.csv", bytes, sizeof bytes - 1));
    t = nnt_open("loader", "csv", yaml);
    nnt_in(t, NNP_I64, S(1), V(0));
    ck_assert_str_eq(reason(nnt_setup_refusal(t)), "line 2: a byte 0: this is no text");
    nnt_close(t);
}
END_TEST

static const struct {
    const char *more, *message;
} wrong[] = {
    { "columns: {x: [height], y: [species]}",
      "columns: none is 'height'; there are length, width, species" },
    { "columns: {x: [3], y: [0]}",
      "columns: none is '3'; there are length, width, species" },
    { "columns: {x: [-1], y: [0]}", "columns: none is '-1'" },
    { "columns: {x: [0.5], y: [0]}", "columns: none is '0.5'" },
    { "columns: {x: ['p*'], y: [0]}", "columns: none is 'p*'" },
    { "columns: {x: [0..3], y: [species]}", "columns: none is '0..3'" },
    { "columns: {x: [1..0], y: [species]}",
      "columns: a range that runs backwards, '1..0'" },
    { "columns: {x: [length, length], y: [species]}", "columns: 'length' is in x twice" },
    { "columns: {x: [length, 0], y: [species]}", "columns: 'length' is in x twice" },
    { "columns: {x: [length, width], y: [width]}",
      "columns: 'width' is in x and in y: a column belongs to one" },
    { "columns: {x: [length, width]}, label: true", "label: y must be one column" },
    { "columns: [length]", "columns: a map of streams is needed, {x: [a, b], y: [c]}" },
    { "header: false, columns: {x: [length]}",
      "columns: none is 'length'; there are 3 without names" },
};

START_TEST(refuses_wrong_columns)
{
    struct nnt *t = open_text(iris, wrong[_i].more);

    nnt_in(t, NNP_I64, S(1), V(0));
    ck_assert_ptr_nonnull(strstr(nnt_setup_refusal(t), wrong[_i].message));
    ck_assert_int_eq(nnt_refusal_code(t), NNP_EINVAL);
    nnt_close(t);
}
END_TEST

/* x is the third and fourth of p1, p2, p3, p4, k, whichever way it is said. */
static const char *const lists[] = {
    "columns: {x: [p3, p4], y: [k]}",      "columns: {x: [2..3], y: [k]}",
    "columns: {x: [p3..p4], y: [k]}",      "columns: {x: ['p[34]', 2, 3], y: k}",
    "columns: {y: k, z: [0, 1], x: rest}", "columns: {z: [p1..1], y: [k], x: ['*']}",
    "columns: {x: [p?], y: [k]}",
};

START_TEST(columns_come_by_name_number_range_pattern_and_rest)
{
    struct nnt *t = open_text("p1,p2,p3,p4,k\n1,2,3,4,5\n", lists[_i]);

    if (_i == 3) { /* no letters stand for a bracket */
        nnt_in(t, NNP_I64, S(1), V(0));
        ck_assert_ptr_nonnull(strstr(nnt_setup_refusal(t), "none is 'p[34]'"));
        nnt_close(t);
        return;
    }
    read_rows(t, S(1), V(0));
    nnt_expect(nnt_tensor(t, NNP_OUT, "y"), V(5));
    if (_i == 6)
        nnt_expect(nnt_tensor(t, NNP_OUT, "x"), V(1, 2, 3, 4));
    else
        nnt_expect(nnt_tensor(t, NNP_OUT, "x"), V(3, 4));
    nnt_close(t);
}
END_TEST

static const struct {
    const char *text, *message;
} narrow[] = {
    { "a\n1\n", "a single column: x and y need one each" },
    { "a;b\n1;2\n", "a single column: x and y need one each; is its delimiter ';'?" },
    { "a\tb\n1\t2\n", "a single column: x and y need one each; is its delimiter a tab?" },
};

START_TEST(a_single_column_may_have_another_delimiter)
{
    struct nnt *t = open_text(narrow[_i].text, "");

    nnt_in(t, NNP_I64, S(1), V(0));
    ck_assert_str_eq(nnt_setup_refusal(t), narrow[_i].message);
    nnt_close(t);
}
END_TEST

START_TEST(refuses_two_columns_of_one_name)
{
    struct nnt *t =
        open_text("a,b,a,y\n1,2,3,4\n", _i ? "columns: {x: [a], y: [y]}" : "");

    nnt_in(t, NNP_I64, S(1), V(0));
    ck_assert_ptr_nonnull(
        strstr(nnt_setup_refusal(t), "columns: two columns are called 'a'"));
    nnt_close(t);
}
END_TEST

/* A line of names that has numbers in it. */
static const struct {
    const char *text, *more, *message;
} headers[] = {
    { "0,1,kind\n5,6,a\n7,8,a\n", "label: true",
      "is the first line a row? No other has its label 'kind': say `header: true` if it "
      "names the columns, else `header: false`" },
    { "u,1,kind\n5,6,a\n", "label: true",
      "line 1: column 0: 'u' is not a finite number; if this line names the columns, say "
      "`header: true`" },
};

START_TEST(asks_whether_a_line_with_numbers_names_the_columns)
{
    struct nnt *t = open_text(headers[_i].text, headers[_i].more);

    nnt_in(t, NNP_I64, S(1), V(0));
    ck_assert_str_eq(reason(nnt_setup_refusal(t)), headers[_i].message);
    nnt_close(t);
}
END_TEST

static const char *const absent[] = { "NA", "n/a", "?", "nan", "None", "null", "#N/A" };

START_TEST(a_missing_label_is_no_class)
{
    char        text[64], want[200];
    struct nnt *t;

    snprintf(text, sizeof text, "a,k\n1,x\n2,%s\n", absent[_i]);
    snprintf(
        want, sizeof want,
        "line 3: column k: '%s' stands for a missing value and is no class; in quotes "
        "it would be one; `missing: drop` leaves such rows out",
        absent[_i]);
    t = open_text(text, "label: true");
    nnt_in(t, NNP_I64, S(1), V(0));
    ck_assert_str_eq(reason(nnt_setup_refusal(t)), want);
    nnt_close(t);
    t = open_text("a,k\n1,x\n2,\"None\"\n", "label: true");
    read_rows(t, S(2), V(0, 1));
    nnt_expect(&t->out[1], V(1, 0));
    nnt_close(t);
}
END_TEST

static const char *note_of(struct nnt *t, uint32_t i)
{
    const void *notes = t->probe->inst.type->desc->extension("nnp.notes/1");

    return ((nnp_note_fn *)(uintptr_t)notes)(t->self, i);
}

static const struct {
    const char *text, *more, *note;
} said[] = {
    { "t,y\n1700000000,1\n1700000001,2\n", "",
      "line 3, column t: 1700000001 is kept as 1700000000: a float does not tell it from "
      "its neighbours" },
    { "t,y\n0.1,1\n0.1000000001,2\n", "",
      "line 3, column t: a float does not tell 0.1000000001 from 0.10000000000000001 in "
      "the row before" },
    { "2019,2020,2021\n1,2,3\n", "",
      "the first line, 2019 to 2021, is taken as a row; if it names the columns, say "
      "`header: true`" },
    { "4,1,y\n1,2,3\n", "header: true, columns: {x: [0], y: [4]}",
      "columns: '4' is the name of column 0, not the number of one" },
    { "gr\xf6\xdf"
      "e,y\n1,2\n",
      "", "the file is no UTF-8: it is read as Latin-1" },
    { "t,y\n16777216,0.1\n0.25,0.2\n", "", NULL },
};

START_TEST(says_what_is_guessed_and_what_is_lost)
{
    struct nnt *t = open_text(said[_i].text, said[_i].more);

    nnt_in(t, NNP_I64, S(1), V(0));
    if (_i == 3) { /* column 0 is also the one called 4 */
        ck_assert_ptr_nonnull(strstr(nnt_setup_refusal(t), "'4' is in x and in y"));
        nnt_close(t);
        return;
    }
    nnt_setup(t);
    ck_assert_pstr_eq(note_of(t, 0), said[_i].note);
    ck_assert_ptr_null(said[_i].note ? note_of(t, 1) : NULL);
    nnt_close(t);
}
END_TEST

START_TEST(refuses_a_delimiter_of_numbers)
{
    static const char *const bad[] = { "'.'", "'1'", "'e'", "'::'", "''" };
    char                     yaml[64];

    snprintf(yaml, sizeof yaml, "{file: x.csv, delimiter: %s}", bad[_i]);
    ck_assert_ptr_nonnull(strstr(nnt_refusal("loader", "csv", yaml), "delimiter: "));
}
END_TEST

START_TEST(refuses_a_missing_file)
{
    struct nnt *t = nnt_open("loader", "csv", "{file: /nowhere/data.csv}");

    nnt_in(t, NNP_I64, S(1), V(0));
    ck_assert_ptr_nonnull(strstr(nnt_setup_refusal(t), "/nowhere/data.csv"));
    ck_assert_int_eq(nnt_refusal_code(t), NNP_EIO);
    nnt_close(t);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("csv");
    TCase *t = tcase_create("loader");

    tcase_add_test(t, labels_are_numbered_in_sorted_order);
    tcase_add_test(t, numeric_labels_sort_as_numbers);
    tcase_add_loop_test(t, reads_every_form, 0, COUNT(forms));
    tcase_add_test(t, reads_a_gzipped_file);
    tcase_add_test(t, counts_classes_of_a_plain_column);
    tcase_add_test(t, peeking_reads_the_first_line_of_a_big_file);
    tcase_add_loop_test(t, refuses_damage_with_its_line, 0, COUNT(damaged));
    tcase_add_test(t, refuses_a_byte_0);
    tcase_add_loop_test(t, refuses_wrong_columns, 0, COUNT(wrong));
    tcase_add_loop_test(t, columns_come_by_name_number_range_pattern_and_rest, 0,
                        COUNT(lists));
    tcase_add_loop_test(t, a_single_column_may_have_another_delimiter, 0, COUNT(narrow));
    tcase_add_loop_test(t, refuses_two_columns_of_one_name, 0, 2);
    tcase_add_loop_test(t, asks_whether_a_line_with_numbers_names_the_columns, 0,
                        COUNT(headers));
    tcase_add_loop_test(t, a_missing_label_is_no_class, 0, COUNT(absent));
    tcase_add_loop_test(t, says_what_is_guessed_and_what_is_lost, 0, COUNT(said));
    tcase_add_loop_test(t, refuses_a_delimiter_of_numbers, 0, 5);
    tcase_add_test(t, refuses_a_missing_file);
    suite_add_tcase(s, t);
    return nnt_main(s);
}
