/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "report/report.h"
#include "support/nnt.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/fsio.h"

struct desk {
    struct arena  arena;
    struct diag   diag;
    struct report report;
    const char   *folder;
};

static void sit_down(struct desk *k)
{
    const char *file = nnt_file("here", "", 0);

    *k = (struct desk){ 0 };
    diag_init(&k->diag, &k->arena);
    k->folder = arena_strndup(&k->arena, file, (size_t)(strrchr(file, '/') - file));
    ck_assert_int_eq(
        report_open(&k->report, &(struct report_to){ 0 }, k->folder, false, &k->diag), 0);
}

static void tell(struct desk *k, int64_t from, int64_t to)
{
    for (int64_t e = from; e <= to; e++) {
        struct progress_line p = { .epoch = e, .update = 10 * e };
        struct figure        f[] = { { "val.loss", 1.0 / (double)e, false },
                                     { "val.confusion.1.7", 3, true },
                                     { "lr", 0.5, false } };
        report_epoch(&k->report, &p, f, 3);
    }
}

static char *text_of(struct desk *k, const char *name)
{
    char  *text;
    size_t n;

    ck_assert_int_eq(report_flush(&k->report, &k->diag), 0);
    ck_assert_int_eq(fsio_read(arena_printf(&k->arena, "%s/%s", k->folder, name), 1 << 20,
                               &text, &n, &k->diag),
                     0);
    return text;
}

/* Columns: epoch, step, seconds, then the figures; details stay out. */
START_TEST(a_row_an_epoch_without_details)
{
    struct desk k;

    sit_down(&k);
    tell(&k, 1, 2);
    char *csv = text_of(&k, "metrics.csv");
    ck_assert_ptr_eq(strstr(csv, "epoch,step,seconds,val.loss,lr\n"), csv);
    ck_assert_ptr_nonnull(strstr(csv, "\n2,20,"));
    ck_assert_ptr_nonnull(strstr(csv, ",0.5,0.5\n"));
    char *events = text_of(&k, "events.jsonl");
    ck_assert_ptr_nonnull(strstr(events, "\"event\":\"epoch\",\"epoch\":2,\"step\":20"));
    ck_assert_ptr_nonnull(strstr(events, "\"val.confusion.1.7\":3"));
    free(csv);
    free(events);
    ck_assert_int_eq(report_close(&k.report, &k.diag), 0);
    arena_close(&k.arena);
}
END_TEST

START_TEST(a_resumed_run_tells_the_rest_again)
{
    struct desk k;

    sit_down(&k);
    tell(&k, 1, 5);
    char *whole = text_of(&k, "metrics.csv");
    fputs("6,60,0.1", k.report.csv); /* a row that a crash cut off */
    ck_assert_int_eq(report_flush(&k.report, &k.diag), 0);
    ck_assert_int_eq(report_trim(&k.report, 0, 4, &k.diag), 0);
    char *trimmed = text_of(&k, "metrics.csv");
    ck_assert_ptr_nonnull(strstr(trimmed, "\n3,30,"));
    ck_assert_ptr_null(strstr(trimmed, "\n4,40,"));
    ck_assert_ptr_null(strstr(trimmed, "6,60"));
    tell(&k, 4, 5);
    char *again = text_of(&k, "metrics.csv");
    ck_assert_uint_eq(strlen(strstr(again, "\n4,40,")), strlen(strstr(whole, "\n4,40,")));
    ck_assert_ptr_eq(strstr(again + 1, "epoch,step"), NULL); /* one header */
    free(whole);
    free(trimmed);
    free(again);
    ck_assert_int_eq(report_close(&k.report, &k.diag), 0);
    arena_close(&k.arena);
}
END_TEST

START_TEST(an_attempt_is_a_column_where_there_may_be_several)
{
    struct desk   k;
    struct figure f = { "val.loss", 0.5, false };

    sit_down(&k);
    for (int64_t row = 0; row < 7; row++) { /* attempt 1: four epochs; attempt 2: three */
        struct progress_line p = { .attempt = 1 + row / 4,
                                   .epoch = 1 + row % 4,
                                   .update = 9 };
        report_epoch(&k.report, &p, &f, 1);
    }
    char *csv = text_of(&k, "metrics.csv"), *events = text_of(&k, "events.jsonl");
    ck_assert_ptr_eq(strstr(csv, "epoch,step,seconds,attempt,val.loss\n"), csv);
    ck_assert_ptr_nonnull(strstr(events, "\"attempt\":2,\"epoch\":3,"));
    ck_assert_int_eq(report_trim(&k.report, 2, 2, &k.diag), 0);
    char *left = text_of(&k, "metrics.csv");
    ck_assert_ptr_nonnull(strstr(left, ",1,0.5\n4,9,"));
    ck_assert_ptr_nonnull(strstr(left, ",1,0.5\n1,9,"));
    ck_assert_ptr_nonnull(strstr(left, ",2,0.5\n"));
    ck_assert_ptr_null(strstr(left, ",2,0.5\n2,9,"));
    free(csv);
    free(events);
    free(left);
    ck_assert_int_eq(report_close(&k.report, &k.diag), 0);
    arena_close(&k.arena);
}
END_TEST

START_TEST(a_bar_keeps_to_the_width_and_cuts_no_number)
{
    static const struct progress_line p = {
        .epoch = 6, .epochs = 6, .rate = 5e4, .left = NAN
    };
    static const struct figure f[] = { { "train.loss", 0.0936577, false },
                                       { "val.accuracy", 0.975, false },
                                       { "val.error", 0.025, false } };
    static const struct {
        size_t      columns;
        const char *line;
    } cases[] = {
        { 100, " epoch    6/6  train.loss 0.09366  val.accuracy 0.975  val.error 0.025"
               "  50.0 k samples/s" },
        { 80, " epoch    6/6  train.loss 0.09366  val.accuracy 0.975  50.0 k samples/s" },
        { 52, " epoch    6/6  train.loss 0.09366  50.0 k samples/s" },
        { 20, " epoch    6/6" },
    };
    struct strbuf s = { 0 };

    report_bar(&s, &p, f, 3, cases[_i].columns);
    ck_assert_str_eq(strbuf_text(&s), cases[_i].line);
    strbuf_close(&s);
}
END_TEST

START_TEST(a_full_disk_is_an_error)
{
    struct desk k;

    sit_down(&k);
    fclose(k.report.csv);
    k.report.csv = fopen("/dev/full", "w");
    tell(&k, 1, 3);
    ck_assert_int_eq(report_flush(&k.report, &k.diag), -1);
    ck_assert_ptr_nonnull(strstr(k.diag.entries[0].text, "could not be written whole"));
    report_close(&k.report, &k.diag);
    arena_close(&k.arena);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("report");
    TCase *t = tcase_create("report");

    tcase_add_test(t, a_row_an_epoch_without_details);
    tcase_add_test(t, a_resumed_run_tells_the_rest_again);
    tcase_add_test(t, an_attempt_is_a_column_where_there_may_be_several);
    tcase_add_test(t, a_full_disk_is_an_error);
    tcase_add_loop_test(t, a_bar_keeps_to_the_width_and_cuts_no_number, 0, 4);
    suite_add_tcase(s, t);
    return nnt_main(s);
}
