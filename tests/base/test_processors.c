/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "support/nnt.h"

#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include "base/processors.h"

/* A file under the folder of this test; folders on the way are made. */
static void put(const char *path, const char *text)
{
    char whole[256];

    snprintf(whole, sizeof whole, "%s/%s", nnt_folder(), path);
    for (char *at = whole + strlen(nnt_folder()) + 1; *at; at++)
        if (*at == '/') {
            *at = '\0';
            mkdir(whole, 0700);
            *at = '/';
        }
    FILE *f = fopen(whole, "we");
    ck_assert_ptr_nonnull(f);
    fputs(text, f);
    fclose(f);
}

static unsigned granted(const char *groups)
{
    char path[256];

    put("groups", groups);
    snprintf(path, sizeof path, "%s/groups", nnt_folder());
    return processors_granted(path, nnt_folder());
}

static void make(void)
{
    put("cpu.max", "max 100000\n");
    put("batch/cpu.max", "350000 100000\n");
    put("batch/job/cpu.max", "max 100000\n");
    put("batch/small/cpu.max", "25000 100000\n");
    put("cpu/cpu.cfs_quota_us", "-1\n");
    put("cpu/cpu.cfs_period_us", "100000\n");
    put("cpu/docker/a/cpu.cfs_quota_us", "200000\n");
    put("cpu/docker/a/cpu.cfs_period_us", "100000\n");
}

START_TEST(a_quota_of_the_group_or_of_one_above_is_rounded_down_to_one_at_least)
{
    make();
    ck_assert_uint_eq(granted("0::/\n"), 0);
    ck_assert_uint_eq(granted("0::/batch\n"), 3);
    ck_assert_uint_eq(granted("0::/batch/job\n"), 3);
    ck_assert_uint_eq(granted("0::/batch/small\n"), 1);
    ck_assert_uint_eq(granted("0::/batch/not/mounted/here\n"), 3);
}
END_TEST

START_TEST(version_one_has_its_quota_in_the_folder_of_cpu)
{
    make();
    ck_assert_uint_eq(granted("5:memory:/docker/a\n4:cpu,cpuacct:/docker/a\n"), 2);
    ck_assert_uint_eq(granted("4:cpuset:/docker/a\n"), 0);
    ck_assert_uint_eq(granted("4:cpu:/\n"), 0);
    ck_assert_uint_eq(granted("4:cpu:/docker/a\n0::/batch/small\n"), 1);
}
END_TEST

START_TEST(what_is_no_list_of_groups_limits_nothing)
{
    make();
    ck_assert_uint_eq(granted(""), 0);
    ck_assert_uint_eq(granted("nonsense\n:\n::\n"), 0);
    ck_assert_uint_eq(processors_granted("/nowhere", nnt_folder()), 0);
}
END_TEST

START_TEST(an_affinity_counts_and_not_the_machine)
{
    cpu_set_t all, one;

    ck_assert_int_eq(sched_getaffinity(0, sizeof all, &all), 0);
    CPU_ZERO(&one);
    for (int k = 0; k < CPU_SETSIZE && !CPU_COUNT(&one); k++)
        if (CPU_ISSET(k, &all))
            CPU_SET(k, &one);
    ck_assert_uint_le(processors_usable(), (unsigned)CPU_COUNT(&all));
    ck_assert_int_eq(sched_setaffinity(0, sizeof one, &one), 0);
    ck_assert_uint_eq(processors_usable(), 1);
    ck_assert_int_eq(sched_setaffinity(0, sizeof all, &all), 0);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("processors");
    TCase *t = tcase_create("base");

    tcase_add_test(t,
                   a_quota_of_the_group_or_of_one_above_is_rounded_down_to_one_at_least);
    tcase_add_test(t, version_one_has_its_quota_in_the_folder_of_cpu);
    tcase_add_test(t, what_is_no_list_of_groups_limits_nothing);
    tcase_add_test(t, an_affinity_counts_and_not_the_machine);
    suite_add_tcase(s, t);
    return nnt_main(s);
}
