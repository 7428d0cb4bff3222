#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Usage: terminal.py FAKECTL
What gossipctl does on a terminal: colours, and the screens that are kept up to date. Of a kernel
that is made up (see scene.c)."""
import fcntl
import os
import pty
import re
import select
import signal
import struct
import sys
import tempfile
import termios
import time

CTL = sys.argv[1]
SCENE = tempfile.NamedTemporaryFile("w", suffix=".scene")
results = []


def tap(good, name, *why):
    results.append(bool(good))
    print(f"{'' if good else 'not '}ok {len(results)} - {name}")
    if not good:
        for text in why:
            print("\n".join(f"# {line}" for line in str(text).split("\n")))


def scene(text):
    SCENE.seek(0)
    SCENE.truncate()
    SCENE.write(text)
    SCENE.flush()


class Terminal:
    """Runs a command on a terminal of its own, and understands what it writes."""

    TOKEN = re.compile(rb"\x1b\[([?0-9;]*)([A-Za-z])|(\r)|(\n)|([ -~])", re.S)

    def __init__(self, rows, columns, *args, **environment):
        env = {"TERM": "xterm", "SCENE": SCENE.name, "PATH": os.environ["PATH"], **environment}
        self.pid, self.fd = pty.fork()
        if not self.pid:
            os.environ.clear()
            os.environ.update(env)
            time.sleep(0.1)  # until it has its size
            os.execv(CTL, [CTL, *args])
        self.resize(rows, columns)
        self.raw, self.clears, self.wrong, self.modes = b"", 0, [], set()
        self.status = None

    def resize(self, rows, columns):
        self.rows, self.columns = rows, columns
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.screen = [" " * columns for _ in range(rows)]
        self.row = self.column = 0

    def put(self, char):
        if self.column >= self.columns:
            self.wrong.append(f"beyond the last column in row {self.row + 1}")
            return
        line = self.screen[self.row]
        self.screen[self.row] = line[: self.column] + char + line[self.column + 1 :]
        self.column += 1

    def control(self, args, final):
        if final == "H":
            numbers = [int(n) for n in args.split(";") if n] + [1, 1]
            self.row, self.column = numbers[0] - 1, numbers[1] - 1
            if self.row >= self.rows:
                self.wrong.append(f"row {self.row + 1}")
                self.row = self.rows - 1
        elif final == "J":
            self.clears += 1
            self.screen = [" " * self.columns for _ in range(self.rows)]
        elif final == "K":
            if self.column >= self.columns:
                self.wrong.append("cleared beyond the last column")
            self.screen[self.row] = self.screen[self.row][: self.column].ljust(self.columns)
        elif final in "hl":
            (self.modes.add if final == "h" else self.modes.discard)(args)
        elif final != "m":
            self.wrong.append(f"unknown sequence {args}{final}")

    def take(self, data):
        self.raw += data
        end = 0
        for match in self.TOKEN.finditer(data):
            if match.start() != end:
                self.wrong.append(f"unknown bytes {data[end : match.start()]!r}")
            end = match.end()
            if match[2]:
                self.control(match[1].decode(), match[2].decode())
            elif match[3]:
                self.column = 0
            elif match[4]:
                if self.row + 1 >= self.rows:
                    self.wrong.append("scrolled")
                else:
                    self.row += 1
            else:
                self.put(match[5].decode())

    def read(self, seconds):
        """What is written in that time."""
        end, before = time.monotonic() + seconds, len(self.raw)
        while (left := end - time.monotonic()) > 0:
            if not select.select([self.fd], [], [], left)[0]:
                break
            try:
                data = os.read(self.fd, 65536)
            except OSError:
                break
            # A sequence may come in two pieces.
            while data.rfind(b"\x1b") > max(data.rfind(c) for c in (b"H", b"K", b"m", b"J", b"h", b"l")):
                data += os.read(self.fd, 1)
            self.take(data)
        return self.raw[before:]

    def until(self, text, seconds=10):
        end = time.monotonic() + seconds
        while text not in self.text() and time.monotonic() < end:
            self.read(0.1)
        return text in self.text()

    def text(self):
        return "\n".join(line.rstrip() for line in self.screen)

    def end(self, key=b"", sig=0):
        if key:
            os.write(self.fd, key)
        if sig:
            os.kill(self.pid, sig)
        self.read(1)
        end = time.monotonic() + 5
        while time.monotonic() < end:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                os.close(self.fd)
                return os.waitstatus_to_exitcode(status)
            time.sleep(0.05)
        os.kill(self.pid, signal.SIGKILL)
        return "did not end"


FEW = "instance n1 demo alive 0\nmember n2 alive 159\nmember n3 failed 78\n"
MANY = "instance n1 demo alive 0\nmembers 999\n"


def colours():
    for name, environment, coloured in (
        ("on a terminal", {}, True),
        ("with NO_COLOR", {"NO_COLOR": "1"}, False),
        ("with NO_COLOR that is empty", {"NO_COLOR": ""}, True),
        ("with TERM=dumb", {"TERM": "dumb"}, False),
    ):
        for command in (["members"], ["status"]):
            scene(FEW)
            terminal = Terminal(40, 200, *command, **environment)
            terminal.read(2)
            terminal.end()
            tap((b"\x1b[" in terminal.raw) == coloured,
                f"{command[0]} {name}: {'' if coloured else 'no '}colours", terminal.raw)
    scene(FEW)
    terminal = Terminal(40, 200, "members", "--json")
    terminal.read(1)
    tap(b"\x1b" not in terminal.raw and terminal.end() == 0, "JSON has no colours", terminal.raw)
    for environment in ({}, {"NO_COLOR": "1"}):
        scene(FEW)
        terminal = Terminal(24, 80, "top", **environment)
        terminal.until("n3")
        coloured = re.search(rb"\x1b\[[0-9;]*[1-9]m", terminal.raw)
        tap(bool(coloured) == (not environment), f"top: colours unless NO_COLOR is set ({environment})")
        terminal.end(b"q")


def top():
    scene(MANY + "reasons\nlisted\nlisted\nlisted\nchange m0500 failed\nlisted\n")
    terminal = Terminal(24, 80, "top")
    tap(terminal.until("1000 alive"), "top shows 1,000 members", terminal.text())
    tap(terminal.screen[0].startswith("n1 in demo: alive, view abcdef0123456789, health 0"),
        "the first line says who this is", terminal.text())
    tap(all(line.strip() for line in terminal.screen[4:18]) and "name" in terminal.screen[4],
        "the list fills the lines that it has", terminal.text())
    terminal.read(0.5)
    clears, bytes_first = terminal.clears, len(terminal.raw)
    quiet = terminal.read(1.2)
    tap(not quiet, "nothing is written while nothing changes", quiet)
    tap(terminal.until("failed       m0500 told by n2"), "an event is at the bottom, with its reason", terminal.text())
    change = terminal.raw[bytes_first:]
    tap(terminal.until("999 alive, 0 suspect, 1 failed"), "and is counted", terminal.text())
    tap("m0500" in terminal.screen[6], "who failed comes first", terminal.text())
    tap(terminal.clears == clears == 1, "the screen is cleared once, at the beginning")
    tap(len(change) < bytes_first, "a change writes less than the whole screen", len(change), bytes_first)
    os.write(terminal.fd, b"j")
    tap(terminal.until("2-14 of 1000"), "j moves the list", terminal.text())
    os.write(terminal.fd, b" ")
    tap(terminal.until("15-27 of 1000"), "space moves it by a page", terminal.text())
    os.write(terminal.fd, b"\x1b[A")
    tap(terminal.until("14-26 of 1000"), "the arrow moves it back", terminal.text())
    os.write(terminal.fd, b"g")
    tap(terminal.until("1-13 of 1000"), "g moves it to the top", terminal.text())
    terminal.resize(12, 40)
    os.kill(terminal.pid, signal.SIGWINCH)
    tap(terminal.until("\nm0002 alive") and "m0003" not in terminal.text() and "m0500" in terminal.screen[10],
        "another size of the terminal", terminal.text())
    tap(not terminal.wrong, "nothing wraps or scrolls", terminal.wrong)
    tap(terminal.end(b"q") == 0, "q ends it with 0")
    tap("?1049" not in terminal.modes and terminal.raw.endswith(b"\x1b[?25h\x1b[?1049l"),
        "and gives the terminal back", terminal.raw[-40:])

    scene(FEW)
    terminal = Terminal(24, 80, "top")
    terminal.until("n3")
    before = termios.tcgetattr(terminal.fd)[3] & termios.ECHO
    os.kill(terminal.pid, signal.SIGTERM)
    terminal.read(0.5)
    tap(not before and termios.tcgetattr(terminal.fd)[3] & termios.ECHO and terminal.end() == 0,
        "SIGTERM ends it with 0, and keys are shown again")

    scene(FEW + "listed\nlisted\nunload\n")
    terminal = Terminal(24, 80, "top")
    tap(terminal.end() == 3 if terminal.until("unloaded") else False, "without the module it ends with 3",
        terminal.text())
    tap(re.search(rb"\x1b\[\?1049l.*gossipctl: top: the gossip module was unloaded", terminal.raw, re.S),
        "and says why where it stays to be read", terminal.raw[-200:])


def figures():
    scene(FEW + "stat rx_datagrams 1000\nlisted\nlisted\nlisted\nstat rx_datagrams 1300\n")
    terminal = Terminal(24, 80, "top")
    terminal.until("n3")
    tap("\nreceived -, sent -, probes -, unanswered -" in terminal.text(), "top: no rate of one reading", terminal.text())
    tap(re.search(r"^n2 +alive +0\.159 ms +", terminal.text(), re.M), "top: a round-trip time", terminal.text())
    tap(re.search(r"^n1 +alive +- +", terminal.text(), re.M), "top: none of oneself", terminal.text())
    # Of 300 datagrams between two readings, at least two seconds apart.
    rate, end = None, time.monotonic() + 10
    while not rate and time.monotonic() < end:
        terminal.read(0.1)
        rate = re.search(r"^received ([1-9][0-9]*\.[0-9])/s, sent -", terminal.text(), re.M)
    tap(rate and 0 < float(rate[1]) <= 151, "top: a rate, in a second", terminal.text())
    terminal.end(b"q")


def stopped():
    for command in (["top"], ["members", "--watch"]):
        name = " ".join(command)
        scene(FEW)
        terminal = Terminal(24, 80, *command)
        terminal.until("n3")
        os.kill(terminal.pid, signal.SIGTSTP)
        time.sleep(0.5)
        pid, status = os.waitpid(terminal.pid, os.WNOHANG | os.WUNTRACED)
        tap(pid and os.WIFSTOPPED(status), f"{name}: Ctrl-Z stops it", status)
        terminal.read(0.5)
        tap("?1049" not in terminal.modes and termios.tcgetattr(terminal.fd)[3] & termios.ECHO,
            f"{name}: and gives the terminal back", terminal.raw[-40:])
        clears = terminal.clears
        terminal.take(b"\x1b[H\x1b[2J")  # what others write meanwhile
        os.kill(terminal.pid, signal.SIGCONT)
        tap(terminal.until("n3") and terminal.clears == clears + 2, f"{name}: all is drawn anew when it goes on",
            terminal.text())
        whole = command == ["top"]
        tap(("?1049" in terminal.modes) == whole and
            (not termios.tcgetattr(terminal.fd)[3] & termios.ECHO) == whole, f"{name}: as it was before")
        tap(terminal.end(sig=signal.SIGTERM) == 0, f"{name}: SIGTERM still ends it with 0")


def blocked():
    """A terminal that takes nothing: nobody reads what is written to it."""
    for command in (["top"], ["members", "--watch"]):
        scene(MANY)
        terminal = Terminal(24, 80, *command)
        terminal.until("m0001")
        termios.tcflow(terminal.fd, termios.TCOOFF)
        for size in range(30, 230):
            fcntl.ioctl(terminal.fd, termios.TIOCSWINSZ, struct.pack("HHHH", 24, size, 0, 0))
            os.kill(terminal.pid, signal.SIGWINCH)
            time.sleep(0.01)
        os.kill(terminal.pid, signal.SIGTERM)
        end, pid = time.monotonic() + 5, 0
        while not pid and time.monotonic() < end:
            pid, status = os.waitpid(terminal.pid, os.WNOHANG)
            time.sleep(0.05)
        tap(pid and os.waitstatus_to_exitcode(status) == 0,
            f"{' '.join(command)}: SIGTERM ends it where the terminal takes nothing")
        if not pid:
            os.kill(terminal.pid, signal.SIGKILL)
        os.close(terminal.fd)


def narrow():
    for rows, columns in ((24, 20), (6, 20), (2, 10)):
        for command in (["top"], ["members", "--watch"]):
            scene(MANY)
            terminal = Terminal(rows, columns, *command)
            shown = terminal.until("n")
            terminal.read(0.5)
            tap(shown and not terminal.wrong, f"{' '.join(command)} on {columns}x{rows}: nothing wraps or scrolls",
                terminal.wrong, terminal.text())
            terminal.end(sig=signal.SIGINT)
    scene(FEW)
    terminal = Terminal(24, 20, "top")
    tap(terminal.until("n3   failed"), "a name and its state are seen on 20 columns", terminal.text())
    terminal.end(b"q")


def watch():
    scene(MANY + "listed\nlisted\nlisted\nchange m0001 failed\nlisted\n")
    terminal = Terminal(24, 80, "members", "-w")
    tap(terminal.until("and 979 more"), "members -w says how many more there are", terminal.text())
    tap(terminal.until("m0001 10.0.0.2:7946   failed"), "and follows in place", terminal.text())
    tap(terminal.clears == 1 and not terminal.wrong, "without clearing", terminal.wrong)
    tap(terminal.end(sig=signal.SIGINT) == 0, "SIGINT ends it with 0")


colours()
top()
figures()
stopped()
blocked()
narrow()
watch()
print(f"1..{len(results)}")
sys.exit(not all(results))
