#!/usr/bin/env python3
"""Measures the studio from outside, through a pseudo-terminal that answers like xterm.

    python Scripts/random-model.py DIR                       once: full-size weights
    python Scripts/studio-bench.py --model DIR               everything, as a table
    python Scripts/studio-bench.py --model DIR --json        everything, as one JSON object
    python Scripts/studio-bench.py --only start idle keys    some of it; without --model, what needs none

start     from exec to the first whole screen; the same with 5,000 prompts and 500 pictures to remember
keys      from a key to its character on the screen: without work, during quick previews of the small model, and
          while the full-size one denoises at 512 px on all cores
cancel    from Ctrl-C to "Stopped", in loading, denoising and decoding
idle      processor time with a picture on the screen; memory after the start
slow      the same as keys on a line of 200 KB/s, with previews of every step; what waits on the line
forecast  pixart bench forecast

Needs `make build` before. Run it on a machine that does nothing else, not under nice: the program lowers the
priority of its computing threads itself.
"""
import argparse
import contextlib
import gc
import json
import os
import pathlib
import random
import re
import shutil
import signal
import statistics
import string
import subprocess
import sys
import tempfile
import time

sys.dont_write_bytecode = True

from pseudo_terminal import Program, Timeout  # noqa: E402

PIXART = pathlib.Path(__file__).resolve().parent.parent / ".build/release/pixart"
SECTIONS = ["start", "keys", "cancel", "idle", "slow", "forecast"]
STAGES = re.compile(r"starting|loading|reading the prompt|step \d+/|decoding \d|saving|stopping")
PROMPT = (
    "a small stone house under tall trees beside a river in the last light of an autumn day, smoke above the chimney, "
    "a wooden boat at the bank, mist over the water, mountains far behind, oil on canvas, warm colours, wide view")
MANY = 900  # steps; more than are done while something is measured
PATIENCE = 600  # seconds; stages at full size are slow where others compute too


class Home:
    """Folders of a user that nobody else uses, with settings."""

    def __init__(self, root, settings=""):
        self.folder = pathlib.Path(tempfile.mkdtemp(dir=root))
        kept = {name: os.environ[name] for name in ["PATH", "LD_LIBRARY_PATH"] if name in os.environ}
        self.environment = kept | {"HOME": str(self.folder), "TERM": "xterm-256color", "LANG": "C.UTF-8"}
        for name in ["CONFIG", "DATA", "STATE", "CACHE"]:
            path = self.folder / name.lower() / "pixart"
            path.mkdir(parents=True)
            setattr(self, name.lower(), path)
            self.environment[f"XDG_{name}_HOME"] = str(path.parent)
        (self.config / "config.toml").write_text(settings)

    def open(self, program, **options):
        """Starts the studio and returns it with the moment its first screen was whole."""
        studio = Program([str(program), "studio"], self.environment, **options)
        studio.fault = lambda screen: "✗" in progress(screen)
        try:
            return studio, studio.wait(lambda screen: " run" in screen.text(screen.rows - 1), 60, "the first screen")
        except Timeout:
            studio.end()
            raise


@contextlib.contextmanager
def opened(home, program, **options):
    studio, _ = home.open(program, **options)
    try:
        yield studio
    finally:
        studio.end()


def spread(seconds):
    """Median and the far end, in milliseconds."""
    values = sorted(1000 * value for value in seconds)

    def at(share):
        return values[min(len(values) - 1, int(share * len(values)))]

    return {"count": len(values), "median_ms": statistics.median(values), "p95_ms": at(0.95), "p99_ms": at(0.99),
            "max_ms": values[-1]}


def progress(screen):
    return screen.text(screen.rows - 2)


def is_idle(screen):
    return not STAGES.search(progress(screen))


def is_stopped(screen):
    return "Stopped" in progress(screen) and is_idle(screen)


def statm(pid):
    """Sizes of a process's memory in bytes, by kind."""
    kinds = {}
    for line in pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:]:
        name, value = line.split(":")
        kinds[name.strip()] = int(value.split()[0]) * 1024
    return kinds


def processor_seconds(pid):
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def wakeups(pid):
    count = 0
    for task in pathlib.Path(f"/proc/{pid}/task").iterdir():
        with contextlib.suppress(OSError):
            count += int(re.search(r"^voluntary_ctxt_switches:\s+(\d+)", (task / "status").read_text(), re.M)[1])
    return count


# Start


def measure_start(bench):
    def starts(home, mark):
        first, filled, ended = [], [], []
        for number in range(11):
            studio, seen = home.open(bench.program)
            try:
                end = studio.wait(lambda screen: mark in str(screen), 30, "the lists")
                studio.settle()
            finally:
                seconds = studio.end()
            # The first start reads files into memory.
            if number:
                first.append(seen - studio.started)
                filled.append(end - studio.started)
                ended.append(seconds)
        return {"first_screen": spread(first), "lists_filled": spread(filled), "ended": spread(ended)}

    result = {"plain": starts(bench.home(), mark="Forecast")}
    full = bench.home()
    gallery = full.data / "gallery"
    gallery.mkdir()
    picture = bench.folder / "picture.png"
    command = [bench.program, "generate", PROMPT, "--steps", "2", "--output", picture]
    subprocess.run(command, env=full.environment, check=True, capture_output=True)
    for number in range(500):
        shutil.copy(picture, gallery / f"picture-{number:03}.png")
    words = PROMPT.replace(",", "").split()
    generator = random.Random(0)
    with open(full.state / "history.jsonl", "w") as file:
        for number in range(5000):
            text = f"{number} " + " ".join(generator.choices(words, k=30))
            file.write(json.dumps({"prompt": text, "negative": "", "when": 7e8 + number}) + "\n")
    result["full"] = starts(full, mark=PROMPT[:30])
    return result


# Keys


class Typist:
    """Types letters into the prompt at random moments and notes when each is on the screen."""

    def __init__(self, studio, count, seed=1):
        self.studio, self.count = studio, count
        self.random = random.Random(seed)
        self.latencies, self.lateness = [], []
        self.slowest = (0, "")

    def prepare(self):
        """Puts a prompt of usual length into the editor, and a line of its own to type on."""
        studio = self.studio
        studio.send(b"\x01\x0b\x1b[200~" + PROMPT.encode() + b"\x1b[201~")
        studio.wait(lambda screen: "wide view" in str(screen), 20, "the pasted prompt")
        studio.send(b"\x0a")
        studio.settle(seconds=2)
        # While pictures go out, the line is never quiet: a letter shows where the cursor is.
        before = [list(row) for row in studio.screen.cells[1:5]]
        studio.send(b"@")
        place = []

        def find(screen):
            for y, row in enumerate(before):
                for x, cell in enumerate(row):
                    if cell != "@" and screen.cells[1 + y][x] == "@":
                        place[:] = [x, 1 + y]
            return bool(place)

        studio.wait(find, 20, "a typed letter")
        self.x, self.y = place
        studio.send(b"\x15")
        studio.wait(lambda screen: screen.cells[self.y][self.x] == " ", 20, "an empty line")

    def type(self, on_read=lambda now: None):
        studio, screen = self.studio, self.studio.screen
        waiting = []  # x, character, when sent, bytes and pictures read by then
        sent, column = 0, 0
        due = time.perf_counter() + 0.1
        while sent < self.count or waiting:
            now = studio.step(due if sent < self.count else time.perf_counter() + 0.05)
            if now:
                on_read(now)
            while now and waiting and screen.cells[self.y][waiting[0][0]] == waiting[0][1]:
                _, key, start, read, pictures = waiting.pop(0)
                self.latencies.append(now - start)
                if now - start > self.slowest[0]:
                    drawn = len(screen.pictures) - pictures
                    self.slowest = (now - start, f"{screen.read - read} bytes and {drawn} pictures came before it, "
                                                 f"at '{progress(screen).strip()[:60]}'")
            now = time.perf_counter()
            if waiting and now - waiting[0][2] > 20:
                raise Timeout(f"'{waiting[0][1]}' did not appear:\n{screen}")
            if sent < self.count and now >= due:
                if waiting and (column == 60 or waiting[-1][1] == " "):
                    # A full line must be seen so before it is emptied, and an empty one before it fills.
                    due = now + 0.005
                    continue
                self.lateness.append(now - due)
                if column == 60:
                    column, key, data = 0, " ", b"\x15"
                else:
                    key = self.random.choice(string.ascii_lowercase)
                    data = key.encode()
                marks = (screen.read, len(screen.pictures))
                waiting.append((self.x + column, key, studio.send(data), *marks))
                column += data != b"\x15"
                sent += 1
                due = time.perf_counter() + self.random.uniform(0.02, 0.08)
        return self

    @property
    def result(self):
        return spread(self.latencies) | {
            "slowest": self.slowest[1], "typist_late_p99_ms": spread(self.lateness)["p99_ms"]}


def measure_keys(bench):
    result = {}
    with opened(bench.home(), bench.program) as studio:
        studio.rest(2)
        typist = Typist(studio, bench.keys)
        typist.prepare()
        result["without work"] = typist.type().result
    works = [("small model, quick previews", f"steps = {MANY}\nsize = \"256x256\"\n")]
    if bench.model:
        works.append(("full size, 512 px", f'model = "{bench.model}"\nsteps = {MANY}\nsize = "512x512"\n'))
    for name, settings in works:
        with opened(bench.home(settings), bench.program) as studio:
            studio.rest(2)
            # Two more wait in the queue, so that there is work to the end.
            studio.send(b"\r")
            studio.rest(0.3)
            studio.send(b"\r\r")
            studio.wait(lambda screen: re.search(r"step \d+/", progress(screen)), PATIENCE, "the first step")
            typist = Typist(studio, bench.keys)
            typist.prepare()
            before = len(studio.screen.pictures)
            result[name] = typist.type().result
            if is_idle(studio.screen):
                raise Timeout(f"the run ended while keys were measured:\n{studio.screen}")
            result[name]["pictures"] = len(studio.screen.pictures) - before
    return result


# Cancel


class Canceller:
    """Stops runs at random moments and notes how long the screen takes to say so."""

    def __init__(self, waits):
        self.waits = waits
        self.random = random.Random(2)
        self.hits = {}  # what the progress line said when Ctrl-C was sent

    def cancel(self, studio, kind):
        """Returns whether there was something to cancel."""
        found = STAGES.search(progress(studio.screen))
        if not found:
            return False
        word = found[0].split()[0]
        self.hits[word] = self.hits.get(word, 0) + 1
        start = studio.send(b"\x03")
        self.waits[kind].append(studio.wait(is_stopped, 60, "'Stopped'") - start)
        # Twice within two seconds would quit.
        studio.rest(2.3)
        return True


def measure_cancel(bench):
    settings = f'model = "{bench.model}"\nsteps = 1\n' if bench.model else "steps = 20\n"
    home = bench.home(settings + 'size = "512x512"\n')
    waits = {"loading": [], "denoising": [], "decoding": []}
    canceller = Canceller(waits)
    uniform = canceller.random.uniform
    while len(waits["loading"]) < bench.cancels["loading"]:
        with opened(home, bench.program) as studio:
            studio.rest(1)
            studio.send(b"\r")
            studio.rest(uniform(0.01, 0.5))
            canceller.cancel(studio, "loading")
    with opened(home, bench.program) as studio:
        studio.rest(2)

        def reach(stage, key=b"\r"):
            studio.send(key)
            return studio.wait(lambda screen: stage in progress(screen), PATIENCE, f"'{stage}'")

        # A whole run, to know how long its parts are.
        start = reach("step 1/")
        middle = studio.wait(lambda screen: "decoding" in progress(screen), PATIENCE, "'decoding'")
        end = studio.wait(lambda screen: "Saved" in progress(screen), PATIENCE, "'Saved'")
        while len(waits["denoising"]) < bench.cancels["denoising"]:
            reach("step 1/")
            studio.rest(uniform(0, 0.9 * (middle - start)))
            canceller.cancel(studio, "denoising")
        # A run that was stopped in the decoder goes on there.
        resumes = False
        while len(waits["decoding"]) < bench.cancels["decoding"]:
            studio.send(b"\x1b" if resumes else b"")
            studio.rest(0.2)
            reach("decoding", b"c" if resumes else b"\r")
            studio.rest(uniform(0, 0.9 * (end - middle)))
            resumes = canceller.cancel(studio, "decoding")
            studio.send(b"i" if not resumes else b"")
    everything = [wait for stage in waits.values() for wait in stage]
    return {"all": spread(everything)} | {kind: spread(wait) for kind, wait in waits.items()} | {
        "when_cancelled": canceller.hits, "step_seconds": middle - start, "decode_seconds": end - middle}


# Idle


def measure_idle(bench):
    with opened(bench.home("steps = 4\n"), bench.program) as studio:
        studio.rest(3)
        memory = statm(studio.pid)
        studio.send(b"\r")
        studio.wait(lambda screen: "Saved" in progress(screen) and is_idle(screen), PATIENCE, "a picture")
        studio.rest(8)
        shown = len(studio.screen.pictures)
        read, before, woken = studio.screen.read, processor_seconds(studio.pid), wakeups(studio.pid)
        start = time.perf_counter()
        studio.rest(bench.idle_seconds)
        seconds = time.perf_counter() - start
        return {
            "percent_of_a_core": 100 * (processor_seconds(studio.pid) - before) / seconds,
            "wakeups_per_second": (wakeups(studio.pid) - woken) / seconds, "seconds": seconds,
            "bytes_written": studio.screen.read - read, "pictures_shown": shown,
            "rss_bytes_after_start": memory["Rss"], "pss_bytes_after_start": memory["Pss"],
            "anonymous_bytes_after_start": memory["Anonymous"],
            "rss_bytes_after_picture": statm(studio.pid)["Rss"],
        }


# A slow line


def caption(screen):
    match = re.search(r"step (\d+) of \d+,", str(screen))
    return int(match[1]) if match else None


def measure_slow(bench):
    home = bench.home(f'steps = {MANY}\nsize = "384x384"\n')
    with opened(home, bench.program, columns=200, rows=60, rate=bench.rate) as studio:
        screen = studio.screen
        studio.rest(3)
        typist = Typist(studio, bench.keys)
        studio.send(b"\r")
        studio.wait(lambda screen: len(screen.pictures) >= 3, PATIENCE, "three previews")
        typist.prepare()
        screen.caption = lambda: caption(screen)
        read, first, memory = screen.read, len(screen.pictures), statm(studio.pid)["Rss"]
        screen.bursts.clear()
        start, step = time.perf_counter(), caption(screen)
        typist.type()
        seconds = time.perf_counter() - start
        frames = screen.pictures[first:]
        steps = (caption(screen) or 0) - (step or 0)
        looks = [look_at_newest(studio, home) for _ in range(bench.ages)]
        pace = (looks[-1][2] - looks[0][2]) / (looks[-1][0] - looks[0][0])
        behind = [newest - shown for _, shown, newest in looks]
        rate = (screen.read - read) / (time.perf_counter() - start)
        studio.send(b"\x03")
        stopped = time.perf_counter()
        stopped = studio.wait(is_stopped, 60, "'Stopped'") - stopped
        return {
            "line_bytes_per_second": bench.rate, "used_bytes_per_second": rate, "keys": typist.result,
            "steps_per_second": steps / seconds, "frames_per_second": len(frames) / seconds,
            "steps_without_frame": steps - len(frames),
            "frame_bytes_median": statistics.median([frame[2] for frame in frames] or [0]),
            "most_bytes_between_fences": max(screen.bursts or [0]),
            "frame_transfer": spread([end - begin for begin, end, *_ in frames] or [0]),
            "steps_behind_when_whole": behind,
            "age_when_whole_at_most": spread([(steps + 1) / pace for steps in behind]),
            "cancel_ms": 1000 * stopped,
            "rss_growth_bytes": statm(studio.pid)["Rss"] - memory,
        }


def look_at_newest(studio, home):
    """Waits for a picture's last byte and returns when that was, its step, and the newest step that there was then.

    The studio writes its screen to a file when asked, past the line: there is the newest step.
    """
    file = home.state / "screen.txt"
    screen = studio.screen
    count = len(screen.pictures)
    whole = studio.wait(lambda screen: len(screen.pictures) > count and screen.pictures[-1][3], 60, "a preview")
    shown = screen.pictures[-1][3]
    file.unlink(missing_ok=True)
    studio.send(b"\x13")
    while not file.exists():
        studio.step(time.perf_counter() + 0.002)
        if time.perf_counter() - whole > 10:
            raise Timeout(f"the screen was not written:\n{screen}")
    return whole, shown, int(re.search(r"step (\d+) of", file.read_text())[1])


# Forecast


def measure_forecast(bench):
    result = {}
    models = [("default", ["--steps", "20"])]
    if bench.model:
        models.append((str(bench.model), ["--size", "256", "--steps", "8"]))
    for model, options in models:
        command = [str(bench.program), "bench", "forecast", "--json", "--model", model, *options]
        run = subprocess.run(command, env=bench.home().environment, capture_output=True, text=True)
        if run.returncode:
            raise Timeout(f"{' '.join(command)}: {run.stderr.strip()}")
        found = json.loads(run.stdout)
        rows = found["requests"][1:]
        result[pathlib.Path(model).name] = {
            "worst_time_percent": 100 * found["worst_time_error"],
            "worst_memory_percent": 100 * found["worst_memory_error"],
            "time_percent": [100 * (row["forecast_seconds"] / row["seconds"] - 1) for row in rows],
            "memory_percent": [100 * (row["forecast_bytes"] / row["peak_rss_bytes"] - 1) for row in rows],
        }
    return result


# Telling


def told(value):
    if isinstance(value, dict) and "median_ms" in value:
        text = "median {median_ms:.1f} ms, p95 {p95_ms:.1f}, p99 {p99_ms:.1f}, most {max_ms:.1f} of {count}".format(**value)
        return text
    if isinstance(value, float):
        return f"{value:,.2f}"
    if isinstance(value, list):
        return ", ".join(told(item) for item in value)
    return f"{value:,}" if isinstance(value, int) else str(value)


def table(name, value, depth=0):
    indent = "  " * depth
    if not isinstance(value, dict):
        print(f"{indent}{name.replace('_', ' '):<36} {told(value)}")
        return
    print(f"{indent}{name.replace('_', ' '):<36} {told(value) if 'median_ms' in value else ''}".rstrip())
    for key, inner in value.items():
        if not (key in ("count",) or "median_ms" in value and key in ("median_ms", "p95_ms", "p99_ms", "max_ms")):
            table(key, inner, depth + 1)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", type=pathlib.Path, default=PIXART)
    parser.add_argument("--model", type=pathlib.Path, help="full-size model, as random-model.py writes it")
    parser.add_argument("--only", nargs="+", choices=SECTIONS, default=SECTIONS)
    parser.add_argument("--json", action="store_true", help="one JSON object on standard output")
    parser.add_argument("--quick", action="store_true", help="a tenth of everything: does it work at all")
    bench = parser.parse_args()
    bench.program = bench.program.resolve()
    bench.model = bench.model and bench.model.resolve()
    bench.keys = 50 if bench.quick else 500
    bench.cancels = dict.fromkeys(["loading", "denoising", "decoding"], 2) if bench.quick else {
        "loading": 10, "denoising": 20, "decoding": 20}
    bench.idle_seconds = 5 if bench.quick else 30
    bench.ages = 3 if bench.quick else 20
    bench.rate = 200_000
    if os.nice(0) > 0:
        print("studio-bench: under nice the computing threads do not yield to the screen", file=sys.stderr)
    gc.disable()
    # What was started and written is taken away however this ends.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    result = {"processors": os.cpu_count(), "load_before": os.getloadavg()[0]}
    failed = False
    with tempfile.TemporaryDirectory() as folder:
        bench.folder = pathlib.Path(folder)
        bench.home = lambda settings="": Home(folder, settings)
        for section in bench.only:
            try:
                result[section] = globals()[f"measure_{section}"](bench)
            except Timeout as error:
                failed = True
                result[section] = {"failed": str(error)}
                print(f"studio-bench: {section}: {error}", file=sys.stderr)
            if not bench.json and "failed" not in result[section]:
                table(section, result[section])
                sys.stdout.flush()
    result["load_after"] = os.getloadavg()[0]
    if bench.json:
        print(json.dumps(result, indent=1))
    sys.exit(failed)


if __name__ == "__main__":
    main()
