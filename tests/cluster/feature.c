// SPDX-License-Identifier: GPL-2.0
/*
 * feature DEVICE NAME on|off: sets a feature of a device, called as "ethtool -k" calls it, as
 * "tx-checksum-ip-generic" or "rx-gro-list". Fails if it is not so afterwards.
 */

#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#define FEATURES_MAX 256
#define BLOCKS (FEATURES_MAX / 32)

static const char *device;
static int sock;

static void ask(const char *what, void *data)
{
	struct ifreq request = { .ifr_data = data };

	snprintf(request.ifr_name, sizeof(request.ifr_name), "%s", device);
	if (ioctl(sock, SIOCETHTOOL, &request) < 0) {
		perror(what);
		exit(1);
	}
}

static unsigned int count_features(void)
{
	struct {
		struct ethtool_sset_info info;
		__u32 count;
	} sets = { .info = { .cmd = ETHTOOL_GSSET_INFO,
			     .sset_mask = 1ULL << ETH_SS_FEATURES } };

	ask("features", &sets);
	return sets.count;
}

/* Its number, or FEATURES_MAX. */
static unsigned int find(const char *name)
{
	struct {
		struct ethtool_gstrings head;
		char name[FEATURES_MAX][ETH_GSTRING_LEN];
	} *strings = calloc(1, sizeof(*strings));
	unsigned int count = count_features(), i;

	if (!strings || count > FEATURES_MAX)
		return FEATURES_MAX;
	strings->head.cmd = ETHTOOL_GSTRINGS;
	strings->head.string_set = ETH_SS_FEATURES;
	strings->head.len = count;
	ask("names", strings);
	for (i = 0; i < count; i++)
		if (!strncmp(strings->name[i], name, ETH_GSTRING_LEN))
			return i;
	return FEATURES_MAX;
}

static void set(unsigned int feature, int on)
{
	struct {
		struct ethtool_sfeatures head;
		struct ethtool_set_features_block block[BLOCKS];
	} want = { .head = { .cmd = ETHTOOL_SFEATURES,
			     .size = (count_features() + 31) / 32 } };

	want.block[feature / 32].valid = 1U << feature % 32;
	want.block[feature / 32].requested = (__u32)on << feature % 32;
	ask("set", &want);
}

static int is_on(unsigned int feature)
{
	struct {
		struct ethtool_gfeatures head;
		struct ethtool_get_features_block block[BLOCKS];
	} have = { .head = { .cmd = ETHTOOL_GFEATURES, .size = BLOCKS } };

	ask("get", &have);
	return have.block[feature / 32].active >> feature % 32 & 1;
}

int main(int argc, char **argv)
{
	unsigned int feature;
	int on;

	if (argc != 4)
		return 2;
	device = argv[1];
	on = !strcmp(argv[3], "on");
	sock = socket(AF_INET, SOCK_DGRAM, 0);
	feature = find(argv[2]);
	if (feature == FEATURES_MAX) {
		fprintf(stderr, "%s has no feature %s\n", device, argv[2]);
		return 1;
	}
	set(feature, on);
	if (is_on(feature) != on) {
		fprintf(stderr, "%s of %s is fixed\n", argv[2], device);
		return 1;
	}
	return 0;
}
