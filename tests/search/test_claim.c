/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "search/claim.h"

#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fsio.h"
#include "search/host.h"
#include "search/support.h"
#include "search/trial.h"
#include "support/nnt.h"

static struct hunt h;
static const char *what;

static void begin(void)
{
    char folder[] = "/tmp/nnt-claim-XXXXXX";

    hunt_open(&h, "  sampler: random\n  space:\n    a: {range: [0, 1]}\n", 1);
    ck_assert_ptr_nonnull(mkdtemp(folder));
    h.search.folder = arena_strdup(&h.lib.arena, folder);
    library_fine(&h.lib, fsio_folder(arena_printf(&h.lib.arena, "%s/trials", folder),
                                     &h.lib.diag));
    what = claim_folder(&h.search, &h.lib.arena, 17);
}

static void end(void)
{
    trial_drop(h.search.folder);
    hunt_close(&h);
}

static void put_owner(int claim, const char *text)
{
    struct arena *a = &h.lib.arena;
    const char   *folder = arena_printf(a, "%s/%d", what, claim);

    library_fine(&h.lib, fsio_folder(folder, &h.lib.diag));
    library_fine(&h.lib, fsio_replace(arena_printf(a, "%s/owner", folder), text,
                                      strlen(text), &h.lib.diag));
}

START_TEST(the_second_who_comes_gets_nothing)
{
    struct claim c;

    ck_assert_int_eq(claim_take(&h.search, what, &c), 1);
    ck_assert_int_eq(c.number, 1);
    ck_assert_ptr_null(c.before);
    ck_assert_int_eq(claim_take(&h.search, what, &c), 0);
}
END_TEST

START_TEST(of_many_who_come_at_once_one_gets_it)
{
    enum { MANY = 8 };
    int   won = 0, status;
    pid_t pid[MANY];

    for (int i = 0; i < MANY; i++)
        if (!(pid[i] = fork())) {
            struct claim c;
            int          rc = claim_take(&h.search, what, &c);
            (void)poll(NULL, 0, 300); /* whoever has it lives until all have tried */
            _exit(rc);
        }
    for (int i = 0; i < MANY; i++) {
        ck_assert_int_eq(waitpid(pid[i], &status, 0), pid[i]);
        won += WEXITSTATUS(status);
    }
    ck_assert_int_eq(won, 1);
}
END_TEST

/* The process ended, or its number was given to another one since. */
START_TEST(what_the_dead_had_is_taken_over_at_once)
{
    struct claim  c;
    pid_t         child = fork();
    struct arena *a = &h.lib.arena;

    if (!child)
        _exit(claim_take(&h.search, what, &c) != 1);
    ck_assert_int_eq(waitpid(child, NULL, 0), child);
    ck_assert_int_eq(claim_take(&h.search, what, &c), 1);
    ck_assert_int_eq(c.number, 2);
    ck_assert_str_eq(c.before, arena_printf(a, "%s/1", what));
    put_owner(3, arena_printf(a, "%s %ld 1 0\n", host_identity(a), (long)getpid()));
    ck_assert_int_eq(claim_take(&h.search, what, &c), 1);
    ck_assert_int_eq(c.number, 4);
}
END_TEST

START_TEST(another_machine_is_waited_for_as_long_as_its_beat_goes_on)
{
    struct claim c;

    h.search.options.lease = 0.05;
    put_owner(1, "elsewhere/boot/room 7 7 0\n");
    ck_assert_int_eq(claim_take(&h.search, what, &c), 0);
    (void)poll(NULL, 0, 40);
    put_owner(1, "elsewhere/boot/room 7 7 1\n");
    ck_assert_int_eq(claim_take(&h.search, what, &c), 0);
    (void)poll(NULL, 0, 40); /* 80 ms after the first look, 40 after the beat */
    ck_assert_int_eq(claim_take(&h.search, what, &c), 0);
    (void)poll(NULL, 0, 60);
    ck_assert_int_eq(claim_take(&h.search, what, &c), 1);
    ck_assert_int_eq(c.number, 2);
}
END_TEST

START_TEST(this_machine_before_it_was_started_anew_is_dead)
{
    struct arena *a = &h.lib.arena;
    struct claim  c;

    put_owner(1, arena_printf(a, "%s/another-boot/room %ld 7 0\n", host_name(a),
                              (long)getpid()));
    ck_assert_int_eq(claim_take(&h.search, what, &c), 1);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("claim");
    TCase *t = tcase_create("claim");

    tcase_add_checked_fixture(t, begin, end);
    tcase_add_test(t, the_second_who_comes_gets_nothing);
    tcase_add_test(t, of_many_who_come_at_once_one_gets_it);
    tcase_add_test(t, what_the_dead_had_is_taken_over_at_once);
    tcase_add_test(t, another_machine_is_waited_for_as_long_as_its_beat_goes_on);
    tcase_add_test(t, this_machine_before_it_was_started_anew_is_dead);
    suite_add_tcase(s, t);
    return nnt_main(s);
}
