/* SPDX-License-Identifier: MIT */
/*
 * A component's tag, "@(#)nnp1:layer:swish", is a string that its descriptor points to,
 * so it lies in what the loader would map. The program headers say how far that reaches:
 * debug sections behind it, most of many files, are not read.
 */
#include <config.h>
#include "plugin/scan.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#if UINTPTR_MAX > 0xffffffffu
typedef Elf64_Ehdr elf_header;
typedef Elf64_Phdr elf_segment;
enum { OWN_CLASS = ELFCLASS64 };
#else
typedef Elf32_Ehdr elf_header;
typedef Elf32_Phdr elf_segment;
enum { OWN_CLASS = ELFCLASS32 };
#endif
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
enum { OWN_ORDER = ELFDATA2MSB };
#else
enum { OWN_ORDER = ELFDATA2LSB };
#endif
#if defined __x86_64__
enum { OWN_MACHINE = EM_X86_64 };
#elif defined __i386__
enum { OWN_MACHINE = EM_386 };
#elif defined __aarch64__
enum { OWN_MACHINE = EM_AARCH64 };
#elif defined __arm__
enum { OWN_MACHINE = EM_ARM };
#elif defined __riscv
enum { OWN_MACHINE = EM_RISCV };
#elif defined __powerpc64__
enum { OWN_MACHINE = EM_PPC64 };
#elif defined __s390x__
enum { OWN_MACHINE = EM_S390 };
#else
enum { OWN_MACHINE = EM_NONE }; /* any: the loader will tell */
#endif

#ifndef EM_LOONGARCH /* in the C library's table of machines since 2022 or so */
#define EM_LOONGARCH 258
#endif

#define PREFIX "@(#)nnp"
enum {
    PREFIX_SIZE = sizeof PREFIX - 1,
    TAG_MAX = 160, /* of a whole tag with its 0 */
    WINDOW = 64 * 1024
};

struct tag_search {
    struct arena *arena;
    struct tag   *tags;
    size_t        n, room;
    long          other_major; /* seen in place of ours, or 0 */
    const char   *malformed;   /* the first tag with characters it must not have */
    int           failed;      /* as in scan */
};

/* ---- owner and mode ---- */

/* ---- the ELF header ---- */

static const char *machine_name(struct arena *a, unsigned machine)
{
    switch (machine) {
    case EM_386: return "i386";
    case EM_X86_64: return "x86-64";
    case EM_ARM: return "arm";
    case EM_AARCH64: return "aarch64";
    case EM_RISCV: return "riscv";
    case EM_PPC64: return "ppc64";
    case EM_S390: return "s390x";
    case EM_MIPS: return "mips";
    case EM_LOONGARCH: return "loongarch";
    default: return arena_printf(a, "machine %u", machine);
    }
}

/* e_type and e_machine are at the same place in both classes. */
static const char *refuse_header(struct arena *a, const unsigned char *h, size_t n)
{
    uint16_t type, machine;

    if (n == 0)
        return "empty";
    if (n < SELFMAG || memcmp(h, ELFMAG, SELFMAG) != 0)
        return "not a shared object (it has no ELF header)";
    if (n < sizeof(elf_header))
        return "cut off within its ELF header";
    memcpy(&type, h + offsetof(elf_header, e_type), sizeof type);
    memcpy(&machine, h + offsetof(elf_header, e_machine), sizeof machine);
    if (h[EI_DATA] != OWN_ORDER)
        return "built for a machine with the other byte order";
    if (h[EI_CLASS] != OWN_CLASS || (OWN_MACHINE != EM_NONE && machine != OWN_MACHINE))
        return arena_printf(a, "built for %d-bit %s, this nnpipe is %d-bit %s",
                            h[EI_CLASS] == ELFCLASS32 ? 32 : 64, machine_name(a, machine),
                            OWN_CLASS == ELFCLASS32 ? 32 : 64,
                            machine_name(a, OWN_MACHINE));
    if (type == ET_REL)
        return "an object file, not a shared object (link it with -shared)";
    if (type != ET_DYN)
        return "not a shared object";
    return NULL;
}

/* How far into the file the loader would read; the whole file if the headers do not say.
 */
static off_t loaded_end(const unsigned char *h, size_t n, off_t size)
{
    elf_header  e;
    elf_segment s;
    uint64_t    end = 0;

    memcpy(&e, h, sizeof e);
    if (e.e_phentsize != sizeof s || e.e_phoff > n ||
        e.e_phnum > (n - e.e_phoff) / sizeof s)
        return size;
    for (unsigned i = 0; i < e.e_phnum; i++) {
        memcpy(&s, h + e.e_phoff + i * sizeof s, sizeof s);
        if (s.p_type != PT_LOAD || !s.p_filesz)
            continue;
        if (s.p_offset > INT64_MAX || s.p_filesz > INT64_MAX - s.p_offset)
            return INT64_MAX; /* more than there can be: cut off */
        if (s.p_offset + s.p_filesz > end)
            end = s.p_offset + s.p_filesz;
    }
    return end ? (off_t)end : size;
}

/* ---- tags ---- */

static bool made_of(const char *s, size_t n, const char *more)
{
    for (size_t i = 0; i < n; i++)
        if (!(s[i] >= 'a' && s[i] <= 'z') && !(*more && s[i] && strchr(more, s[i])))
            return false;
    return n > 0;
}

int scan_tag(struct arena *a, const char *text, struct tag *out)
{
    const char *colon = strchr(text, ':');

    if (!colon || !made_of(text, (size_t)(colon - text), "") ||
        !made_of(colon + 1, strlen(colon + 1), "0123456789_."))
        return -1;
    out->kind = arena_strndup(a, text, (size_t)(colon - text));
    out->name = arena_strdup(a, colon + 1);
    return 0;
}

static void keep_tag(struct tag_search *s, const char *text)
{
    struct tag t;

    if (scan_tag(s->arena, text, &t)) {
        if (!s->malformed)
            s->malformed = arena_strdup(s->arena, text);
        return;
    }
    for (size_t i = 0; i < s->n; i++)
        if (strcmp(s->tags[i].kind, t.kind) == 0 && strcmp(s->tags[i].name, t.name) == 0)
            return;
    if (s->n == s->room) {
        s->room = s->room ? 2 * s->room : 2;
        s->tags = arena_grow(s->arena, s->tags, s->n, s->room, sizeof *s->tags);
    }
    s->tags[s->n++] = t;
}

/* text begins behind the prefix and has a 0 within n bytes, or is not a tag. */
static void read_tag(struct tag_search *s, const char *text, size_t n)
{
    const char *end = memchr(text, 0, n < TAG_MAX ? n : TAG_MAX);
    long        major = 0;

    if (!end)
        return;
    for (n = 0; n < 6 && text[n] >= '0' && text[n] <= '9'; n++)
        major = 10 * major + (text[n] - '0');
    if (n == 0 || text[n] != ':')
        return;
    if (major != NNP_MAJOR)
        s->other_major = major;
    else
        keep_tag(s, text + n + 1);
}

/* NULL: none begins and ends before `end`. A letter is found sixty bytes at a time, which
 * a word is not, and all files are looked through at every start of the program. */
static const char *find_prefix(const char *bytes, const char *end)
{
    while ((bytes = memchr(bytes, *PREFIX, (size_t)(end - bytes)))) {
        if (end - bytes < PREFIX_SIZE)
            return NULL;
        if (memcmp(bytes, PREFIX, PREFIX_SIZE) == 0)
            return bytes;
        bytes++;
    }
    return NULL;
}

static void search_window(struct tag_search *s, const char *bytes, size_t n)
{
    const char *end = bytes + n;

    while ((bytes = find_prefix(bytes, end))) {
        bytes += PREFIX_SIZE;
        read_tag(s, bytes, (size_t)(end - bytes));
    }
}

/* As many as there are: a read may be interrupted, or give less than it was asked for. */
static ssize_t read_window(int fd, char *window, size_t n, off_t at)
{
    size_t have = 0;

    while (have < n) {
        ssize_t got = pread(fd, window + have, n - have, at + (off_t)have);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return -1;
        if (!got)
            break;
        have += (size_t)got;
    }
    return (ssize_t)have;
}

static const char *unreadable(struct tag_search *s)
{
    s->failed = errno;
    return arena_printf(s->arena, "cannot be read: %s", strerror(errno));
}

/* Windows overlap by TAG_MAX; a tag found twice is kept once. */
static const char *search_file(struct tag_search *s, int fd, off_t size)
{
    char        window[WINDOW];
    ssize_t     n = read_window(fd, window, sizeof window, 0);
    const char *no;

    if (n < 0)
        return unreadable(s);
    no = refuse_header(s->arena, (unsigned char *)window, (size_t)n);
    if (no)
        return no;
    off_t end = loaded_end((unsigned char *)window, (size_t)n, size);
    if (end > size)
        return arena_printf(s->arena, "cut off: %lld of at least %lld bytes are there",
                            (long long)size, (long long)end);
    for (off_t at = 0;;) {
        search_window(s, window, (size_t)(n < end - at ? n : end - at));
        if (n <= TAG_MAX || at + n >= end)
            return NULL;
        at += n - TAG_MAX;
        n = read_window(fd, window, sizeof window, at);
        if (n < 0)
            return unreadable(s);
    }
}

static const char *verdict(struct tag_search *s)
{
    if (s->n && !s->malformed)
        return NULL;
    if (s->malformed)
        return arena_printf(s->arena,
                            "its tag '%s' is not KIND:NAME, with a-z in the kind and "
                            "a-z, 0-9, _ and . in the name",
                            s->malformed);
    if (s->other_major)
        return arena_printf(s->arena,
                            "made for plugin ABI %ld, this nnpipe speaks %d; rebuild it "
                            "with this nnpipe's nnpipe/plugin.h",
                            s->other_major, NNP_MAJOR);
    return "not a plugin (it has no tag \"" PREFIX "1:KIND:NAME\")";
}

static int by_kind_and_name(const void *a, const void *b)
{
    const struct tag *s = a, *t = b;
    int               c = strcmp(s->kind, t->kind);

    return c ? c : strcmp(s->name, t->name);
}

void scan_file(struct arena *a, const char *path, struct scan *out, struct stat *st)
{
    struct tag_search s = { .arena = a };
    int               fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

    *out = (struct scan){ .n_tags = 0 };
    *st = (struct stat){ .st_mode = 0 };
    if (fd < 0 || fstat(fd, st)) {
        s.failed = errno;
        out->skipped = arena_printf(a, "cannot be opened: %s", strerror(errno));
    } else if (!S_ISREG(st->st_mode)) {
        out->skipped = "not a regular file";
    } else {
        out->skipped = search_file(&s, fd, st->st_size);
        if (!out->skipped)
            out->skipped = verdict(&s);
    }
    if (fd >= 0)
        close(fd);
    if (s.n) /* their order in the file is the compiler's whim */
        qsort(s.tags, s.n, sizeof *s.tags, by_kind_and_name);
    out->failed = s.failed;
    out->tags = s.tags;
    out->n_tags = s.n;
    out->device = st->st_dev;
    out->inode = st->st_ino;
}
