// SPDX-License-Identifier: GPL-2.0
/*
 * Leases on services. They are held by the socket of the handle's requests, so
 * that they end with the handle or the process, whatever ends that.
 */

#include <errno.h>

#include "handle.h"
#include "name.h"

static int lease(struct gossip *handle, uint8_t cmd, const char *service,
		 uint32_t ttl_ms)
{
	struct nlmsghdr *nlh;
	struct nlattr *nest;
	int err = handle_ready(handle);

	if (err)
		return err;
	if (!*service || !name_valid(service))
		return handle_fail(handle, -EINVAL,
				   "service " QUOTED ": " NAME_RULE, service,
				   GOSSIP_NAME_MAX);
	nlh = nl_request(&handle->query, cmd);
	nest = mnl_attr_nest_start(nlh, GOSSIP_A_MESSAGE_LEASE);
	mnl_attr_put_strz(nlh, GOSSIP_A_LEASE_SERVICE, service);
	if (ttl_ms)
		mnl_attr_put_u32(nlh, GOSSIP_A_LEASE_TTL_MS, ttl_ms);
	mnl_attr_nest_end(nlh, nest);
	return handle_explain(handle, nl_do(&handle->query, NULL, NULL));
}

int gossip_lease_open(struct gossip *handle, const char *service,
		      uint32_t ttl_ms)
{
	return lease(handle, GOSSIP_CMD_LEASE_OPEN, service, ttl_ms);
}

int gossip_lease_renew(struct gossip *handle, const char *service,
		       uint32_t ttl_ms)
{
	return lease(handle, GOSSIP_CMD_LEASE_RENEW, service, ttl_ms);
}

int gossip_lease_close(struct gossip *handle, const char *service)
{
	return lease(handle, GOSSIP_CMD_LEASE_CLOSE, service, 0);
}
