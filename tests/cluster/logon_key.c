// SPDX-License-Identifier: GPL-2.0
/*
 * logon_key DESCRIPTION: makes a key of type logon in the user's keyring, or changes it, as
 * keyctl padd does: its bytes are those of standard input.
 */

#include <linux/keyctl.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	char secret[256];
	size_t size = fread(secret, 1, sizeof(secret), stdin);

	if (argc != 2)
		return 2;
	if (syscall(SYS_add_key, "logon", argv[1], secret, size,
		    KEY_SPEC_USER_KEYRING) < 0) {
		perror("add_key");
		return 1;
	}
	return 0;
}
