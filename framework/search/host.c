/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "search/host.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

const char *host_name(struct arena *a)
{
    char name[65] = "";

    if (gethostname(name, sizeof name - 1) || !*name)
        return "host";
    for (char *p = name; *p; p++)
        if (!isalnum((unsigned char)*p) && *p != '-' && *p != '_')
            *p = '_';
    return arena_strdup(a, name);
}

/* A small file of the system; "" where it has none. */
static void read_small(const char *path, char *out, size_t size)
{
    int     fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t n = fd < 0 ? -1 : read(fd, out, size - 1);

    out[n > 0 ? n : 0] = 0;
    if (fd >= 0)
        close(fd);
}

const char *host_identity(struct arena *a)
{
    char    boot[64], room[64];
    ssize_t n = readlink("/proc/self/ns/pid", room, sizeof room - 1);

    read_small("/proc/sys/kernel/random/boot_id", boot, sizeof boot);
    boot[strcspn(boot, "\n")] = 0;
    room[n > 0 ? n : 0] = 0;
    return arena_printf(a, "%s/%s/%s", host_name(a), boot, room);
}

/* The 22nd field of /proc/PID/stat; the second, a name in brackets, may hold anything. */
long long host_started(pid_t pid)
{
    struct arena scrap = { 0 };
    char         text[1024];

    read_small(arena_printf(&scrap, "/proc/%ld/stat", (long)pid), text, sizeof text);
    arena_close(&scrap);
    const char *p = strrchr(text, ')');
    if (!p)
        return access("/proc/self/stat", R_OK) && !(kill(pid, 0) && errno == ESRCH) ? -1
                                                                                    : 0;
    if (p[1] == ' ' && (p[2] == 'Z' || p[2] == 'X'))
        return 0;
    for (int field = 2; p && field < 22; field++)
        p = strchr(p + 1, ' ');
    return p ? strtoll(p, NULL, 10) : -1;
}
