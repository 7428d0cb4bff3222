/* SPDX-License-Identifier: GPL-2.0 */
/* What the kernel says of a request beyond an errno. */
#ifndef _EXTACK_H
#define _EXTACK_H

#include <libmnl/libmnl.h>

/**
 * struct extack - the kernel's word, as text
 * @message: "" if there is none
 * @attr: name and value of the attribute at fault, as in 'bind "10.0.0.1:1"',
 *	or ""
 */
struct extack {
	char message[256];
	char attr[256];
};

/* @answer: NLMSG_ERROR or NLMSG_DONE; @request: what it answers. */
void extack_read(const struct nlmsghdr *answer, const struct nlmsghdr *request,
		 struct extack *extack);

#endif
