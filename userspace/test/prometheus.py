#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Usage: prometheus.py [FILE]
Whether that is the text format of Prometheus, version 0.0.4, and more strictly than a
server would: each family has HELP and TYPE, once and before its samples, samples of a family
stand together, none is there twice, counters end with _total, no timestamps."""
import re
import sys

NAME = r"[a-zA-Z_:][a-zA-Z0-9_:]*"
LABEL = r'[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\\\|\\"|\\n)*"'
HELP = re.compile(rf"# HELP ({NAME}) ((?:[^\\\n]|\\\\|\\n)+)\Z")
TYPE = re.compile(rf"# TYPE ({NAME}) (counter|gauge)\Z")
SAMPLE = re.compile(rf"({NAME})(\{{{LABEL}(?:,{LABEL})*\}})? ([-+]?[0-9]+(?:\.[0-9]+)?)\Z")


def check(text):
    """Yields what is wrong."""
    helped, typed, done, samples, current = set(), {}, set(), set(), None
    if not text.endswith("\n"):
        yield "the last line does not end"
    for number, line in enumerate(text.split("\n")[:-1], 1):
        if match := HELP.match(line):
            name = match[1]
            if name in helped:
                yield f"{number}: second HELP of {name}"
            helped.add(name)
            done.add(current)
            current = name
        elif match := TYPE.match(line):
            name = match[1]
            if name != current or name in typed:
                yield f"{number}: TYPE of {name} is not after its HELP"
            typed[name] = match[2]
            if (match[2] == "counter") != name.endswith("_total"):
                yield f"{number}: {name} is a {match[2]}"
        elif match := SAMPLE.match(line):
            name, labels, value = match.groups()
            if name != current or name not in typed or name in done:
                yield f"{number}: {name} is not after its TYPE"
            names = re.findall(r'(?:\{|,)([a-zA-Z0-9_]+)="', labels or "")
            if len(set(names)) != len(names):
                yield f"{number}: a label is there twice"
            if (name, labels) in samples:
                yield f"{number}: the sample is there twice"
            samples.add((name, labels))
            if typed.get(name) == "counter" and value.startswith("-"):
                yield f"{number}: a counter is negative"
        else:
            yield f"{number}: neither HELP, TYPE nor sample: {line!r}"
    for name in typed:
        if not any(sample[0] == name for sample in samples) and not name.endswith("rtt_seconds"):
            yield f"{name} has no sample"


GOOD = '# HELP a b\n# TYPE a gauge\na{x="1",y="\\"\\\\\\n"} 1\na 2.5\n'
BAD = [
    "a 1\n",
    "# TYPE a gauge\na 1\n",
    "# HELP a b\n# TYPE a gauge\na 1",
    "# HELP a b\n# TYPE a counter\na 1\n",
    "# HELP a_total b\n# TYPE a_total gauge\na_total 1\n",
    "# HELP a b\n# TYPE a gauge\na 1\na 2\n",
    "# HELP a b\n# TYPE a gauge\na 1 1234\n",
    "# HELP a b\n# TYPE a gauge\na{x=1} 1\n",
    '# HELP a b\n# TYPE a gauge\na{x="\\x"} 1\n',
    '# HELP a b\n# TYPE a gauge\na{x="1",x="2"} 1\n',
    "# HELP a b\n# TYPE a gauge\na\n",
    "# HELP a b\n# TYPE a gauge\na nothing\n",
    "# HELP a b\n# TYPE a gauge\n\na 1\n",
    "# HELP a b\n# TYPE a gauge\n# HELP c d\n# TYPE c gauge\nc 1\na 1\n",
    "# HELP a b\n# TYPE a gauge\n",
]


def main():
    assert not list(check(GOOD))
    for text in BAD:
        assert list(check(text)), text
    with open(sys.argv[1] if len(sys.argv) > 1 else 0, encoding="ascii") as file:
        wrong = list(check(file.read()))
    print("\n".join(wrong))
    return bool(wrong)


sys.exit(main())
