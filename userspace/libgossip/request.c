// SPDX-License-Identifier: GPL-2.0
/* Requests about the instance. */

#include <errno.h>
#include <poll.h>

#include "attr.h"
#include "handle.h"
#include "params.h"

#define LEAVE_MS 3000 /* the kernel gives up after 2 s */
#define STEP_MS 20

static int read_instance(const struct nlmsghdr *nlh, void *ctx)
{
	const struct nlattr *tb[GOSSIP_A_MESSAGE_MAX + 1];
	struct gossip *handle = ctx;

	attr_parse(nlh, tb, GOSSIP_A_MESSAGE_MAX);
	instance_get(tb[GOSSIP_A_MESSAGE_INSTANCE], &handle->instance,
		     &handle->space);
	return 0;
}

int gossip_get_instance(struct gossip *handle,
			const struct gossip_instance **instance)
{
	int err = handle_ready(handle);

	if (err)
		return err;
	instance_get(NULL, &handle->instance, &handle->space);
	nl_request(&handle->query, GOSSIP_CMD_INSTANCE_GET);
	err = nl_do(&handle->query, read_instance, handle);
	*instance = &handle->instance;
	return handle_explain(handle, err);
}

static int request(struct gossip *handle, uint8_t cmd, bool has_params,
		   const struct gossip_params *params)
{
	struct nlmsghdr *nlh;
	int err;

	err = handle_ready(handle);
	if (err)
		return err;
	nlh = nl_request(&handle->query, cmd);
	if (has_params)
		params_put(nlh, params);
	err = nl_do(&handle->query, NULL, NULL);
	if (has_params)
		nl_forget(&handle->query);
	return handle_explain(handle, err);
}

int gossip_start(struct gossip *handle, const struct gossip_params *params)
{
	return request(handle, GOSSIP_CMD_START, true, params);
}

int gossip_set(struct gossip *handle, const struct gossip_params *params)
{
	return request(handle, GOSSIP_CMD_INSTANCE_SET, true, params);
}

int gossip_join(struct gossip *handle, const struct gossip_params *params)
{
	return request(handle, GOSSIP_CMD_JOIN, true, params);
}

static int read_status(const struct nlmsghdr *nlh, void *ctx)
{
	const struct nlattr *tb[GOSSIP_A_MESSAGE_MAX + 1];
	const struct nlattr *instance[GOSSIP_A_INSTANCE_MAX + 1];
	uint32_t *status = ctx;

	attr_parse(nlh, tb, GOSSIP_A_MESSAGE_MAX);
	attr_parse_nest(tb[GOSSIP_A_MESSAGE_INSTANCE], instance,
			GOSSIP_A_INSTANCE_MAX);
	*status =
		attr_u32(instance[GOSSIP_A_INSTANCE_STATUS], GOSSIP_STATUS_OFF);
	return 0;
}

static bool is_leaving(struct gossip *handle)
{
	uint32_t status = GOSSIP_STATUS_OFF;

	nl_request(&handle->query, GOSSIP_CMD_INSTANCE_GET);
	return !nl_do(&handle->query, read_status, &status) &&
	       status == GOSSIP_STATUS_LEAVING;
}

/* The kernel does not wait: it would keep others' requests waiting. */
int gossip_leave(struct gossip *handle)
{
	int err = request(handle, GOSSIP_CMD_LEAVE, false, NULL);
	unsigned int ms;

	for (ms = 0; !err && ms < LEAVE_MS && is_leaving(handle); ms += STEP_MS)
		poll(NULL, 0, STEP_MS);
	return err;
}

int gossip_stop(struct gossip *handle)
{
	int err = gossip_leave(handle);

	if (err)
		return err;
	err = request(handle, GOSSIP_CMD_STOP, false, NULL);
	/* Somebody else stopped it meanwhile. */
	return err == -ENODEV ? 0 : err;
}
