/* SPDX-License-Identifier: MIT */
/* Any bytes as a plugin file: skipped with a reason, or tags that read as tags again. */
#include <config.h>
#include "fuzz/fuzz.h"

#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include "base/arena.h"
#include "plugin/scan.h"

static const char *file_of(const uint8_t *data, size_t size)
{
    static int  fd = -1;
    static char path[64];

    if (fd < 0)
        fd = memfd_create("plugin", MFD_CLOEXEC);
    fuzz_expect(fd >= 0 && !ftruncate(fd, 0), "a file in memory can be made");
    fuzz_expect(pwrite(fd, data, size, 0) == (ssize_t)size, "it can be written");
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    return path;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena a = { 0 };
    struct scan  s;
    struct stat  st;

    scan_file(&a, file_of(data, size), &s, &st);
    fuzz_expect((size_t)st.st_size == size, "the file's state is that of the file");
    fuzz_expect(s.skipped || s.n_tags, "no tag means a reason");
    if (s.skipped)
        fuzz_expect(strlen(s.skipped) < 512, "a reason is a short sentence");
    for (size_t i = 0; i < s.n_tags; i++) {
        struct tag  t;
        const char *text = arena_printf(&a, "%s:%s", s.tags[i].kind, s.tags[i].name);

        fuzz_expect(!scan_tag(&a, text, &t), "a tag reads as a tag");
        fuzz_expect(memmem(data, size, text, strlen(text)) != NULL,
                    "a tag is in the file");
    }
    arena_close(&a);
    return 0;
}
