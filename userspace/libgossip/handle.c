// SPDX-License-Identifier: GPL-2.0

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "handle.h"

int gossip_open(struct gossip **handle)
{
	struct gossip *new = calloc(1, sizeof(*new));
	int err;

	*handle = NULL;
	if (!new)
		return -ENOMEM;
	err = nl_open(&new->query);
	if (!err)
		err = nl_open(&new->events);
	if (!err)
		err = nl_open(&new->user.nl);
	if (err) {
		gossip_close(new);
		return err;
	}
	*handle = new;
	return 0;
}

void gossip_close(struct gossip *handle)
{
	if (!handle)
		return;
	nl_close(&handle->query);
	nl_close(&handle->events);
	nl_close(&handle->user.nl);
	table_clear(&handle->table);
	table_clear(&handle->told);
	free(handle);
}

const char *gossip_error(const struct gossip *handle)
{
	return handle->error;
}

void handle_begin(struct gossip *handle)
{
	handle->error[0] = '\0';
}

int handle_fail(struct gossip *handle, int err, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vsnprintf(handle->error, sizeof(handle->error), fmt, args);
	va_end(args);
	return err;
}

/* What is not there is the system call, as it were. */
int handle_ready(struct gossip *handle)
{
	int err;

	handle_begin(handle);
	err = nl_find(&handle->query);
	if (err == -ENOENT)
		return handle_fail(handle, -ENOPKG,
				   "the gossip module is not loaded");
	if (err)
		return handle_fail(handle, err,
				   "cannot reach the gossip module: %s",
				   strerror(-err));
	return 0;
}

int handle_explain(struct gossip *handle, int err)
{
	const struct extack *extack = &handle->query.extack;
	const char *why = extack->message;

	if (!*why && !err)
		return 0;
	/* It went after the family had been found: what was there, or is going. */
	if (!*why && (err == -ENOENT || err == -EPROTONOSUPPORT))
		return handle_fail(handle, -ENOPKG,
				   "the gossip module was unloaded");
	if (!*why && err == -ENODEV)
		why = "no instance runs in this network namespace";
	else if (!*why && err == -EPERM)
		why = "needs CAP_NET_ADMIN";
	else if (!*why && err == -EOPNOTSUPP)
		why = "the module does not know this command: load the one of this version";
	else if (!*why)
		why = strerror(-err);
	return handle_fail(handle, err, "%s%s%s", extack->attr,
			   extack->attr[0] ? ": " : "", why);
}
