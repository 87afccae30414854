/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "support/german.h"

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/nnt.h"

static bool choose(void)
{
    return setlocale(LC_ALL, "de_DE.UTF-8") != NULL;
}

/* Into a folder of the test's own. */
static bool make(const char *path)
{
    int   status = 1;
    pid_t child = fork();

    if (child == 0) {
        if (!freopen("/dev/null", "w", stdout) || !freopen("/dev/null", "w", stderr))
            _exit(1);
        execlp("localedef", "localedef", "-i", "de_DE", "-f", "UTF-8", path,
               (char *)NULL);
        _exit(1);
    }
    return child > 0 && waitpid(child, &status, 0) == child && status == 0;
}

bool german_begin(void)
{
    char path[4096];

    if (choose())
        return true;
    snprintf(path, sizeof path, "%s/de_DE.UTF-8", nnt_folder());
    if (!make(path))
        return false;
    setenv("LOCPATH", nnt_folder(), 1);
    return choose();
}

void german_end(void)
{
    setlocale(LC_ALL, "C");
}
