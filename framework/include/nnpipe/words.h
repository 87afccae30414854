/* SPDX-License-Identifier: MIT */
/*
 * Different texts of a file, numbered as they come, found without a look at all of them.
 *
 *   nnp_words w = { 0 };
 *
 *   k = nnp_words_add(&w, &field);     NNP_NO_WORD: no memory
 *   k = nnp_words_find(&w, &field);    NNP_NO_WORD: it is none of them
 *   w.text[k]
 *   nnp_words_close(&w);
 *
 * Header only, C99 and C++.
 */
#ifndef NNPIPE_WORDS_H
#define NNPIPE_WORDS_H
#include <nnpipe/csv.h>

#define NNP_NO_WORD ((size_t)-1)

typedef struct nnp_words { /* all zero: none */
    char  **text;          /* n of them, each malloc'd, without quotes */
    size_t  n, room;
    size_t *slot; /* `slots` of them, a power of 2: a number + 1, or 0 */
    size_t  slots;
} nnp_words;

static inline void nnp_words_close(nnp_words *w)
{
    for (size_t i = 0; i < w->n; i++)
        free(w->text[i]);
    free((void *)w->text);
    free(w->slot);
    memset(w, 0, sizeof *w);
}

/* Of the text without its doubled quotes. */
static inline size_t nnp_words_hash(const nnp_csv_field *f)
{
    uint64_t h = 0xcbf29ce484222325u; /* FNV-1a */

    for (size_t i = 0; i < f->n; i++) {
        h = (h ^ (unsigned char)f->at[i]) * 0x100000001b3u;
        i += f->quoted && f->at[i] == '"';
    }
    return (size_t)(h ^ (h >> 32));
}

/* Where it stands, or the empty slot where it would. */
static inline size_t nnp_words_slot(const nnp_words *w, const nnp_csv_field *f)
{
    size_t at = nnp_words_hash(f) & (w->slots - 1);

    while (w->slot[at] && !nnp_csv_is(f, w->text[w->slot[at] - 1]))
        at = (at + 1) & (w->slots - 1);
    return at;
}

static inline size_t nnp_words_find(const nnp_words *w, const nnp_csv_field *f)
{
    return w->n ? w->slot[nnp_words_slot(w, f)] - 1 : NNP_NO_WORD;
}

/* Twice the slots; a word of the list is a field without quotes. */
static inline int nnp_words_grow(nnp_words *w)
{
    size_t  slots = w->slots ? 2 * w->slots : 64;
    void   *text = realloc((void *)w->text, slots / 2 * sizeof *w->text);
    size_t *slot = (size_t *)calloc(slots, sizeof *slot);

    w->text = text ? (char **)text : w->text;
    if (!text || !slot) {
        free(slot);
        return -1;
    }
    free(w->slot);
    w->slot = slot;
    w->slots = slots;
    w->room = slots / 2;
    for (size_t i = 0; i < w->n; i++) {
        nnp_csv_field f = { w->text[i], strlen(w->text[i]), 0 };

        w->slot[nnp_words_slot(w, &f)] = i + 1;
    }
    return 0;
}

static inline size_t nnp_words_add(nnp_words *w, const nnp_csv_field *f)
{
    size_t at;

    if (w->n == w->room && nnp_words_grow(w))
        return NNP_NO_WORD;
    at = nnp_words_slot(w, f);
    if (w->slot[at])
        return w->slot[at] - 1;
    w->text[w->n] = (char *)malloc(f->n + 1);
    if (!w->text[w->n])
        return NNP_NO_WORD;
    nnp_csv_text(f, w->text[w->n]);
    w->slot[at] = ++w->n;
    return w->n - 1;
}
#endif
