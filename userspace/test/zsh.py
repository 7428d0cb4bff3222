#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Usage: zsh.py FUNCTIONS <LINES
What an interactive zsh with the completion functions in directory FUNCTIONS makes of each line when
TAB is pressed after it; then, after a tab, the words that it offers, if there is a choice."""
import os
import pty
import select
import sys
import tempfile
import time

# Control-X shows the line, and begins a new one.
SETUP = """PS1= fpath=({} $fpath)
autoload -Uz compinit && compinit -D -u
show() {{ print -r -- "<$BUFFER>"; BUFFER= }}
zle -N show && bindkey '^X' show
print '<ready>'
"""


def start(home, functions):
    with open(os.path.join(home, ".zshrc"), "w") as file:
        file.write(SETUP.format(functions))
    pid, fd = pty.fork()
    if not pid:
        os.environ.update(ZDOTDIR=home, TERM="dumb", LC_ALL="C.UTF-8")
        os.execvp("zsh", ["zsh", "-d", "-i"])
    return fd


def read(fd):
    """Up to what is shown: what comes before that, and it."""
    text, end = "", time.monotonic() + 30
    while ">\r\n" not in text and (left := end - time.monotonic()) > 0:
        if select.select([fd], [], [], left)[0]:
            text += os.read(fd, 65536).decode(errors="replace")
    before, _, shown = text.partition("<")
    return before, shown.partition(">")[0]


def main():
    with tempfile.TemporaryDirectory() as home:
        fd = start(home, os.path.abspath(sys.argv[1]))
        read(fd)
        for line in sys.stdin:
            os.write(fd, line.rstrip("\n").encode() + b"\t\x18")
            before, shown = read(fd)
            offered = [row.split()[0] for row in before.split("\n") if " -- " in row]
            print("\t".join([shown, " ".join(offered)]).rstrip("\t"))
        os.close(fd)


main()
