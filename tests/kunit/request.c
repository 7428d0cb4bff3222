// SPDX-License-Identifier: GPL-2.0
#include "request.h"

int request_init(struct kunit *test)
{
	struct request *request =
		kunit_kzalloc(test, sizeof(*request), GFP_KERNEL);

	if (!request)
		return -ENOMEM;
	request->skb = nlmsg_new(NLMSG_GOODSIZE, GFP_KERNEL);
	if (!request->skb)
		return -ENOMEM;
	request->info.attrs = request->tb;
	request->info.extack = &request->extack;
	genl_info_net_set(&request->info, &init_net);
	test->priv = request;
	request_clear(request);
	return 0;
}

void request_exit(struct kunit *test)
{
	struct request *request = test->priv;

	if (request)
		nlmsg_free(request->skb);
}

/* There is room for the header. */
void request_clear(struct request *request)
{
	skb_trim(request->skb, 0);
	nlmsg_put(request->skb, 0, 0, NLMSG_MIN_TYPE, GENL_HDRLEN, 0);
	memset(&request->extack, 0, sizeof(request->extack));
}

int request_validate(struct request *request, const struct nla_policy *policy,
		     int maxtype)
{
	struct nlmsghdr *nlh = nlmsg_hdr(request->skb);

	nlmsg_end(request->skb, nlh);
	request->info.nlhdr = nlh;
	return __nla_parse(request->tb, maxtype,
			   nlmsg_attrdata(nlh, GENL_HDRLEN),
			   nlmsg_attrlen(nlh, GENL_HDRLEN), policy,
			   NL_VALIDATE_STRICT, &request->extack);
}

void request_expect_words(struct kunit *test, const char *words)
{
	const struct request *request = test->priv;

	KUNIT_ASSERT_NOT_NULL(test, request->extack._msg);
	KUNIT_EXPECT_NOT_NULL_MSG(test, strstr(request->extack._msg, words),
				  "%s", request->extack._msg);
}
