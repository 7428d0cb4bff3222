#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Usage: operations.py policies YNL SPEC|permissions YNL SPEC none|leases
Holds the operations and policies that the module has against their description, SPEC, by what
the kernel tells of them. "permissions" asks for each operation without CAP_NET_ADMIN, as a user
who may open no leases, or who may; YNL is the directory of the kernel's own client. Prints TAP."""
import errno
import sys

from netlink_test import open_family, tap, tap_end

# What requests can have of a set, of some operations or all, where that is not all of the set.
REQUESTS = {
    ("instance", "start"): "name cluster bind advertise peer profile sensitivity config lease-uids secret",
    ("instance", "instance-set"): "profile sensitivity config",
    ("instance", "join"): "peer",
    "member": "name",
    "user-event": "name payload",
    "key": "secret id permissive",
    "ping": "timeout",
}
# Checked by functions, of which the kernel tells nothing, so that the words say what is allowed.
BY_FUNCTION = ("config", "lease")
TYPES = {"nest": "nested", "string": "nul-string"}
FLAGS = {"uns-admin-perm": 0x10, "do": 2, "dump": 4}  # GENL_


def requests(family):
    """The operations that can be asked for."""
    return {name: op for name, op in family.msgs.items() if not op.is_async}


def is_admins(op):
    return "uns-admin-perm" in op.yaml.get("flags", [])


def limits(family, attribute):
    """As the kernel would tell them."""
    checks = {name: family.consts[value]["value"] if isinstance(value, str) else value
              for name, value in attribute.yaml.get("checks", {}).items()}
    if attribute["type"] in ("u16", "u32", "u64"):
        most = 2 ** int(attribute["type"][1:]) - 1
        if "enum" in attribute:
            most = len(family.consts[attribute["enum"]].entries) - 1
        return {"min-value": checks.get("min", 0), "max-value": checks.get("max", most)}
    exact = checks.get("exact-len")
    told = {"min-length": exact, "max-length": exact or checks.get("max-len")}
    return {name: value for name, value in told.items() if value is not None}


def faults(family, policy, space, op, allowed):
    """In what a policy differs from an attribute set, of which some are allowed in requests."""
    attributes = family.attr_sets[space]
    if set(policy) != set(allowed):
        yield f"{space}: {sorted(policy)} instead of {sorted(allowed)}"
        return
    for name in policy:
        attribute, told = attributes[name], policy[name].to_dict()
        where = f"{space}.{name}"
        kind = told.pop("type")
        nested = told.pop("policy", {})
        # A value of a tag may end with a zero byte or not.
        if kind != TYPES.get(attribute["type"], attribute["type"]) and (where, kind) != ("tag.value", "string"):
            yield f"{where}: is a {kind}"
        expected = limits(family, attribute)
        if any(expected.get(limit) != value for limit, value in told.items()):
            yield f"{where}: {told} instead of {expected}"
        if "min-value" in expected and not told and space not in BY_FUNCTION:
            yield f"{where}: nothing instead of {expected}"
        if "exact-len" in attribute.yaml.get("checks", {}) and not told:
            yield f"{where}: any length"
        if kind == "nested":
            inner = attribute["nested-attributes"]
            names = REQUESTS.get((inner, op)) or REQUESTS.get(inner)
            yield from faults(family, policy[name], inner, op,
                              names.split() if names else set(family.attr_sets[inner]) - {"pad"})
        elif nested:
            yield f"{where}: nests {nested}"


def check_policies(family):
    for name, op in requests(family).items():
        # Linux 6.1 has one policy for both.
        modes = [mode for mode in ("do", "dump") if mode in op.modes]
        allowed = {attribute for mode in modes for attribute in (op[mode] or {}).get("request", {}).get("attributes", [])}
        for mode in modes:
            policy = family.get_policy(name, mode)
            found = ["none"] if policy is None else list(faults(family, policy, "message", name, allowed))
            tap(not found, f"what {mode} of {name} takes is what the description says", *found)


def check_operations(family):
    """What there is, what can be done with it, and for whom."""
    from pyroute2.netlink.generic import GenericNetlinkSocket

    told = {}
    with GenericNetlinkSocket() as sock:
        sock.bind("gossip", None)
        for row in sock.discovery("gossip").get_attr("CTRL_ATTR_OPS"):
            told[row.get_attr("CTRL_ATTR_OP_ID")] = row.get_attr("CTRL_ATTR_OP_FLAGS") & sum(FLAGS.values())
    expected = {op.req_value: sum(FLAGS[word] for word in (*op.modes, *op.yaml.get("flags", [])))
                for op in requests(family).values()}
    tap(told == expected, "the operations are those of the description", told, expected)


def error_of(call, *args):
    try:
        call(*args)
    except Exception as error:
        return getattr(error, "error", error)
    return 0


def check_permissions(family, leases):
    for name, op in requests(family).items():
        lease = name.startswith("lease-")
        values = {"lease": {"service": "held"}} if lease else {}
        refused = is_admins(op) or (lease and leases == "none")
        got = error_of(family.do, name, values)
        good = got == errno.EPERM if refused else got == 0 if lease else got != errno.EPERM
        tap(good, f"{name} is {'refused' if refused else 'let through'}", got)
        if "dump" in op.modes:
            got = error_of(family.dump, name, {})
            tap(got == (errno.EPERM if refused else 0), "and a dump of it", got)


def main(what, ynl, spec, *args):
    family = open_family(ynl, spec)
    if what == "permissions":
        check_permissions(family, *args)
    else:
        check_operations(family)
        check_policies(family)
    return tap_end()


sys.exit(main(*sys.argv[1:]))
