#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""mutate.py SEED COUNT PCAP <DATAGRAMS >MUTANTS

Changes datagrams, lines of hexadecimal digits, at random: bytes, lengths, the end; some
have records with metadata and user events after what they had. Writes
them in the same form, and as a capture of UDP over IPv4, one packet for each, in order."""

import random
import struct
import sys

PORT = 7946
HEADER = 34
LINKTYPE_RAW = 101


def record(kind, *parts):
    body = b"".join(parts)
    return struct.pack("!BH", kind, len(body)) + body


# Of generation 5 and incarnation 2, its metadata of incarnation 1.
META = record(1, b"web") + record(2, b"zone=eu") + record(9, b"later")
WITH_META = record(1, struct.pack("!BBBQIIHB4sB1s", 0, 0, 0, 7, 5, 2, PORT, 4,
                                  bytes((10, 7, 0, 9)), 1, b"x"),
                   struct.pack("!IIH", 5, 1, len(META)), META)
EVENT = record(3, struct.pack("!QQIB6sH", 7, 40, 3, 6, b"deploy", 4), b"v1.2")
LATE = record(6, struct.pack("!QQIB6sH", 7, 40, 4, 6, b"deploy", 4), b"v1.3")
# Numbers 1 and 4294967295, as numbers begin anew.
HAVE = record(4, struct.pack("!QIQ", 7, 1, 5))
WANT = record(5, struct.pack("!QIQ", 7, 1, 5))


def mutate(dice, datagram):
    data = bytearray(datagram)
    kind = dice.randrange(6)
    if kind == 0:
        del data[dice.randrange(1, len(data)) :]
    elif kind == 1:
        data += dice.randbytes(dice.randrange(1, 9))
    elif kind == 2:
        at = dice.randrange(len(data))
        del data[at : at + dice.randrange(1, 9)]
    elif kind == 3:
        data[dice.randrange(min(HEADER, len(data)))] = dice.choice((0, 1, 0x10, 0x1F, 0x20, 0xFF))
    # Others: only single bytes, where records are. Few of them are not checked.
    if kind > 3 or dice.randrange(4) == 0:
        for _ in range(dice.randrange(1, 4)):
            at = dice.randrange(min(HEADER, len(data) - 1), len(data))
            data[at] = dice.choice((0, 1, 2, 3, 4, 5, 6, 63, 64, 0xFF, dice.randrange(256)))
    return bytes(data) or b"\0"


def packet(payload):
    udp = struct.pack("!HHHH", PORT, PORT, 8 + len(payload), 0) + payload
    ip = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(udp), 0, 0, 64, 17, 0,
                     bytes((10, 7, 0, 1)), bytes((10, 7, 0, 2)))
    return ip + udp


def main():
    seed, count, path = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
    dice = random.Random(seed)
    sources = [bytes.fromhex(line) for line in sys.stdin]
    sources += [source + more for source in sources[:40] for more in (WITH_META, EVENT, LATE, HAVE, WANT)]
    with open(path, "wb") as capture:
        capture.write(struct.pack("=IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, LINKTYPE_RAW))
        for number in range(count):
            payload = mutate(dice, dice.choice(sources))
            data = packet(payload)
            capture.write(struct.pack("=IIII", number, 0, len(data), len(data)) + data)
            print(payload.hex())


main()
