"""One run of QEMU: its command line, console, monitor and end.

The machine's console and QEMU's control protocol (QMP) come over socket
pairs that only this process holds: no port, no path, nothing that another
run could meet.  QEMU ends with us, whichever way we end.
"""

import ctypes
import fcntl
import json
import os
import selectors
import shutil
import signal
import socket
import subprocess
import tempfile
import time

EXIT_ORDERLY = 33       # isa-debug-exit: (0x10 << 1) | 1
EXIT_PANIC = 35         # (0x11 << 1) | 1
EXIT_REBOOT = 37        # (0x12 << 1) | 1
PR_SET_PDEATHSIG = 1
MAX_SMP = 8             # processors: MAXCPU of sys/param.h
# Of a recorded run, in the folder that QEMU runs in.
INPUTS, SNAPSHOTS = "inputs", "snapshots.qcow2"


class MachineError(Exception):
    """The machine could not be started."""


def die_with_parent():
    """In the child: be killed when the tool dies (Linux only)."""
    try:
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    except (OSError, AttributeError):
        pass


class Settings:
    """What a run needs to know; plain values."""

    def __init__(self):
        self.kernel = None
        self.root = None
        self.iso = None
        self.cmdline = ""
        self.memory = 128
        self.smp = None
        self.icount = False
        self.gdb = None
        self.stub = None        # the second serial line, where gdb may speak
        self.replay = None      # "record" or "replay", see recording.py
        self.display = "none"
        self.extra = []

    def command(self):
        """QEMU's arguments, without console and monitor."""
        qemu = os.environ.get("QEMU", "qemu-system-i386")
        if shutil.which(qemu) is None:
            raise MachineError(f"{qemu} is not installed; tools/setup run "
                               "installs it")
        # Each processor is a thread of the host's, which run at the same
        # time; where instructions are counted they take turns in one.
        counted = self.icount or self.replay
        threads = "single" if counted else "multi"
        args = [qemu, "-nodefaults", "-machine", "pc",
                "-accel", f"tcg,thread={threads}",
                "-vga", "std", "-display", self.display,
                "-m", f"{self.memory}M", "-no-reboot",
                "-device", "isa-debug-exit,iobase=0xf4,iosize=0x04"]
        if self.smp:
            # A socket each: the firmware's older table lists sockets.
            args += ["-smp", f"{self.smp},sockets={self.smp}"]
        if counted:
            # Also the clock on the wall: the same run, the same console.
            args += ["-icount", "shift=0,sleep=off" + self.log_of_inputs(),
                     "-rtc", "base=2001-11-01T00:00:00,clock=vm"]
        if self.replay:
            args += ["-drive", f"file={SNAPSHOTS},if=none,id=snapshots"]
            # A reset of this helper for Windows waits for the processor's
            # thread, which may wait for the log: going back hung at times.
            args += ["-global", "apic-common.vapic=off"]
        if self.gdb:
            args += ["-S", "-gdb", self.gdb]
        if self.iso:
            args += ["-cdrom", self.iso, "-boot", "d"]
        else:
            args += ["-kernel", self.kernel, "-append", self.cmdline]
            if self.root:
                args += ["-initrd", self.root]
        return args + self.extra

    def log_of_inputs(self):
        """More for -icount: where what comes from outside is kept."""
        if not self.replay:
            return ""
        return f",rr={self.replay},rrfile={INPUTS},rrsnapshot=begin"


class PipeEnd:
    """An end of a pipe, with what a Machine asks of a socket."""

    def __init__(self, fd):
        self.file = os.fdopen(fd, "rb" if fd_reads(fd) else "wb", buffering=0)
        self.fileno, self.close = self.file.fileno, self.file.close

    def recv(self, most):
        return self.file.read(most)

    def sendall(self, data):
        """Nobody types in a recorded run."""


def fd_reads(fd):
    return fcntl.fcntl(fd, fcntl.F_GETFL) & os.O_ACCMODE == os.O_RDONLY


def console_pipe():
    """A console that is only written to, and that has always room: a write
    that fails is tried again at some moment that no log tells."""
    ends = os.pipe()
    if hasattr(fcntl, "F_SETPIPE_SZ"):
        fcntl.fcntl(ends[1], fcntl.F_SETPIPE_SZ, 1 << 20)
    return [PipeEnd(fd) for fd in ends]


class Machine:
    """A running QEMU whose console is read here."""

    def __init__(self, settings, folder, interactive=False, log=None,
                 interrupts=None):
        self.process = None
        self.replayed = settings.replay
        self.events = []
        self._qmp_text = b""
        self._next_id = 0
        self._answers = {}
        args = settings.command()
        self.console, far_console = (None, None) if interactive else \
            console_pipe() if settings.replay else socket.socketpair()
        self.qmp, far_qmp = socket.socketpair()
        passed = [far_qmp.fileno()]
        # What a monitor is told would be an input to be recorded.
        if not settings.replay:
            args += ["-chardev", f"socket,id=qmp,fd={far_qmp.fileno()}",
                     "-mon", "chardev=qmp,mode=control"]
        if interactive:
            # Ctrl-a is QEMU's escape key; ^C goes to the guest.
            chardev = "stdio,id=console,mux=on,signal=off"
            if log:
                # A comma is doubled in QEMU's options.
                chardev += ",logappend=on,logfile=" + \
                    os.path.abspath(log).replace(",", ",,")
            args += ["-chardev", chardev, "-serial", "chardev:console",
                     "-mon", "chardev=console"]
        else:
            fd = far_console.fileno()
            kind = f"file,id=console,path=/dev/fd/{fd}" if settings.replay \
                else f"socket,id=console,fd={fd}"
            args += ["-chardev", kind, "-serial", "chardev:console"]
            passed.append(fd)
        if settings.stub:
            args += ["-serial", settings.stub]
        if interrupts:
            args += ["-d", "int,cpu_reset", "-D", interrupts]
        self.errors = tempfile.TemporaryFile()
        try:
            self.process = subprocess.Popen(
                args, cwd=folder, pass_fds=passed,
                stdin=None if interactive else subprocess.DEVNULL,
                stdout=None if interactive else self.errors,
                stderr=None if interactive else self.errors,
                start_new_session=not interactive,
                preexec_fn=die_with_parent)
        except OSError as error:
            raise MachineError(f"{args[0]}: {error.strerror}") from error
        finally:
            far_qmp.close()
            if far_console:
                far_console.close()
        self.qmp.setblocking(False)
        self._send({"execute": "qmp_capabilities"})

    # ------------------------------------------------------------- the monitor

    def _send(self, message):
        try:
            self.qmp.setblocking(True)
            self.qmp.sendall(json.dumps(message).encode() + b"\n")
        except OSError:
            pass                # it is gone; wait() will tell how
        finally:
            self.qmp.setblocking(False)

    def read_qmp(self):
        """Take in what the monitor said; return false at its end."""
        try:
            data = self.qmp.recv(65536)
        except BlockingIOError:
            return True
        except OSError:
            return False
        self._qmp_text += data
        *lines, self._qmp_text = self._qmp_text.split(b"\n")
        for line in lines:
            try:
                message = json.loads(line)
            except ValueError:
                continue
            if "event" in message:
                self.events.append(message)
            elif "id" in message:
                self._answers[message["id"]] = message
        return bool(data)

    def pty(self, label):
        """The pseudo terminal that a serial line is."""
        for line in self.ask("query-chardev", limit=60.0) or []:
            if line["label"] == label:
                return line["filename"].partition(":")[2]
        raise MachineError(f"{label} has no pseudo terminal")

    def ask(self, command, limit=2.0, **arguments):
        """Run a monitor command and return its result, or None."""
        self._next_id += 1
        message = {"execute": command, "id": self._next_id}
        if arguments:
            message["arguments"] = arguments
        self._send(message)
        end = time.monotonic() + limit
        while self._next_id not in self._answers:
            left = end - time.monotonic()
            with selectors.DefaultSelector() as selector:
                selector.register(self.qmp, selectors.EVENT_READ)
                if left <= 0 or not selector.select(left) or \
                        not self.read_qmp():
                    return None
        return self._answers.pop(self._next_id).get("return")

    def program_counter(self):
        """The address the processor is at, or None."""
        text = self.ask("human-monitor-command",
                        **{"command-line": "info registers"})
        for word in (text or "").split():
            if word.startswith("EIP="):
                return int(word[4:], 16)
        return None

    @property
    def was_reset(self):
        """Did the guest ask for a reset (or fault three times)?"""
        # Then QEMU ends with 0, and Tine with another status.
        if self.replayed:
            return self.process.poll() == 0
        while self.read_qmp() and self.process.poll() is None:
            if not self._readable(self.qmp, 0):
                break
        return any(event["event"] == "SHUTDOWN" and
                   event.get("data", {}).get("reason") == "guest-reset"
                   for event in self.events)

    # ------------------------------------------------------------- the console

    @staticmethod
    def _readable(sock, limit):
        with selectors.DefaultSelector() as selector:
            selector.register(sock, selectors.EVENT_READ)
            return bool(selector.select(limit))

    def read_console(self, limit):
        """Return new output; b"" at the end, None if none came in time."""
        if not self._readable(self.console, limit):
            return None
        try:
            return self.console.recv(65536)
        except ConnectionError:
            return b""

    def write_console(self, data):
        try:
            self.console.sendall(data)
        except OSError:
            pass

    # ----------------------------------------------------------------- the end

    def wait(self, limit=5.0):
        """Wait for QEMU, which has ended its console; its exit status."""
        try:
            return self.process.wait(limit)
        except subprocess.TimeoutExpired:
            self.kill()
            return None

    def error_text(self):
        self.errors.seek(0)
        return self.errors.read().decode("utf-8", "replace").strip()

    def wait_for(self, path, limit=60.0):
        """Until QEMU has made the socket; its last words if it does not."""
        end = time.monotonic() + limit
        while not os.path.exists(path):
            if self.process.poll() is not None or time.monotonic() > end:
                raise MachineError("QEMU has not started: " +
                                   self.error_text())
            time.sleep(0.02)

    def end(self):
        """End QEMU; what the console has said can still be read.  It may
        have something to finish: a record of inputs, the user's terminal."""
        if self.process is None or self.process.poll() is not None:
            return
        self.process.terminate()
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def kill(self):
        self.end()
        for sock in (self.console, self.qmp):
            if sock is not None:
                sock.close()
