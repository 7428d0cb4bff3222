# SPDX-License-Identifier: GPL-2.0
"""What tests of netlink by other clients have in common: the clients, and TAP."""
import sys

results = []


def tap(good, name, *why):
    results.append(bool(good))
    print(f"{'' if good else 'not '}ok {len(results)} - {name}", flush=True)
    for text in () if good else why:
        print(f"# {text}")


def tap_end():
    """The exit status."""
    print(f"1..{len(results)}")
    return not all(results)


def open_family(client, spec):
    """That which spec describes, by pyroute2, or by the kernel's own client in a directory."""
    if client == "pyroute2":
        from pyroute2_family import Pyroute2Family

        return Pyroute2Family(spec)
    sys.path.insert(0, client)
    from lib import YnlFamily

    return YnlFamily(spec, schema="")
