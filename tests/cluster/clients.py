#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Usage: clients.py all CLIENT SPEC PEER|rows CLIENT SPEC
Netlink clients that know nothing of gossip but its description, SPEC. CLIENT is the directory
of the kernel's own, ynl, or the word pyroute2. "all" starts an instance, drives every command
of SPEC and prints TAP; "rows" lists the members as gossipctl members does, without aligning."""
import ipaddress
import sys
import time

from netlink_test import open_family, tap, tap_end


def row(name, address, port, state, flags, incarnation, rtt, health, services):
    ip = ipaddress.ip_address(address)
    where = f"{ip}:{port}" if ip.version == 4 else f"[{ip}]:{port}"
    words = "+".join([state, *(flag for flag in ("degraded", "probation") if flag in flags)])
    return "self" not in flags, name, f"{name} {where} {words} {incarnation} {rtt} {health} {services}"


def show(rows):
    """Self first, then by name."""
    for line in sorted(rows):
        print(line[-1])


def rows(family):
    for message in family.dump("member-get", {}):
        member = message["member"]
        address = member["address"]
        yield row(
            member["name"], address.get("ipv4") or address["ipv6"], address["port"], member["state"],
            member, member["incarnation"], member.get("rtt-us", "-"), member["health"],
            ",".join(member.get("service", [])) or "-")


class Driver:
    """Remembers which commands it was used for."""

    def __init__(self, family):
        self.family, self.used = family, set()

    def do(self, command, **attributes):
        self.used.add(command)
        return self.family.do(command, attributes)

    def refused(self, command, *words, **attributes):
        """The words of the refusal, or what is wrong with it."""
        try:
            return f"done: {self.do(command, **attributes)}"
        except Exception as error:
            return all(word in str(error) for word in words) or str(error)


def until(condition):
    end = time.monotonic() + 30
    while not (value := condition()) and time.monotonic() < end:
        time.sleep(0.2)
    return value


def drive_instance(driver, peer):
    why = driver.refused("start", "probe-interval", instance={"config": {"probe-interval": 7}})
    tap(why is True, "start is refused, and the attribute is named", why)
    driver.do("start", instance={"name": "n1", "peer": [{"ipv4": peer, "port": 7946}],
                                 "config": {"probe-interval": 5000}})
    instance = driver.do("instance-get")["instance"]
    tap(instance["name"] == "n1" and instance["peer"][0]["ipv4"] == peer and
        instance["config"]["probe-interval"] == 5000, "start, instance-get", instance)
    alive = until(lambda: driver.do("instance-get")["instance"]["alive"] == 3)
    tap(alive and "view-ms" in driver.do("instance-get")["instance"], "it joins", driver.do("instance-get"))
    why = driver.refused("start", "already runs")
    tap(why is True, "a second start is refused in words", why)


def drive_members(driver):
    member = driver.do("member-get", member={"name": "n1"})["member"]
    tap(member["name"] == "n1" and member["state"] == "alive" and member["self"], "member-get", member)
    why = driver.refused("member-get", "no member of that name", ".member.name", member={"name": "nobody"})
    tap(why is True, "an unknown member is refused, and the attribute is named", why)
    driver.used.add("member-get")
    dump = driver.family.dump("member-get", {})
    tap(sorted(m["member"]["name"] for m in dump) == ["n1", "n2", "n3"] and
        len({m["seq"] for m in dump}) == 1, "dump of member-get", dump)
    agree = until(lambda: sum("agrees" in m["member"] for m in driver.family.dump("member-get", {})) == 2)
    tap(agree, "both others agree with it", driver.family.dump("member-get", {}))
    stats = driver.do("stats-get")["stats"]
    tap(stats["rx-datagrams"] > 0 and stats["tx-datagrams"] > 0, "stats-get", stats)


def drive_measuring(driver, pinger):
    driver.do("instance-set", instance={"config": {"gossip-fanout": 4}})
    config = driver.do("instance-get")["instance"]["config"]
    tap(config["gossip-fanout"] == 4 and config["probe-interval"] == 5000, "instance-set", config)
    why = driver.refused("instance-set", "gossip_fanout", instance={"config": {"gossip-fanout": 9}})
    tap(why is True, "what is out of range is refused, and the range is named", why)
    driver.used.add("ping")
    pinger.do("ping", {"member": {"name": "n2"}, "ping": {"timeout": 1000}})
    told = [message["msg"]["ping"] for message in pinger.poll_ntf(duration=3)]
    driver.used.add("ping-ntf")
    direct = [pong for pong in told if pong["result"] == "ack" and "via" not in pong]
    tap(len(direct) == 1 and told[-1]["result"] == "end", "ping, ping-ntf", told)


def drive_services(driver, listener):
    listener.ntf_subscribe("events")
    driver.do("meta-set", meta={"tag": [{"key": "zone", "value": "north"}, {"key": "empty"}]})
    own = {"member": {"name": "n1"}}
    tags = driver.do("member-get", **own)["member"].get("tag")
    tap(tags == [{"key": "empty", "value": ""}, {"key": "zone", "value": "north"}], "meta-set", tags)
    why = driver.refused("meta-set", "512", ".meta.tag.value", meta={"tag": [{"key": "k", "value": "v" * 510}]})
    tap(why is True, "too many bytes of tags are refused, and the attribute is named", why)
    why = driver.refused("meta-set", "512", "'.meta'", meta={"tag": [{"key": "k", "value": "v" * 500}]})
    tap(why is True, "so are those that are too many with others", why)
    driver.do("event-send", **{"user-event": {"name": "deploy", "payload": b"v1\0".hex()}})
    message = next(listener.poll_ntf(duration=10), {"name": None, "msg": {}})
    driver.used.add(message["name"])
    event = message["msg"].get("user-event", {})
    tap(message["name"] == "event-ntf" and event["name"] == "deploy" and event["payload"] == b"v1\0",
        "event-send, event-ntf", message)
    driver.do("lease-open", lease={"service": "db", "ttl-ms": 60000})
    why = driver.refused("lease-open", "a lease of that service already", ".lease.service", lease={"service": "db"})
    tap(why is True, "a service twice is refused, and the attribute is named", why)
    for command in ("lease-renew", "lease-close"):
        why = driver.refused(command, "no lease of that service", ".lease.service", lease={"service": "web"})
        tap(why is True, f"{command} of none, too", why)
    dump = driver.family.dump("member-get", {"filter": {"service": "db", "state": ["alive"]}})
    tap([m["member"]["name"] for m in dump] == ["n1"], "lease-open, and a dump of who has the service", dump)
    driver.do("lease-renew", lease={"service": "db"})
    driver.do("lease-close", lease={"service": "db"})
    tap("service" not in driver.do("member-get", **own)["member"], "lease-renew, lease-close")


def drive_keys(driver):
    """Others have no key: it is used for a moment only."""
    secret = bytes(range(1, 33)).hex()
    added = driver.do("key-add", key=[{"secret": secret}])["key"]
    keys = driver.do("key-get")["key"]
    tap(len(keys) == 1 and set(keys[0]) == {"id"} and keys == added, "key-add, key-get", keys, added)
    why = driver.refused("key-add", "bytes of the secret are zero", ".secret", key=[{"secret": "00" * 32}])
    tap(why is True, "a key of zero bytes is refused, and the attribute is named", why)
    why = driver.refused("key-add", "there already", ".secret", key=[{"secret": secret}])
    tap(why is True, "a key twice is refused, and the attribute is named", why)
    why = driver.refused("key-add", "one key", ".key", key=[{"secret": "01" * 32}, {"secret": "02" * 32}])
    tap(why is True and driver.do("key-get")["key"] == keys, "two at a time are refused", why)
    own = {"id": keys[0]["id"]}
    driver.do("key-use", key=[{**own, "permissive": True}])
    used = driver.do("key-get")["key"]
    why = driver.refused("key-del", "seals what is sent", key=[own])
    driver.do("key-use")
    tap(used == [{**own, "primary": True, "permissive": True}], "key-use", used)
    tap(why is True, "to delete the key in use is refused", why)
    tap(driver.do("key-get")["key"] == keys, "key-use of none", driver.do("key-get"))
    driver.do("key-del", key=[own])
    tap(not (driver.do("key-get") or {}).get("key"), "key-del")


def drive_leaving(driver, listener):
    listener.ntf_subscribe("members")
    driver.do("leave")
    tap(until(lambda: driver.do("instance-get")["instance"]["status"] == "left"), "leave")
    message = next(listener.poll_ntf(duration=10), {"name": None, "msg": {}})
    driver.used.add(message["name"])
    tap(message["name"] == "member-ntf" and message["msg"]["event"] == "left" and
        message["msg"]["member"]["self"], "member-ntf", message)
    driver.do("join")
    tap(until(lambda: driver.do("instance-get")["instance"]["alive"] == 3), "join")
    driver.do("stop")
    tap(driver.do("instance-get")["instance"]["status"] == "off", "stop")


def drive_all(client, spec, peer):
    driver = Driver(open_family(client, spec))
    drive_instance(driver, peer)
    drive_members(driver)
    drive_measuring(driver, open_family(client, spec))
    drive_services(driver, open_family(client, spec))
    drive_keys(driver)
    drive_leaving(driver, open_family(client, spec))
    left = set(driver.family.msgs) - driver.used
    tap(not left, "no command of the description was left out", left)
    return tap_end()


def main(what, *args):
    if what == "all":
        return drive_all(*args)
    show(rows(open_family(*args)))
    return 0


sys.exit(main(*sys.argv[1:]))
