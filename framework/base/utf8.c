/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "base/utf8.h"

#include <string.h>

/* As the first byte says; 0: it is no first byte. */
static size_t wanted(unsigned char first)
{
    if (first < 0x80)
        return 1;
    if (first < 0xc2 || first >= 0xf5)
        return 0;
    return first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
}

/* How many bytes from p on are those of one letter, whether or not it is whole. */
static size_t good(const unsigned char *p, size_t n)
{
    size_t   most = n ? wanted(p[0]) : 0, i = 1;
    unsigned low = n && p[0] == 0xe0 ? 0xa0 : n && p[0] == 0xf0 ? 0x90 : 0x80;
    unsigned high = n && p[0] == 0xed ? 0x9f : n && p[0] == 0xf4 ? 0x8f : 0xbf;

    for (; i < most && i < n && p[i] >= low && p[i] <= high; i++, low = 0x80, high = 0xbf)
        ;
    return most ? i : 0;
}

size_t utf8_length(const char *p, size_t n)
{
    const unsigned char *u = (const unsigned char *)p;
    size_t               found = good(u, n);

    return found && found == wanted(u[0]) ? found : 0;
}

size_t utf8_put(char *to, uint32_t code)
{
    size_t n = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;

    if (n == 1)
        return to[0] = (char)code, n;
    for (size_t i = n; i-- > 1; code >>= 6)
        to[i] = (char)(0x80 | (code & 63));
    to[0] = (char)(0xf00 >> n | code);
    return n;
}

size_t utf8_control(const char *p, size_t n)
{
    const unsigned char *u = (const unsigned char *)p;

    if (!n)
        return 0;
    if (u[0] == 0xc2 && n > 1 && u[1] >= 0x80 && u[1] < 0xa0)
        return 2;
    return (u[0] < 0x20 && u[0] != '\t' && u[0] != '\n') || u[0] == 0x7f;
}

void utf8_repair(char *text)
{
    size_t n = strlen(text), to = 0;

    for (size_t i = 0; i < n;) {
        size_t length = utf8_length(text + i, n - i);
        size_t part = good((const unsigned char *)text + i, n - i);

        memmove(text + to, text + i, length);
        to += length;
        if (!part)
            text[to++] = '?';
        i += part ? part : 1;
    }
    text[to] = 0;
}
