/* SPDX-License-Identifier: MIT */
/* nnp.file/1: files that the host reads for a plugin, and keeps until it is closed. */
#include <config.h>
#include "call/services.h"

#include <stdlib.h>
#include <string.h>

#include "base/fsio.h"
#include "base/zip.h"

struct held_file {
    struct held_file *next;
    char             *bytes;
    size_t mapped; /* so many bytes are pages of a file; 0: they are malloc'd */
};

/* Hashed are the bytes that the plugin gets: a pipe has them only once, and a file may be
 * another one by the time that the run is written down. */
static struct read_file *remember(struct instance *i, const char *path)
{
    struct read_file *r = i->reads;

    while (r && strcmp(r->path, path) != 0)
        r = r->next;
    if (!r) {
        r = arena_alloc(i->arena, sizeof *r);
        *r = (struct read_file){ .next = i->reads, .path = arena_strdup(i->arena, path) };
        i->reads = r;
    }
    return r;
}

/* -1 after a message. */
static int read_whole(struct instance *i, const char *path, size_t max, char **bytes,
                      size_t *n, struct diag *d)
{
    if (fsio_read(path, max, bytes, n, d))
        return -1;
    fsio_sha256(*bytes, *n, remember(i, path)->sha256);
    return fsio_gunzip(path, max, bytes, n, d);
}

/* What was got belongs to the instance from now on. */
static int hold(struct instance *i, char *got, size_t mapped, const void **bytes)
{
    struct held_file *held = malloc(sizeof *held);

    if (!held) {
        if (mapped)
            fsio_unmap(got, mapped);
        else
            free(got);
        return services_fail(&i->ctx, NNP_ENOMEM, "out of memory");
    }
    *held = (struct held_file){ i->files, got, mapped };
    i->files = held;
    *bytes = got;
    return NNP_OK;
}

/* Who only looks at a pipeline does not wait for what somebody may write one day. */
static int refuse_to_wait(const nnp_ctx *c, const char *path, struct diag *d)
{
    if (!(c->flags & NNP_PEEK) || !fsio_is_stream(path))
        return 0;
    return diag_error(d, NULL, "%s: is no file but a stream, which only a run reads",
                      path);
}

static int file_read(nnp_ctx *c, const char *path, uint64_t max, const void **bytes,
                     size_t *n)
{
    struct instance *i = services_of(c);
    struct arena     scrap = { 0 };
    struct diag      d;
    char            *got;

    diag_init(&d, &scrap);
    int rc = refuse_to_wait(c, path, &d) ||
             read_whole(i, path, max && max < fsio_most() ? (size_t)max : fsio_most(),
                        &got, n, &d);
    if (rc)
        rc = services_fail(c, d.n && d.entries[0].machine ? NNP_ENOMEM : NNP_EIO,
                           d.n ? d.entries[0].text : "it cannot be read");
    else
        rc = hold(i, got, 0, bytes);
    arena_close(&scrap);
    return rc;
}

static int file_view(nnp_ctx *c, const char *path, const void **bytes, size_t *n)
{
    char *got;

    if (!fsio_map(path, SIZE_MAX / 4, &got, n))
        return file_read(c, path, 0, bytes, n);
    fsio_map_sha256(got, *n, remember(services_of(c), path)->sha256);
    return hold(services_of(c), got, *n, bytes);
}

static void file_pass(nnp_ctx *c, const void *view, size_t n)
{
    const struct held_file *held = services_of(c)->files;

    while (held && held->bytes != view)
        held = held->next;
    if (held && held->mapped)
        fsio_map_pass(held->bytes, n < held->mapped ? n : held->mapped);
}

static int file_room(nnp_ctx *c, const char *path, uint64_t bytes)
{
    uint64_t     asked = services_of(c)->services->most;
    uint64_t     most = asked ? asked : 2 * (uint64_t)fsio_most();
    struct arena scrap = { 0 };
    struct diag  d;

    if (bytes <= most)
        return NNP_OK;
    diag_init(&d, &scrap);
    diag_error(&d, NULL, "%s: its rows need %.1f MiB, %s %.1f MiB", path,
               (double)bytes / 1048576, asked ? "--max-mem allows" : "this machine has",
               (double)most / 1048576);
    int rc = services_fail(c, NNP_ENOMEM, d.entries[0].text);
    arena_close(&scrap);
    return rc;
}

static int file_member(nnp_ctx *c, const char *path, const void *archive, size_t size,
                       const char *name, const void **bytes, size_t *n)
{
    struct arena scrap = { 0 };
    struct diag  d;
    char        *got;

    *bytes = NULL;
    diag_init(&d, &scrap);
    int rc = zip_read(path, archive, size, name, &got, n, &d);
    if (rc < 0)
        rc = services_fail(c, d.n && d.entries[0].machine ? NNP_ENOMEM : NNP_EIO,
                           d.n ? d.entries[0].text : "this is no zip archive");
    else if (rc)
        rc = hold(services_of(c), got, 0, bytes);
    arena_close(&scrap);
    return rc;
}

static void file_release(nnp_ctx *c, const void *bytes)
{
    for (struct held_file **p = (struct held_file **)&services_of(c)->files; *p;
         p = &(*p)->next)
        if ((*p)->bytes == bytes) {
            struct held_file *gone = *p;
            *p = gone->next;
            if (gone->mapped)
                fsio_unmap(gone->bytes, gone->mapped);
            else
                free(gone->bytes);
            free(gone);
            return;
        }
}

void services_file_release_all(struct instance *i)
{
    while (i->files)
        file_release(&i->ctx, ((struct held_file *)i->files)->bytes);
}

static int file_exists(nnp_ctx *c, const char *path)
{
    (void)c;
    return fsio_exists(path);
}

const nnp_file services_file = {
    .size = sizeof services_file,
    .read = file_read,
    .release = file_release,
    .exists = file_exists,
    .member = file_member,
    .view = file_view,
    .room = file_room,
    .pass = file_pass,
};
