// SPDX-License-Identifier: GPL-2.0
/* User events: messages from one member to all. */

#include "core.h"

int swim_send_event(struct swim *swim, u64 now, const char *name, u32 name_len,
		    const void *payload, u32 len, u64 *ltime)
{
	char terminated[SWIM_NAME_MAX + 1] = "";
	struct swim_user_event event = {
		.uid = swim->self->uid,
		.origin = swim->self->name,
		.name = terminated,
		.payload = len ? payload : NULL,
		.len = len,
	};

	if (!swim_name_valid(name, name_len))
		return -EINVAL;
	if (len > SWIM_EVENT_MAX - name_len)
		return -EMSGSIZE;
	if (swim->status == SWIM_CONFLICT || swim->status == SWIM_LEAVING ||
	    swim->status == SWIM_GONE)
		return -ENOTCONN;
	swim_advance(swim, now);
	swim_count_stat(swim, SWIM_USER_EVENTS_SENT);
	event.ltime = ++swim->ltime;
	memcpy(terminated, name, name_len);
	if (ltime)
		*ltime = event.ltime;
	if (swim->ops->user_event)
		swim->ops->user_event(swim->ctx, &event);
	return 0;
}
