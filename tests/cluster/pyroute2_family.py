# SPDX-License-Identifier: GPL-2.0
"""A generic netlink family by pyroute2, with the calls of YnlFamily in the kernel's ynl: all
that it knows of the family is what a description in YAML has."""
import struct
import time

import yaml
from pyroute2.netlink import NLA_F_NESTED, NLM_F_ACK, NLM_F_DUMP, NLM_F_REQUEST, genlmsg, nla
from pyroute2.netlink.exceptions import NetlinkError
from pyroute2.netlink.generic import GenericNetlinkSocket

TYPES = {"u16": "uint16", "u32": "uint32", "u64": "uint64", "string": "asciiz", "binary": "cdata",
         "flag": "flag", "pad": "none"}
ADDRESSES = {"ipv4": "ip4addr", "ipv6": "ip6addr"}
HEADERS = 16 + 4  # of netlink and of generic netlink, in front of the attributes


def numbered(entries):
    """By name, with the numbers that the description has, or else one by one from 1 on."""
    number, result = 0, {}
    for entry in entries:
        number = entry.get("value", number + 1)
        result[entry["name"]] = {**entry, "id": number}
    return result


class Pyroute2Family:
    def __init__(self, path):
        with open(path, encoding="utf-8") as file:
            spec = yaml.safe_load(file)
        self.msgs = numbered(spec["operations"]["list"])
        self.sets = {one["name"]: numbered(one["attributes"]) for one in spec["attribute-sets"]}
        self.enums = {one["name"]: [entry["name"] if isinstance(entry, dict) else entry for entry in one["entries"]]
                      for one in spec["definitions"] if one["type"] == "enum"}
        self.message = self.declare("message", genlmsg)
        self.told = []
        self.sock = GenericNetlinkSocket(ext_ack=True)
        self.sock.bind(spec["name"], self.message)
        self.sock.marshal.fix_message = self.point

    def declare(self, name, base):
        """The class of an attribute set, and in it those that are nested."""
        members, rows = {"nla_flags": NLA_F_NESTED}, []
        for attribute in self.sets[name].values():
            kind = ADDRESSES.get(attribute.get("display-hint")) or TYPES.get(attribute["type"])
            if attribute["type"] == "nest":
                kind = f"set_{attribute['nested-attributes'].replace('-', '_')}"
                members[kind] = self.declare(attribute["nested-attributes"], nla)
            rows.append((attribute["id"], attribute["name"], kind))
        return type(name, (base,), {**members, "nla_map": rows})

    def encode(self, name, values):
        attributes = []
        for key, value in values.items():
            attribute = self.sets[name][key]
            for one in value if attribute.get("multi-attr") else [value]:
                if attribute["type"] == "nest":
                    one = self.encode(attribute["nested-attributes"], one)
                elif "enum" in attribute:
                    one = self.enums[attribute["enum"]].index(one)
                elif attribute["type"] == "binary" and "display-hint" not in attribute:
                    one = bytes.fromhex(one)
                attributes.append([key, one])
        return {"attrs": attributes}

    def decode(self, name, message):
        values = {}
        for slot in message["attrs"]:
            attribute, value = self.sets[name][slot[0]], slot[1]
            if attribute["type"] == "pad":
                continue
            if attribute["type"] == "nest":
                value = self.decode(attribute["nested-attributes"], value)
            elif "enum" in attribute:
                value = self.enums[attribute["enum"]][value]
            if attribute.get("multi-attr"):
                values.setdefault(slot[0], []).append(value)
            else:
                values[slot[0]] = value
        return values

    def path(self, name, request, start, end, wanted):
        """Of the attribute at the offset that is wanted, as in .instance.bind"""
        while start < end:
            length, number = struct.unpack_from("HH", request, start)
            attribute = next(one for one in self.sets[name].values() if one["id"] == number & ~NLA_F_NESTED)
            if wanted == start:
                return f".{attribute['name']}"
            if wanted < start + length:
                return f".{attribute['name']}" + self.path(
                    attribute["nested-attributes"], request, start + 4, start + length, wanted)
            start += (length + 3) & ~3
        return ""

    def point(self, message):
        """Appends to what pyroute2 tells of an error which attribute is at fault."""
        error, offset = message["header"].get("error"), message.get_attr("NLMSGERR_ATTR_OFFS")
        if isinstance(error, NetlinkError) and offset:
            request = message.data[message.offset + HEADERS:]
            length, = struct.unpack_from("I", request)
            error.args = (*error.args, self.path("message", request, HEADERS, length, offset))

    def request(self, command, values, flags):
        message = self.message()
        message["cmd"], message["version"] = self.msgs[command]["id"], 1
        message["attrs"] = self.encode("message", values)["attrs"]
        message["header"].update(type=self.sock.prid, flags=NLM_F_REQUEST | flags)
        answers = []
        # nlm_request() would try what is refused with EBUSY again and again.
        for answer in self.sock.nlm_request_batch([message]):
            if answer["header"]["type"] != self.sock.prid:
                continue
            if answer["cmd"] == message["cmd"]:
                answers.append(self.decode("message", answer))
            else:
                self.told.append(answer)
        return answers

    def do(self, command, values=None):
        return next(iter(self.request(command, values or {}, NLM_F_ACK)), None)

    def dump(self, command, values):
        return self.request(command, values, NLM_F_DUMP)

    def ntf_subscribe(self, group):
        self.sock.add_membership(group)

    def poll_ntf(self, duration):
        """What is told within so many seconds."""
        end = time.monotonic() + duration
        names = {message["id"]: name for name, message in self.msgs.items()}
        while True:
            while self.told:
                message = self.told.pop(0)
                yield {"name": names[message["cmd"]], "msg": self.decode("message", message)}
            if (left := end - time.monotonic()) <= 0:
                return
            self.sock.settimeout(left)
            try:
                self.told += self.sock.get()
            except TimeoutError:
                return
            finally:
                self.sock.settimeout(None)
