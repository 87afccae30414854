/* SPDX-License-Identifier: MIT */
/* Letters of more than one byte (RFC 3629: none overlong, no surrogates). */
#ifndef NNP_BASE_UTF8_H
#define NNP_BASE_UTF8_H
#include <stddef.h>
#include <stdint.h>

/* Bytes of the letter that begins at p, of which there are n; 0: none begins there. */
size_t utf8_length(const char *p, size_t n);
/* Writes a letter of 1 to 4 bytes and returns how many. code: no surrogate. */
size_t utf8_put(char *to, uint32_t code);
/* Bytes of the control character that begins at p (two of U+0080 to U+009F), of which there
 * are n; 0: none begins there. A tab and the end of a line are none. */
size_t utf8_control(const char *p, size_t n);
/* Makes the text UTF-8 where it is: a letter of which the end is cut off goes, any other
 * byte that belongs to no letter becomes '?'. */
void utf8_repair(char *text);
#endif
