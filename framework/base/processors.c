/* SPDX-License-Identifier: MIT */
/*
 * A group of version 2 says "QUOTA PERIOD" in cpu.max, microseconds of processor in each
 * so many of the clock, or "max PERIOD"; one of version 1 says the two in cpu.cfs_*_us, a
 * quota of -1 for none. A group has no more than those above it. In a container the paths
 * of the groups may be those of the machine outside: then the walk up ends at the group
 * that is mounted as root.
 */
#include <config.h>
#include "base/processors.h"

#include <sched.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/number.h"

enum { PATH = 4096, LINE = 256 };

/* The first line of ROOT PATH/NAME. */
static bool read_line(const char *folder, const char *name, char line[LINE])
{
    char path[PATH + LINE];

    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *f = fopen(path, "re");
    bool  got = f && fgets(line, LINE, f);

    if (f)
        fclose(f);
    return got;
}

/* Processors of a group; 0: no limit is set there, or it cannot be read. */
static double of_group(const char *folder)
{
    char   line[LINE], period[LINE], *end;
    double quota, each;

    if (read_line(folder, "cpu.max", line)) {
        quota = number_read(line, &end);
        each = number_read(end, NULL);
    } else if (read_line(folder, "cpu.cfs_quota_us", line) &&
               read_line(folder, "cpu.cfs_period_us", period)) {
        quota = number_read(line, NULL);
        each = number_read(period, NULL);
    } else {
        return 0;
    }
    return quota > 0 && each > 0 ? quota / each : 0;
}

static double smaller(double a, double b)
{
    return a == 0 || (b > 0 && b < a) ? b : a;
}

/* The group ROOT PATH and all above it, up to ROOT. */
static double of_branch(const char *root, const char *path)
{
    char   folder[PATH];
    double least = 0;
    size_t keep = strlen(root);

    if (snprintf(folder, sizeof folder, "%s%s", root, path) >= (int)sizeof folder)
        return 0;
    for (char *slash = folder + strlen(folder); slash; slash = strrchr(folder, '/')) {
        if (slash < folder + keep)
            break;
        *slash = '\0';
        least = smaller(least, of_group(folder));
    }
    return least;
}

static bool has_word(const char *list, const char *word)
{
    size_t n = strlen(word);

    for (const char *at = list; at; at = strchr(at, ',') ? strchr(at, ',') + 1 : NULL)
        if (strncmp(at, word, n) == 0 && (at[n] == ',' || !at[n]))
            return true;
    return false;
}

/* A line "NUMBER:CONTROLLERS:PATH" of version 1, "0::PATH" of version 2. */
static double of_line(char *line, const char *root)
{
    char  mount[PATH];
    char *names = strchr(line, ':'), *path = names ? strchr(names + 1, ':') : NULL;

    if (!path)
        return 0;
    *path++ = '\0';
    path[strcspn(path, "\n")] = '\0';
    if (!names[1])
        return of_branch(root, path);
    if (!has_word(names + 1, "cpu"))
        return 0;
    snprintf(mount, sizeof mount, "%s/cpu", root);
    return of_branch(mount, path);
}

/* Rounded down: threads that wait for work by looking at memory use up a part that is
 * left, and the group would then be stopped for the rest of each period. */
unsigned processors_granted(const char *groups, const char *root)
{
    char   line[PATH];
    double least = 0;
    FILE  *f = fopen(groups, "re");

    while (f && fgets(line, sizeof line, f))
        least = smaller(least, of_line(line, root));
    if (f)
        fclose(f);
    return least == 0 ? 0 : least < 1 ? 1 : least > 4096 ? 4096 : (unsigned)least;
}

/* A set must be as large as the machine's, which only a try tells. */
static unsigned allowed(void)
{
    for (size_t most = CPU_SETSIZE; most <= (size_t)1 << 20; most *= 4) {
        size_t     size = CPU_ALLOC_SIZE(most);
        cpu_set_t *set = CPU_ALLOC(most);
        int n = set && !sched_getaffinity(0, size, set) ? CPU_COUNT_S(size, set) : 0;

        CPU_FREE(set);
        if (n > 0)
            return (unsigned)n;
    }
    return 1;
}

unsigned processors_usable(void)
{
    unsigned n = allowed(),
             granted = processors_granted("/proc/self/cgroup", "/sys/fs/cgroup");

    return granted && granted < n ? granted : n;
}
