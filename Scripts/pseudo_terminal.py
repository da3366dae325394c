"""A program on a pseudo-terminal, and the terminal at its other end: a screen of characters that answers like xterm."""
import fcntl
import os
import pty
import re
import select
import signal
import struct
import termios
import time
import unicodedata

CELL_WIDTH, CELL_HEIGHT = 8, 16
ANSWERED_LIMIT = 1000  # pixels of the largest sixel picture, as xterm has it


class Timeout(Exception):
    """What was waited for did not come; the screen as it was then is in the message."""


class TerminalScreen:
    """Understands what ncurses writes for xterm-256color; pictures are counted, not drawn."""

    SEQUENCE = re.compile(rb"\x1b\[([?<>=!]?)([0-9;:]*)([ -/]*)([@-~])|\x1b([ -/]*)([0-Z\\^-~`])")
    TEXT = re.compile(rb"[^\x00-\x1f\x7f]+")

    def __init__(self, columns, rows, answer):
        self.columns, self.rows, self.answer = columns, rows, answer
        self.cells = [[" "] * columns for _ in range(rows)]
        self.x = self.y = 0
        self.saved = (0, 0)
        self.top, self.bottom = 0, rows - 1
        self.last = " "
        self.rest = b""
        self.string = None  # kind and content of the string that goes on in the next piece
        self.read = 0
        self.fenced_at = 0
        self.bursts = []  # bytes from one fence to the next
        self.pictures = []  # [first byte, last byte, bytes, whatever caption() said before it]
        self.caption = lambda: None

    def text(self, row):
        return "".join(self.cells[row])

    def __str__(self):
        return "\n".join(self.text(row).rstrip() for row in range(self.rows))

    def feed(self, data, now):
        self.read += len(data)
        data, self.rest = self.rest + data, b""
        at = 0
        while at < len(data):
            if self.string:
                at = self.take_string(data, at, now)
                continue
            byte = data[at]
            if byte == 0x1B:
                kind = data[at + 1:at + 2]
                if kind in (b"P", b"]", b"_", b"^", b"X"):
                    self.string = [kind, bytearray(), now, self.read]
                    if kind == b"P":
                        self.string.append(self.caption())
                    at += 2
                    continue
                match = self.SEQUENCE.match(data, at)
                if not match:
                    if len(data) - at > 64:
                        raise ValueError(f"not understood: {data[at:at + 64]!r}")
                    self.rest = data[at:]
                    return
                self.sequence(match)
                at = match.end()
            elif byte < 0x20 or byte == 0x7F:
                self.control(byte)
                at += 1
            else:
                match = self.TEXT.match(data, at)
                at = match.end()
                text = match.group()
                if at == len(data):
                    # A character may be cut in two.
                    for cut in (1, 2, 3):
                        if cut <= len(text) and text[-cut] >= 0xC0:
                            need = 2 if text[-cut] < 0xE0 else 3 if text[-cut] < 0xF0 else 4
                            if cut < need:
                                text, self.rest = text[:-cut], text[-cut:]
                            break
                self.write(text.decode("utf-8", "replace"))

    def take_string(self, data, at, now):
        kind, content = self.string[:2]
        end, length = data.find(b"\x1b\\", at), 2
        if kind == b"]":
            bell = data.find(b"\x07", at)
            if bell >= 0 and (end < 0 or bell < end):
                end, length = bell, 1
        if end < 0:
            keep = 1 if data.endswith(b"\x1b") else 0
            content += data[at:len(data) - keep]
            self.rest = data[len(data) - keep:]
            return len(data)
        content += data[at:end]
        _, content, start, _, *caption = self.string
        self.string = None
        if kind == b"]" and content == b"11;?":
            self.answer(b"\x1b]11;rgb:0000/0000/0000\x1b\\")
        if kind == b"P" and re.match(rb"[0-9;]*q", content):
            self.pictures.append([start, now, len(content) + 4, *caption])
        return end + length

    def control(self, byte):
        if byte == 0x0D:
            self.x = 0
        elif byte == 0x08:
            self.x = max(0, self.x - 1)
        elif byte == 0x09:
            self.x = min(self.columns - 1, self.x // 8 * 8 + 8)
        elif byte in (0x0A, 0x0B, 0x0C):
            self.line_feed()

    def line_feed(self):
        if self.y == self.bottom:
            self.scroll(1)
        else:
            self.y = min(self.rows - 1, self.y + 1)

    def scroll(self, count):
        """Up if positive, within the region."""
        region = self.cells[self.top:self.bottom + 1]
        blank = [[" "] * self.columns for _ in range(min(abs(count), len(region)))]
        region = region[len(blank):] + blank if count > 0 else blank + region[:len(region) - len(blank)]
        self.cells[self.top:self.bottom + 1] = region

    def write(self, text):
        for character in text:
            if unicodedata.combining(character):
                continue
            width = 2 if unicodedata.east_asian_width(character) in "WF" else 1
            if self.x + width > self.columns:
                self.x = 0
                self.line_feed()
            self.cells[self.y][self.x] = character
            if width == 2:
                self.cells[self.y][self.x + 1] = ""
            self.x += width
            self.last = character

    def sequence(self, match):
        mark, numbers, between, final, _, escape = match.groups()
        if final is None:
            return self.escape(escape)
        values = [int(number or 0) for number in re.split(rb"[;:]", numbers)]
        count = max(1, values[0])
        row = self.cells[self.y]
        final = final.decode()
        if mark or between:
            return self.private(mark + between, values, final)
        if final in "Hf":
            self.y = min(self.rows, count) - 1
            self.x = min(self.columns, max(1, values[1] if len(values) > 1 else 1)) - 1
        elif final == "A":
            self.y = max(0, self.y - count)
        elif final in "Be":
            self.y = min(self.rows - 1, self.y + count)
        elif final == "C":
            self.x = min(self.columns - 1, self.x + count)
        elif final == "D":
            self.x = max(0, self.x - count)
        elif final == "G":
            self.x = min(self.columns, count) - 1
        elif final == "d":
            self.y = min(self.rows, count) - 1
        elif final == "K":
            start, end = [(self.x, self.columns), (0, self.x + 1), (0, self.columns)][values[0]]
            row[start:end] = [" "] * (end - start)
        elif final == "J":
            if values[0] == 0:
                row[self.x:] = [" "] * (self.columns - self.x)
            for y in range({0: self.y + 1}.get(values[0], 0), self.y if values[0] == 1 else self.rows):
                self.cells[y] = [" "] * self.columns
        elif final == "X":
            end = min(self.columns, self.x + count)
            row[self.x:end] = [" "] * (end - self.x)
        elif final == "P":
            self.cells[self.y] = (row[:self.x] + row[self.x + count:] + [" "] * self.columns)[:self.columns]
        elif final == "@":
            self.cells[self.y] = (row[:self.x] + [" "] * count + row[self.x:])[:self.columns]
        elif final in "LM":
            kept = self.top
            self.top = self.y
            self.scroll(count if final == "M" else -count)
            self.top = kept
        elif final in "ST":
            self.scroll(count if final == "S" else -count)
        elif final == "b":
            self.write(self.last * count)
        elif final == "r":
            self.top = count - 1
            self.bottom = (values[1] if len(values) > 1 and values[1] else self.rows) - 1
            self.x = self.y = 0
        elif final == "c":
            self.answer(b"\x1b[?64;1;2;4;6;9;15;18;21;22c")
        elif final == "n" and values[0] == 5:
            self.bursts.append(self.read - self.fenced_at)
            self.fenced_at = self.read
            self.answer(b"\x1b[0n")
        elif final == "t" and values[0] == 14:
            self.answer(b"\x1b[4;%d;%dt" % (self.rows * CELL_HEIGHT, self.columns * CELL_WIDTH))
        elif final == "t" and values[0] == 16:
            self.answer(b"\x1b[6;%d;%dt" % (CELL_HEIGHT, CELL_WIDTH))
        elif final not in "mhlt":
            raise ValueError(f"not understood: {match.group()!r}")

    def private(self, mark, values, final):
        if mark == b">" and final == "q":
            self.answer(b"\x1bP>|XTerm(390)\x1b\\")
        elif mark == b"?$" and final == "p":
            self.answer(b"\x1b[?%d;0$y" % values[0])
        elif mark == b"?" and final == "S":
            if values[:2] == [1, 3]:
                self.answer(b"\x1b[?1;0;%dS" % values[2])
            elif values[0] == 1:
                self.answer(b"\x1b[?1;0;256S")
            elif values[1] == 4:
                self.answer(b"\x1b[?2;0;%d;%dS" % (ANSWERED_LIMIT, ANSWERED_LIMIT))
            else:
                size = (min(ANSWERED_LIMIT, self.columns * CELL_WIDTH), min(ANSWERED_LIMIT, self.rows * CELL_HEIGHT))
                self.answer(b"\x1b[?2;0;%d;%dS" % size)
        elif mark == b"?" and final == "h" and values[0] == 1049:
            self.cells = [[" "] * self.columns for _ in range(self.rows)]

    def escape(self, final):
        if final == b"7":
            self.saved = (self.x, self.y)
        elif final == b"8":
            self.x, self.y = self.saved
        elif final == b"M":
            if self.y == self.top:
                self.scroll(-1)
            else:
                self.y = max(0, self.y - 1)


class Program:
    """A program started on a terminal of its own.

    Its output is read by `step` alone, at `rate` bytes a second if that is given.
    """

    def __init__(self, command, environment, columns=120, rows=36, rate=None):
        self.master, slave = pty.openpty()
        size = struct.pack("HHHH", rows, columns, columns * CELL_WIDTH, rows * CELL_HEIGHT)
        fcntl.ioctl(slave, termios.TIOCSWINSZ, size)
        name = os.ttyname(slave)
        self.screen = TerminalScreen(columns, rows, self.send)
        self.rate, self.allowed, self.allowed_at = rate, 0.0, time.perf_counter()
        # In a session of its own, the first terminal that is opened becomes the controlling one.
        actions = [(os.POSIX_SPAWN_OPEN, 0, name, os.O_RDWR, 0), (os.POSIX_SPAWN_DUP2, 0, 1),
                   (os.POSIX_SPAWN_DUP2, 0, 2)]
        self.started = time.perf_counter()
        self.pid = os.posix_spawn(command[0], command, environment, file_actions=actions, setsid=True)
        self.status = None
        self.fault = lambda screen: False  # what ends all waiting
        os.close(slave)
        self.poll = select.poll()
        self.poll.register(self.master, select.POLLIN)

    def send(self, data):
        os.write(self.master, data)
        return time.perf_counter()

    def step(self, until):
        """Waits for output up to a moment and reads one piece of it.

        Returns when it was read; nothing if there was none.
        """
        now = time.perf_counter()
        most = 65536
        if self.rate:
            # As a slow line is: a little at a time, and nothing saved up.
            self.allowed = min(self.rate * 0.02, self.allowed + (now - self.allowed_at) * self.rate)
            self.allowed_at = now
            most = int(self.allowed)
            if most < self.rate * 0.005:
                time.sleep(max(0, min(0.005, until - now)))
                return None
        if not self.poll.poll(max(0, (until - now) * 1000)):
            return None
        try:
            data = os.read(self.master, most)
        except OSError:
            data = b""
        if not data:
            raise Timeout(f"the program ended:\n{self.screen}")
        now = time.perf_counter()
        self.allowed -= len(data)
        self.screen.feed(data, now)
        return now

    def wait(self, condition, seconds, what):
        """Returns when a condition on the screen came true, looking whenever something was read."""
        limit = time.perf_counter() + seconds
        now = time.perf_counter()
        while not condition(self.screen):
            now = self.step(limit) or now
            if self.fault(self.screen):
                raise Timeout(f"instead of {what}:\n{self.screen}")
            if time.perf_counter() >= limit:
                raise Timeout(f"{what} not within {seconds} s:\n{self.screen}")
        return now

    def rest(self, seconds):
        """Goes on reading for a while."""
        until = time.perf_counter() + seconds
        while time.perf_counter() < until:
            self.step(until)

    def settle(self, quiet=0.3, seconds=10):
        """Returns when nothing has come for a while."""
        limit = time.perf_counter() + seconds
        while time.perf_counter() < limit:
            if self.step(time.perf_counter() + quiet) is None:
                return

    def alive(self):
        if self.status is None and os.waitpid(self.pid, os.WNOHANG) != (0, 0):
            self.status = 0
        return self.status is None

    def end(self):
        """Asks the program to end and returns how long that took; kills it after ten seconds."""
        start = time.perf_counter()
        if self.alive():
            os.kill(self.pid, signal.SIGTERM)
        while self.alive():
            try:
                self.rest(0.005)
            except Timeout:
                time.sleep(0.005)
            if time.perf_counter() - start > 10:
                os.kill(self.pid, signal.SIGKILL)
        os.close(self.master)
        return time.perf_counter() - start
