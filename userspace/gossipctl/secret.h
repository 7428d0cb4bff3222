/* SPDX-License-Identifier: GPL-2.0 */
/* Secrets of keys as text: base64 of GOSSIP_SECRET_SIZE bytes, on one line. */
#ifndef _SECRET_H
#define _SECRET_H

#include <stdint.h>

#include <libgossip.h>

/*
 * Reads one from @file, "-" for standard input; dies if there is none. Warns if
 * everybody can read the file.
 */
void secret_read(const char *file, uint8_t secret[GOSSIP_SECRET_SIZE]);
/* Writes it to standard output, without a copy in a buffer. */
void secret_write(const uint8_t secret[GOSSIP_SECRET_SIZE]);

#endif
