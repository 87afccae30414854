/* SPDX-License-Identifier: MIT */
/* Check 12: the shared object as a file. One exported symbol, no text relocations, no
 * executable stack, nothing needed at run time that only the host would have. */
#include <config.h>
#include "conformance/check.h"

#include <elf.h>
#include <stdlib.h>
#include <string.h>

#include "base/fsio.h"
#include "conformance/check_kind.h"
#include "plugin/dso.h"

#if UINTPTR_MAX == UINT64_MAX
typedef Elf64_Ehdr elf_header;
typedef Elf64_Phdr elf_segment;
typedef Elf64_Shdr elf_section;
typedef Elf64_Sym  elf_symbol;
typedef Elf64_Dyn  elf_dynamic;
#else
typedef Elf32_Ehdr elf_header;
typedef Elf32_Phdr elf_segment;
typedef Elf32_Shdr elf_section;
typedef Elf32_Sym  elf_symbol;
typedef Elf32_Dyn  elf_dynamic;
#endif

enum { MOST_FILE = 1 << 28 };

struct image {
    const char *bytes;
    size_t      n;
};

/* NULL unless `size` bytes at `offset` lie in the file. */
static const void *part(const struct image *f, uint64_t offset, uint64_t size)
{
    if (offset > f->n || size > f->n - offset || offset % 4)
        return NULL;
    return f->bytes + offset;
}

static bool is_text(const struct image *f, uint64_t offset, uint64_t most)
{
    return offset < f->n && most <= f->n - offset &&
           memchr(f->bytes + offset, 0, most) != NULL;
}

/* What linkers put there themselves. */
static bool from_linker(const char *name)
{
    static const char *const known[] = { "_init", "_fini", "_edata", "_end",
                                         "__bss_start" };

    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (strcmp(name, known[i]) == 0)
            return true;
    return false;
}

static void check_symbol(struct check *k, const struct image *f, const elf_symbol *s,
                         const elf_section *names, unsigned *exported)
{
    unsigned bind = s->st_info >> 4;
    uint64_t at = (uint64_t)names->sh_offset + s->st_name;

    if (s->st_shndx == SHN_UNDEF || bind == STB_LOCAL || (s->st_other & 3) != STV_DEFAULT)
        return;
    if (s->st_name >= names->sh_size ||
        !is_text(f, at, (uint64_t)names->sh_size - s->st_name))
        return;
    const char *name = f->bytes + at;
    if (strcmp(name, "nnp_plugin_v1") == 0 || from_linker(name))
        return;
    if ((*exported)++ < 3)
        check_fail(k,
                   "exports `%s` beside nnp_plugin_v1: build with -fvisibility=hidden, "
                   "or make it static",
                   name);
}

static void check_symbols(struct check *k, const struct image *f, const elf_section *all,
                          const elf_section *table, size_t sections)
{
    const elf_symbol *s = part(f, table->sh_offset, table->sh_size);
    unsigned          exported = 0;

    if (!s || table->sh_link >= sections || table->sh_entsize != sizeof *s)
        return;
    for (size_t i = 0; i < table->sh_size / sizeof *s; i++)
        check_symbol(k, f, &s[i], &all[table->sh_link], &exported);
    if (exported > 3)
        check_fail(k, "and %u more symbols", exported - 3);
}

static void check_dynamic(struct check *k, const struct image *f, const elf_segment *seg)
{
    const elf_dynamic *d = part(f, seg->p_offset, seg->p_filesz);

    for (size_t i = 0; d && i < seg->p_filesz / sizeof *d; i++)
        if (d[i].d_tag == DT_TEXTREL ||
            (d[i].d_tag == DT_FLAGS && d[i].d_un.d_val & DF_TEXTREL)) {
            check_fail(k, "has text relocations: compile with -fPIC");
            return;
        }
}

static void check_segments(struct check *k, const struct image *f, const elf_header *h)
{
    const elf_segment *seg =
        part(f, h->e_phoff, (uint64_t)h->e_phnum * sizeof(elf_segment));
    bool stack = false;

    for (size_t i = 0; seg && i < h->e_phnum; i++) {
        if (seg[i].p_type == PT_GNU_STACK) {
            stack = true;
            if (seg[i].p_flags & PF_X)
                check_fail(k, "wants an executable stack: no nested functions, and "
                              ".note.GNU-stack in assembler files");
        }
        if (seg[i].p_type == PT_DYNAMIC)
            check_dynamic(k, f, &seg[i]);
    }
    if (seg && !stack)
        check_fail(k, "does not say that its stack is not executable (no GNU_STACK)");
}

/* False after a message; free the bytes. */
static bool read_file(struct check *k, struct image *f)
{
    struct arena scrap = { 0 };
    struct diag  d;
    char        *bytes = NULL;

    diag_init(&d, &scrap);
    bool read = fsio_read(k->c->type->file, MOST_FILE, &bytes, &f->n, &d) == 0;
    if (!read)
        check_fail(k, "%s", d.entries[0].text);
    f->bytes = bytes;
    arena_close(&scrap);
    return read;
}

/* The sections; NULL: there are none. */
static const elf_section *sections(const struct image *f, size_t *n)
{
    const elf_header *h = part(f, 0, sizeof *h);

    *n = h ? h->e_shnum : 0;
    return h ? part(f, h->e_shoff, (uint64_t)h->e_shnum * sizeof(elf_section)) : NULL;
}

void check_file(struct check *k)
{
    struct image f = { NULL, 0 };
    size_t       n;

    check_at(k, "reading the file");
    if (!read_file(k, &f))
        return;
    const elf_header  *h = part(&f, 0, sizeof *h);
    const elf_section *s = sections(&f, &n);
    for (size_t i = 0; s && i < n; i++)
        if (s[i].sh_type == SHT_DYNSYM)
            check_symbols(k, &f, s, &s[i], n);
    if (h)
        check_segments(k, &f, h);
    free((void *)(uintptr_t)f.bytes);
}

static const char *name_in(struct check *k, const struct image *f, const elf_section *all,
                           const elf_section *table, uint64_t at)
{
    const elf_symbol  *s = part(f, table->sh_offset, table->sh_size);
    const elf_section *names = &all[table->sh_link];

    for (size_t i = 0; s && i < table->sh_size / sizeof *s; i++) {
        uint64_t name = (uint64_t)names->sh_offset + s[i].st_name;
        if ((s[i].st_info & 15) == STT_OBJECT && at >= s[i].st_value &&
            at - s[i].st_value < s[i].st_size && s[i].st_name < names->sh_size &&
            is_text(f, name, (uint64_t)names->sh_size - s[i].st_name))
            return arena_strdup(&k->arena, f->bytes + name);
    }
    return NULL;
}

const char *check_file_symbol(struct check *k, const void *at)
{
    const char  *base = dso_base(k->c->type->file), *name = NULL;
    struct image f = { NULL, 0 };
    size_t       n;

    if (!read_file(k, &f))
        return NULL;
    const elf_section *s = sections(&f, &n);
    for (size_t i = 0; s && i < n && !name; i++)
        if (s[i].sh_type == SHT_SYMTAB && s[i].sh_link < n)
            name = name_in(k, &f, s, &s[i], (uint64_t)((const char *)at - base));
    free((void *)(uintptr_t)f.bytes);
    return name;
}
