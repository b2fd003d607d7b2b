#!/usr/bin/env python3
"""Tests of the programs of the root file system.

All commands are run in one boot, by the shell of the guest; each test here
looks at those of one program.  A case is (command, status, output).  The
output is that of both standard output and error, as text or as a compiled
pattern for all of it.

The commands of one program run one after the other in a folder of its own,
which begins with the files below.
"""

import os
import re
import shutil
import tempfile

import tap
from tap import tine

GONE = "No such file or directory\n"

FILES = """
printf 'one\\ntwo\\nthree\\n' >f
printf 'b 2\\na 10\\nc 1\\na 10\\n' >g
mkdir d; echo inner >d/x; ln -s f l
"""


# More folders in each other than a process has descriptors.
DEEP = """
t=t; for i in $(seq 100); do t=$t/t; done
mkdir -p $t; echo low >$t/bottom
"""

# A folder in which the name of the file $n has no room.
LONG = """
n=$(printf %0200d 0); touch $n
t=$(printf %0253d 0); t=$t/$t/$t/$t; mkdir -p $t
"""

# How those end whose output cannot be written.
UNWRITTEN = {
    1: ("basename a", "cut -c 1 f", "date", "dirname a", "dmesg", "find f",
        "fstat", "head f", "hexdump f", "id", "ktrace true && kdump",
        "touch a; accton a; true; accton; lastcomm -f a", "lockstat -n 1",
        "logname", "ls f", "memhog 1", "more f", "prof -n 1", "pstree 1",
        "/bin/pwd", "seq 1", "stty", "sysctl kern.ostype", "sysctl -a",
        "tail f", "top -b -n 2 -d 0", "tr a b <f", "uname", "uniq f",
        "uptime", "vmstat", "wc f", "wc <f", "whoami"),
    2: ("tr o O <f >h; cmp f h", "cmp -l f h", "/bin/echo a", "expr 1",
        "grep o f", "/bin/kill -l", "printenv PATH", "printenv",
        "/bin/printf a", "ps", "sort f"),
    125: ("env",),
}

ANY_ERROR = "a failure"         # as a status: any but 0


def say(pattern):
    """A pattern over all of the output."""
    return re.compile(pattern, re.S)


CASES = {
    "cat": [
        ("cat f d/x", 0, "one\ntwo\nthree\ninner\n"),
        ("cat <f", 0, "one\ntwo\nthree\n"),
        ("echo in | cat f - ", 0, "one\ntwo\nthree\nin\n"),
        ("cat -n f | tail -n 1", 0, say(r" +3\tthree\n")),
        ("cat none f", 1, "cat: none: " + GONE + "one\ntwo\nthree\n"),
        ("cat d", 1, "cat: d: Is a directory\n"),
        ("cat -Q", 2, say("cat: .*usage: cat .*")),
    ],
    "cp": [
        ("cp f f2 && cmp f f2; ls -1", 0, "d\nf\nf2\ng\nl\n"),
        ("cp f g d && ls -1 d", 0, "f\ng\nx\n"),
        ("cp -r d e && ls -1 e && cat e/x", 0, "f\ng\nx\ninner\n"),
        ("chmod 751 f2; cp f2 f3; ls -l f3 | cut -c1-10", 0,
         "-rwxr-x--x\n"),
        ("cp none x", 1, "cp: none: " + GONE),
        ("cp f g none", 1, say("cp: none: .*")),
        ("head -c 20000 /dev/zero >long; "
         "(ulimit -f 8; trap '' XFSZ; cp long o); wc -c <o; rm long o", 0, say("cp: o: File too large\n *4096\n")),
        ("cp d x", 1, say("cp: d.* directory.*\n")),
        ("cp f f; cat f", 0, say("cp: .*one\ntwo\nthree\n")),
        ("cp f", 2, say("usage: cp .*")),
        ("touch -r d/x g; chown 12:34 g; chmod 4755 g; cp -p g k; "
         "ls -ln k; [ k -nt g ] || [ g -nt k ] || echo same", 0,
         say(r"-rwsr-xr-x +1 12 +34 .*\nsame\n")),
        ("mkdir -m 777 w; setuidgid 1000 cp -p g w; ls -ln w/g", 0,
         say(r"-rwxr-xr-x +1 1000 .*")),
        ("cp -r d d", 1, "cp: d/d: not copied into itself\n"),
        ("rm -r d/d; mkdir h; cp -r d h; echo more >d/f; touch h/d/new; "
         "cp -R d h && cat h/d/f && ls -1 h/d", 0,
         "more\nf\ng\nnew\nx\n"),
        ("mkdir c; ln -s . c/a; mkdir c/b; ln -s .. c/b/a; ln -s ../d c/d; "
         "cp -r c u; s=$?; find u | sort | head -n 4; rm -r c u; exit $s", 1,
         "cp: c/a: a link back to a folder it is in\n"
         "cp: c/b/a: a link back to a folder it is in\n"
         "u\nu/b\nu/d\nu/d/f\n"),
        ("echo f >w/d; cp -r d w", 1, "cp: w/d: not a directory\n"),
        ("mkfifo q; cp -r q r", 1,
         "cp: q: is a pipe or device (not copied)\n"),
        (DEEP + "cp -r t u && find u -name bottom | wc -c; ls -R u | wc -l; "
         "rm -r t u", 0, say(r" *209\n +301\n")),
        (LONG + "cp $n $t && echo copied; ls $t; rm -r 0*", 0,
         say("cp: 0.*0: File name too long\n")),
        ("mkdir -m 555 i; cp -r i j; (umask 77; cp -r i m); "
         "ls -ld j m | cut -c1-10", 0, "dr-xr-xr-x\ndr-x------\n"),
        ("mkdir -p s/t n; touch s/o; cp -r s/t/.. n; ls -1 n", 0, "o\nt\n"),
    ],
    "ktrace": [
        ("ktrace -i sh -c 'ls -1 | wc -l' && kdump -t c >k; "
         "grep -c 'sh  *RET   fork 0$' k; "
         "cut -c1-6 k | sort -u | wc -l | tr -d ' '", 0,
         say(" *5\n2\n3\n")),
        ("ktrace -f t -t c true; kdump -f t | tail -n 1", 0,
         say(r" *\d+ true  *CALL  exit\(0\)\n")),
        ("ktrace -t n cat f >o; kdump", 0,
         say(r'.*NAMI  "/bin/cat"\n *\d+ cat  *NAMI  "f"\n')),
        ("ktrace -t i cat f >o; kdump | tail -n +3", 0,
         say(r'.*GIO   fd 1 wrote 14 bytes\n       "one\\n\n'
             r'        two\\n\n        three\\n"\n.*')),
        ("ktrace -t cs sh -c 'kill $$'; kdump | tail -n 1", 0,
         say(r".*PSIG  SIGTERM SIG_DFL\n")),
        ("ktrace -t cw sleep 0.5; kdump | grep -v user", 0,
         # Where the clock is late it sleeps once more.
         say(r".*CALL  nano.*\n(.*CSW   stop kernel\n"
             r".*CSW   resume kernel\n)+.*RET   nanosleep 0\n.*")),
        # Not before it is the program that it is going to be.
        ("sh -c 'while :; do sleep 0.02; done' & "
         "until grep -q ' wait ' /proc/$!/status; do :; done; "
         "ktrace -t w -p $!; "
         "ktrace -c -p $!; s=$(wc -c <ktrace.out); sleep 0.2; kill $!; "
         "[ $s = $(wc -c <ktrace.out) ] && echo same", 0, "same\n"),
        ("ktrace -a true; ktrace -a true; kdump | grep -c 'CALL  exit'", 0,
         "2\n"),
        ("sleep 50 & until grep -q nanslp /proc/$!/status; do :; done; "
         "ktrace -p $! && ktrace -c -p $! && ktrace -C; s=$?; "
         "kill $!; echo $s; wc -c <ktrace.out | tr -d ' '", 0, "0\n0\n"),
        ("ktrace -p 99999", 1, say("ktrace: .*No such process\n")),
        ("ktrace -c -f none", 1, "ktrace: none: " + GONE),
        ("ktrace -f l true; ls -l l | cut -c1", 0, "-\n"),
        ("ln -s f m; ktrace -a -f m true", 1,
         say("ktrace: m: Too many links\n")),
        ("ktrace none", 127, "ktrace: none: " + GONE),
        ("ktrace", 2, say("usage: ktrace .*")),
        ("ktrace -t xyz true", 2, say("usage: ktrace .*")),
        ("ktrace -p 0", 2, say(r"ktrace: 0: not a number .*")),
        ("ktrace -g 9x", 2, say(r"ktrace: 9x: .*")),
    ],
    "accton": [
        ("touch a; accton a && /bin/true; (exit 3); accton; "
         "lastcomm -f a | cut -c1-24", 0,
         say(r"sh +-F *\ntrue +- *\naccton +-S *\n")),
        ("accton none", 1, "accton: none: " + GONE),
        ("setuidgid 77 accton f", 1,
         "accton: f: Operation not permitted\n"),
        ("accton a b", 2, say("usage: accton .*")),
    ],
    "lastcomm": [
        ("touch a; accton a; setuidgid 77 sh -c 'kill $$'; (true); accton; "
         "lastcomm -f a sh | cut -c1-32 && lastcomm -f a 77 | wc -l", 0,
         say(r"Terminated\nsh +-F +root *\nsh +-SX +77 *\n *1\n")),
        ("touch a; accton a; sleep 0.2; accton; "
         "lastcomm -f a -e sleep | cut -c42-53", 0,
         # Counted in 1/64 s, the rest is cut off; how much more it may be
         # depends on the host.
         say(r" +(0\.(18|19|[2-9]\d)|[1-9]\d*\.\d\d) es\n")),
        ("touch a; accton a; /bin/true; accton; lastcomm -us -f a true; "
         "lastcomm -E -f a true; lastcomm -f a none", 0,
         say(r"true .* us +\d+\.\d\d sy .*\ntrue .* secs .* - .*\n")),
        ("lastcomm -f none", 1, "lastcomm: none: " + GONE),
        ("lastcomm -z", 2, say("lastcomm: .*usage: lastcomm .*")),
    ],
    "prof": [
        ("prof -n 60", 0,
         say(r"collatz \(parent\) +[1-9].*random_sum \(child\) +[1-9].*#.*"
             r"other .*\n")),
        ("prof x", 2, say("usage: prof .*")),
        ("prof -n x", 2, say(r"prof: x: .*")),
    ],
    "kdump": [
        ("kdump", 1, "kdump: ktrace.out: " + GONE),
        ("ktrace true; kdump -d | grep -c 0x; kdump -T | head -n 1", 0,
         say(r"0\n *\d+ ktrace  *\d+\.\d{6} RET   ktrace 0\n")),
        ("ktrace true; kdump -R | head -n 1", 0,
         say(r" *\d+ ktrace  *0\.000000 RET   ktrace 0\n")),
        ("ktrace true; kdump -p 1; kdump -n -m 0 -t i", 0, ""),
        ("ktrace cat none; kdump | grep -c 'errno 2 No such'; "
         "kdump -n | grep 'errno 2$' | wc -l | tr -d ' '", 0,
         "cat: none: " + GONE + "1\n1\n"),
        ("ktrace true; head -c 50 ktrace.out >c; kdump -f c", 1,
         "kdump: c: a record is cut off\n"),
        ("kdump -f f", 1, "kdump: f: a record is cut off\n"),
        ("kdump -f /dev/null; kdump -f d", 1,
         "kdump: d: Is a directory\n"),
        ("kdump -p abc", 2, say("kdump: abc: not a number .*")),
        ("yes | head -c 100 >y; kdump -f y", 1,
         say("kdump: bogus length of a record: .*\n")),
        ("kdump x", 2, say("usage: kdump .*")),
    ],
    "more": [
        ("more f d/x | cat", 0, "one\ntwo\nthree\ninner\n"),
        ("more <f | cat", 0, "one\ntwo\nthree\n"),
        ("more none f | cat; more none", 1, say("more: none: .*one\n.*")),
        ("more -Q", 2, say("more: .*usage: more .*")),
        ("more d f | tail -n 1; more d", 1,
         say("more: d: Is a directory\nthree\nmore: d: Is .*")),
    ],
    "mv": [
        ("mv f h && ls -1 && cat h", 0, "d\ng\nh\nl\none\ntwo\nthree\n"),
        ("mv h g d && ls -1 d", 0, "g\nh\nx\n"),
        ("mv d e && ls -1 e", 0, "g\nh\nx\n"),
        ("mv none x", 1, say("mv: .*none.*: " + GONE)),
        ("mkdir k; mv k k/k", 1, say("mv: .*: Invalid argument\n")),
        (LONG + "mv $n $t && echo moved; ls $t; [ -f $n ] && rm -r 0*", 0,
         say("mv: 0.*0: File name too long\n")),
        ("mv x", 2, say("usage: mv .*")),
    ],
    "rm": [
        ("rm -rf . .. d/../ //; ls -1", 0,
         "rm: .: not removed\nrm: ..: not removed\nrm: d/../: not removed\n"
         "rm: //: not removed\nd\nf\ng\nl\n"),
        ("rm f g && ls -1", 0, "d\nl\n"),
        ("rm l && ls", 0, "d\n"),
        ("rm d; ls", 0, say("rm: d: .*directory\nd\n")),
        ("rm -r d && ls", 0, ""),
        (DEEP + "chmod -R 700 t && chown -R 1 t && "
         "find t -user 1 -perm 700 | wc -l; grep -r low t | wc -c; "
         "rm -r t && ls", 0, say(r" *102\n +213\n")),
        ("mkdir -p w/a; touch w/a/x w/y w/z; chmod 777 w; "
         "setuidgid 1000 rm -r w; find w | sort; rm -r w", 0,
         "rm: w/a/x: Permission denied\nrm: w/a: Directory not empty\n"
         "rm: w: Permission denied\nw\nw/a\nw/a/x\n"),
        ("rm none", 1, "rm: none: " + GONE),
        ("rm -f none", 0, ""),
        ("rm", 2, say("usage: rm .*")),
        ("for i in $(seq 8); do mkdir r; (cd r; touch $(seq 300)); "
         "rm -rf r & rm -rf r; wait; done; ls", 0, ""),
    ],
    "mkdir": [
        ("mkdir a a/b && ls a", 0, "b\n"),
        ("mkdir -p p/q/r p/q && ls p/q", 0, "r\n"),
        ("mkdir -m 700 m && ls -ld m | cut -c1-10", 0, "drwx------\n"),
        ("mkdir -m 777 w; mkdir -pm 1777 w/x/y; ls -ld w w/x w/x/y | "
         "cut -c1-10", 0, "drwxrwxrwx\ndrwxr-xr-x\ndrwxrwxrwt\n"),
        ("mkdir d", 1, "mkdir: d: File exists\n"),
        ("mkdir none/x", 1, say("mkdir: none.*: " + GONE)),
        ("mkdir", 2, say("usage: mkdir .*")),
        ("mkdir -m 8 n", 2, say(r"mkdir: 8: bad mode\n")),
        ("mkdir -m 10000 n", 2, say(r"mkdir: 10000: bad mode\n")),
        ("mkdir -p '' z/y; ls -d z/y", 0, "mkdir: : " + GONE + "z/y\n"),
        ("ktrace -t c mkdir -m 711 s; kdump | grep -o 'mkdir(.*'", 0,
         say(r"mkdir\(0x[0-9a-f]+,0x1c9\)\n")),
        ("umask 777; mkdir -p u/v/; ls -ld u u/v | cut -c1-10", 0,
         "d-wx------\nd---------\n"),
    ],
    "rmdir": [
        ("mkdir e && rmdir e && ls -1", 0, "d\nf\ng\nl\n"),
        ("rmdir d", 1, "rmdir: d: Directory not empty\n"),
        ("rmdir f", 1, "rmdir: f: Not a directory\n"),
        ("rmdir none", 1, "rmdir: none: " + GONE),
        ("mkdir -p a/b//c && rmdir -p a/b//c/ && ls -1", 0, "d\nf\ng\nl\n"),
        ("mkdir -p a/b/c; touch a/x; rmdir -p a/b/c; ls -1 a", 0,
         "rmdir: a: Directory not empty\nx\n"),
        ("rmdir -Q", 2, say("rmdir: .*usage: rmdir .*")),
        ("rmdir", 2, say("usage: rmdir .*")),
    ],
    "ln": [
        ("ln f k && echo more >>f && tail -n 1 k", 0, "more\n"),
        ("ln -s d/x s && cat s", 0, "inner\n"),
        ("ln f g", 1, say("ln: .*: File exists\n")),
        ("ln -f f g && tail -n 1 g", 0, "more\n"),
        ("ln -f d g; cat g", 0, say("ln: d: Is a directory\none.*more\n")),
        ("ln none k2", 1, say("ln: .*none.*: " + GONE)),
        ("ln -f f f; ln -sf f f; ln -f l f; head -n 1 f", 0,
         "ln: f and f are the same file\n" * 2 +
         "ln: l and f are the same file\none\n"),
        ("ln f s d && ls -1F d && ln -sf g k d; ls -1F d", 0,
         "f\ns\nx\nf\ng@\nk@\ns\nx\n"),
        ("ln f none d; ls -1 d/f", 0, "ln: d/f: File exists\n"
         "ln: none: " + GONE + "d/f\n"),
        ("ln f g none", 1, "ln: none: not a directory\n"),
        ("mkdir -p e/f; ln -f f e; ln -sf f e", 1,
         "ln: e/f: Operation not permitted\n" * 2),
        ("ln", 2, say("usage: ln .*")),
        ("mkdir e; ln -s d/ e; ls -l e/d", 0, say(".* e/d -> d/\n")),
    ],
    "ls": [
        ("ls", 0, "d  f  g  l\n"),
        ("ls | cat; ls -1", 0, "d\nf\ng\nl\n" * 2),
        ("touch .h; ls -1a; ls -1A", 0,
         ".\n..\n.h\nd\nf\ng\nl\n.h\nd\nf\ng\nl\n"),
        ("ls -1F; ls -d d; ls -1R", 0,
         "d/\nf\ng\nl@\nd\n"
         "d\nf\ng\nl\n\n./d:\nx\n"),
        ("ls -l f l", 0, say(r"-rw-r--r-- +1 root +\w+ +14 .* f\n"
                             r"lrwx\S+ +1 root +\w+ +1 .* l -> f\n")),
        ("ls -1S f g; ls -1r f g", 0, "g\nf\ng\nf\n"),
        ("ls none f", 1, "ls: none: " + GONE + "f\n"),
        ("ls -Q", ANY_ERROR, say("ls: .*usage: ls .*")),
        ("touch t1; sleep 0.05; touch t2; ls -1t t1 t2; ls -1tr t1 t2", 0,
         "t2\nt1\nt1\nt2\n"),
    ],
    "echo": [
        ("/bin/echo a  'b  c'", 0, "a b  c\n"),
        ("/bin/echo -n x; /bin/echo", 0, "x\n"),
        ("/bin/echo -e 'a\\tb'", 0, "a\tb\n"),
    ],
    "printf": [
        ("/bin/printf '%s-%d|%5.1f|%c\\n' ab 7 2.25 z", 0,
         say(r"ab-7\|  2\.[23]\|z\n")),
        ("/bin/printf '%d\\n' abc", 1, say(".*abc.*")),
        ("/bin/printf", 2, say("usage: printf .*")),
    ],
    "test": [
        ("/bin/test -f f && /bin/[ -d d ] && /bin/[ ! -e none ]", 0, ""),
        ("/bin/test 3 -gt 10", 1, ""),
        ("/bin/test -L l && /bin/test -s f && /bin/test -x /bin/sh", 0, ""),
        ("/bin/test f -nt none", 0, ""),
        ("/bin/test 1 -eq x", 2, say(".*x.*")),
        ("/bin/[ a", 2, say(r".*\].*")),
        # Two strings, whatever they look like; not so where there are more.
        ("[ -n -a x ] && [ ! -a x ] && [ -n -o '' ] && [ ! '' -a -d ] && "
         "! [ -n -a '' ] && ! [ ! -n -o x ] && ! [ -n '' -a x = x ]", 0, ""),
    ],
    "expr": [
        ("expr 2 + 3 '*' 4; expr 7 / 2; expr 7 % 4", 0, "14\n3\n3\n"),
        ("expr length abcd; expr substr abcd 2 2", 0, "4\nbc\n"),
        ("expr 3 '<' 10; expr a = b", 1, "1\n0\n"),
        ("expr '' '|' x; expr 1 '&' 2", 0, "x\n1\n"),
        # A match is at the beginning: its length, or what the group is.
        ("expr abcabc : 'a[^c]*'; expr abc : b; expr abc : abcd", 1,
         "2\n0\n0\n"),
        ("expr /a/b/c.d : '.*/\\(.*\\)\\.d'; expr abc : 'a\\(x*\\)'; "
         "expr abc : 'x\\(.*\\)'", 1, "c\n\n\n"),
        ("expr foobar : '\\(foo\\|foobar\\)'; expr aabb : '\\(a*\\)*'; "
         "expr abab : '\\(ab\\)\\1$'; expr aaa : 'a\\{2\\}$'; echo $?", 0,
         "foobar\naa\nab\n0\n1\n"),
        ("expr 2 '*' abc : '.*' + 1; expr x : '\\(x\\)' : x; "
         "expr 'a\nb' : '.*'", 0, "7\n1\n3\n"),
        ("expr a : '\\(a'; expr a :", 2,
         "expr: \\(a: ( without )\nexpr: argument expected\n"),
        ("expr 1 / 0", 2, say("expr: .*zero.*")),
        ("expr 1 +", 2, say("expr: .*")),
        ("expr", 2, say("usage: expr .*")),
        ("m=9223372036854775807; n=-9223372036854775808; expr $m + 1; "
         "expr $n - 1; expr $n / -1; expr 4294967296 '*' 2147483648", 2,
         "expr: the result is too large\n" * 4),
        ("expr -9223372036854775807 - 1; expr -4294967296 '*' 2147483648; "
         "expr -9223372036854775808 % -1", 1,
         "-9223372036854775808\n-9223372036854775808\n0\n"),
        ("expr 9223372036854775808 '>' 1", 2,
         "expr: 9223372036854775808: too large\n"),
        ("expr 99999999999999999999 : '\\(.*\\)'", 0,
         "99999999999999999999\n"),
        ("expr '' '|' 00; expr '' '|' ''", 1, "00\n0\n"),
    ],
    "seq": [
        ("seq 3; seq 2 4; seq 5 -2 1", 0, "1\n2\n3\n2\n3\n4\n5\n3\n1\n"),
        ("seq 2 1", 0, ""),
        ("seq x", ANY_ERROR, say("seq: .*x.*")),
        ("seq", 2, say("usage: seq .*")),
        ("seq 2147483647 2147483647", 0, "2147483647\n"),
        ("seq 99999999999 99999999999", 2, say(r"seq: 99999999999: not a number .*")),
        ("seq -- -1 1; seq -2 -1 -3", 0, "-1\n0\n1\n-2\n-3\n"),
    ],
    "head": [
        ("head -n 2 f; seq 30 | head | wc -l", 0, say("one\ntwo\n +10\n")),
        ("head -c 5 f; echo", 0, "one\nt\n"),
        ("head -n 1 f d/x", 0, say("==> f <==\none\n\n==> d/x <==\ninner\n")),
        ("head none", 1, "head: none: " + GONE),
        ("head -n 1 none f g; (head -n 1; cat) <f; (head -c 2; cat) <f", 0,
         "head: none: " + GONE + "==> f <==\none\n\n==> g <==\nb 2\n" +
         "one\ntwo\nthree\n" * 2),
        ("head -n x f", ANY_ERROR, say("head: .*x.*")),
        ("head -Q", ANY_ERROR, say("head: .*usage: head .*")),
        ("head -n 99999999999 f", 2, say(r"head: 99999999999: .*")),
        ("head -2 f; head -n 1 d f", 1,
         "one\ntwo\n==> d <==\nhead: d: Is a directory\n\n==> f <==\none\n"),
    ],
    "tail": [
        ("tail -n 1 none f g; echo end | tail -f; echo end | tail -f -", 0,
         "tail: none: " + GONE + "==> f <==\nthree\n\n==> g <==\na 10\n"
         "end\nend\n"),
        ("tail -f f 1<g", 1, "tail: write: Bad file descriptor\n"),
        ("tail -n 2 f; seq 30 | tail | head -n 1", 0, "two\nthree\n21\n"),
        ("tail -n +2 f; tail -c 4 f", 0, "two\nthree\nree\n"),
        ("tail none", 1, "tail: none: " + GONE),
        ("tail -1 f; tail +3 f; tail d", 1,
         "three\nthree\ntail: d: Is a directory\n"),
        ("tail -Q", ANY_ERROR, say("tail: .*usage: tail .*")),
        ("tail -n x f", 2, say(r"tail: x: .*")),
        ("tail -n -2147483648 f", 2, say(r"tail: 2147483648: .*")),
    ],
    "wc": [
        ("wc f", 0, say(r" +3 +3 +14 f\n")),
        ("wc -l <g; wc -w g; wc -c d/x", 0,
         say(r" *4\n *8 g\n *6 d/x\n")),
        ("wc -l f g", 0, say(r" *3 f\n *4 g\n *7 total\n")),
        ("wc none", 1, "wc: none: " + GONE),
        ("wc -Q", ANY_ERROR, say("wc: .*usage: wc .*")),
    ],
    "grep": [
        ("grep o f; grep -v o f; grep -c . f; grep -n two f", 0,
         "one\ntwo\nthree\n3\n2:two\n"),
        ("grep '^t.*e$' f; grep -E 'one|thr+' f; grep -F 'a 1' g", 0,
         "three\none\nthree\na 10\na 10\n"),
        ("grep -i ONE f; grep -x tw f; grep -l inner f d/x; grep -r inner d",
         0, "one\nd/x\nd/x:inner\n"),
        ("grep -q two f; echo $?; grep -q zzz f", 1, "0\n"),
        ("grep '[[:digit:]][0-9]' g; grep -E '(a|b) [0-9]$' g", 0,
         "a 10\na 10\nb 2\n"),
        ("grep x none", 2, "grep: none: " + GONE),
        ("grep in d; grep -s in d; echo $?; grep -q two f d", 0,
         "grep: d: Is a directory\n2\n"),
        ("grep -e zzz -e tw f; grep -ci 'T\\(W\\|H\\)' f", 0, "two\n2\n"),
        ("mkdir c; ln -s . c/a; ln -s . c/b; ln -s ../f c; ln -s c k; "
         "echo two >c/x; grep -r two c k; rm -r c k", 0,
         "c/x:two\nk/x:two\n"),
        ("grep -w t f; echo 'a-t t_x' | grep -c -w t; "
         "echo 'two twos' | grep -ow 'two*s*'", 0, "1\ntwo\ntwos\n"),
        ("grep -o '[eo].' f; grep -no 'e*' f; grep -ow 'e' f; echo $?; "
         "echo aaba | grep -o '^a'", 0,
         "on\nee\n1:e\n3:ee\n1\na\n"),
        ("echo abcd | grep -oe bc -e b -e cd; grep -vo two f; echo $?", 0,
         "bc\n0\n"),
        ("printf 'tw\\n^o\\n' >p; grep -f p f; grep -Ff p f; "
         "echo hre | grep -f - f; printf '\\n' >q; grep -cf q f", 0,
         "one\ntwo\ntwo\nthree\n3\n"),
        ("printf 'tw\\0\\no\\n' >p; grep -f p f", 2,
         "grep: p: a NUL in a pattern\n"),
        (">p; grep -f p f; echo $?; grep -vcf p f; grep -f none f", 2,
         "1\n3\ngrep: none: " + GONE),
        ("echo inner >p; grep -f p -e 'two\none' f d/x; >p; "
         "grep -cf p -e two f", 0, "f:one\nf:two\nd/x:inner\n1\n"),
        # Several expressions on one line each, and a long list of them.
        ("grep 'two\nthree' f; seq 500 >p; echo 499 | grep -xf p", 0,
         "two\nthree\n499\n"),
        ("grep 'e\\{2\\}' f; grep -E 't(w|h){1}[^e]' f; "
         "grep -E 'o{2,}|^.{5}$' f; grep -c 'e\\{0,\\}' f", 0,
         "three\ntwo\nthree\nthree\n3\n"),
        ("grep '\\(.\\)\\1' f; grep -E '(.)\\1' f; "
         "grep -i '\\(E\\)\\1' f; echo abcabc | grep -o '\\(.*\\)\\1'", 0,
         "three\nthree\nthree\nabcabc\n"),
        # No time that doubles with each character.
        ("x=$(printf '%0100d' 0); echo $x | grep -E '(0*)*(0*)*\\1x'; "
         "echo $x | grep -cE '(0?){100}0{100}'", 0, "1\n"),
        ("echo A | grep -i '[[:upper:]]'; echo 'a]' | grep -o '[[.].]x]'", 0,
         "A\n]\n"),
        ("for e in '\\(a' 'a\\)' 'a\\{1' 'a\\{2,1\\}' 'a\\{256\\}' '[a' '[b-a]' "
         "'[[:none:]]' 'a\\' '\\1' '\\{1\\}'; do grep -e \"$e\" f; "
         "[ $? = 2 ] || echo $e; done", 0,
         say(r"(grep: [^\n]*: [^\n]+\n){11}")),
        ("(grep -q one; cat) <f; (grep -l one; cat) <f", 0,
         "two\nthree\n(standard input)\ntwo\nthree\n"),
        ("grep -cq zzz f; echo $?; grep -q two none f", 0,
         say("1\ngrep: none.*")),
        ("grep -s two none; echo $?; grep -e", 2, say("2\ngrep: .*usage.*")),
        ("grep '[' f", 2, say("grep: .*")),
        ("grep", 2, say("grep: which pattern.*")),
        ("grep -Q x", 2, say("grep: .*usage: grep .*")),
    ],
    "sort": [
        ("sort g; sort -u g; sort -r f", 0,
         "a 10\na 10\nb 2\nc 1\na 10\nb 2\nc 1\ntwo\nthree\none\n"),
        ("sort -k 2 -n g; cut -d ' ' -f 2 g | sort -n | tail -n 1", 0,
         "c 1\nb 2\na 10\na 10\n10\n"),
        ("seq 500 | sort | tail -n 1; seq 500 | sort -n | tail -n 1", 0,
         "99\n500\n"),
        ("printf 'b 2 x\\na 10 y\\nb 10 z\\na 2 w\\n' >k; sort -k 1,1 -k 2,2n k; "
         "sort -k 1,1r -k 2n k; sort -k 2,2n -k 1,1r k", 0,
         "a 2 w\na 10 y\nb 2 x\nb 10 z\nb 2 x\nb 10 z\na 2 w\na 10 y\n"
         "b 2 x\na 2 w\nb 10 z\na 10 y\n"),
        # A key with letters of its own has none of the others.
        ("sort -n -k 2 k | head -n 1; sort -n -k 2r k | head -n 1; "
         "sort -r -k 2,2n k; sort -u -k 2,2n k", 0,
         "a 2 w\nb 2 x\nb 2 x\na 2 w\nb 10 z\na 10 y\nb 2 x\na 10 y\n"),
        ("sort -s -k 2,2 k; sort -u -k 1,1 k; sort -nuk 2,2 k", 0,
         "a 10 y\nb 10 z\nb 2 x\na 2 w\na 10 y\nb 2 x\nb 2 x\na 10 y\n"),
        ("printf 'x:b:3\\ny::2\\nz:a:1\\n' >k; sort -t : -k 2 k; "
         "sort -t : -k 3n k | head -n 1; sort -t: -k1.1,1.1r k | head -n 1", 0,
         "y::2\nz:a:1\nx:b:3\nz:a:1\nz:a:1\n"),
        ("printf 'a1c\\na2b\\na3a\\n' >k; sort -k 1.3 k; "
         "sort -k 1.2,1.2nr k; printf '  b\\n a\\n' >k; sort k; "
         "sort -b k; sort -k 1b,1 k; sort -k 1.2b k", 0,
         "a3a\na2b\na1c\na3a\na2b\na1c\n  b\n a\n a\n  b\n a\n  b\n"
         "  b\n a\n"),
        ("printf 'b\\nA\\na\\nB\\n' >k; sort -f k; sort -fu k; "
         "sort -k 1,1fr k", 0, "A\na\nB\nb\nA\nb\nB\nb\nA\na\n"),
        ("printf '1e3\\n-0\\n.5\\n0x9\\n-1.50\\n-1.5\\n0\\n00.49\\n"
         "20000000000000000001\\n20000000000000000000\\n' >k; sort -sn k", 0,
         "-1.50\n-1.5\n-0\n0x9\n0\n00.49\n.5\n1e3\n20000000000000000000\n"
         "20000000000000000001\n"),
        ("printf 'a-c\\nab\\n' >k; sort k; sort -d k; printf 'b\\001\\nba\\n' | "
         "sort -i | tail -n 1 | wc -c", 0, say(r"a-c\nab\nab\na-c\n *3\n")),
        ("sort -c f; sort -c g; echo $?; sort -C g; echo $?; "
         "sort -r f | sort -cr; sort -cu -k 1,1 f; sort g | sort -cu", 1,
         "sort: not in order: three\nsort: not in order: a 10\n1\n1\n"
         "sort: not in order: three\nsort: not in order: a 10\n"),
        ("sort -o g g; cat g; sort f >k; sort -m k g | tail -n 1; "
         "sort -c f g", 2,
         "a 10\na 10\nb 2\nc 1\ntwo\nsort: g: one file is checked at a time\n"),
        ("printf 'b\\0a\\na\\n' | sort | wc -c", 0, say(" *6\n")),
        ("sort -t ab f; sort -k 0 f; sort -k 1z f; sort -k 1.0 f; sort -k 1, f",
         2, "sort: ab: not one character\nsort: 0: bad key\nsort: 1z: bad key\n"
         "sort: 1.0: bad key\nsort: 1,: bad key\n"),
        ("sort none", 2, say("sort: .*none: " + GONE)),
        ("sort -Q", 2, say("sort: .*usage: sort .*")),
    ],
    "uniq": [
        ("sort g | uniq; sort g | uniq -d; sort g | uniq -u", 0,
         "a 10\nb 2\nc 1\na 10\nb 2\nc 1\n"),
        ("sort g | uniq -c | head -n 1", 0, say(" +2 a 10\n")),
        ("printf 'a\\na' | uniq -c; printf 'x\\0b\\nx\\0c\\nX\\0C' | uniq | "
         "tr '\\0' 0; printf 'x\\0b\\nX\\0B\\nx\\0c\\n' | uniq -i | tr '\\0' 0",
         0, say(" +2 a\nx0b\nx0c\nX0C\nx0b\nx0c\n")),
        ("uniq none", 1, "uniq: none: " + GONE),
        ("uniq d", 1, "uniq: read: Is a directory\n"),
        ("uniq -Q", ANY_ERROR, say("uniq: .*usage: uniq .*")),
        ("uniq f o x", 2, say("usage: uniq .*")),
    ],
    "cut": [
        ("cut -c 1-2 f; cut -d ' ' -f 2 g", 0, "on\ntw\nth\n2\n10\n1\n10\n"),
        ("echo a:b:c | cut -d : -f 1,3; echo abcdef | cut -c 2,4-", 0,
         "a:c\nbdef\n"),
        ("cut -c 1 none", 1, "cut: none: " + GONE),
        ("cut -b 2 d g", 1, "cut: d: Is a directory\n \n \n \n \n"),
        ("cut -f x f", ANY_ERROR, say("cut: .*")),
        ("cut f", 2, say("usage: cut .*")),
        ("echo a:b:c | cut -d : -f '1 3'; echo abcd | cut -c '2, 4'", 0,
         "a:c\nbd\n"),
        ("printf 'a\\0b\\n' | cut -f 1 | wc -c | tr -d ' '", 0, "4\n"),
        ("cut -f 1 -d '' f", 2, "cut: bad delimiter\n"),
        ("cut -f 1 -d ab f", 2, "cut: bad delimiter\n"),
        *[(f"cut {options} f", 2, say("usage: cut .*"))
          for options in ("-c 1 -f 1", "-c 1 -d :", "-b 1 -s")],
    ],
    "tr": [
        ("tr a-z A-Z <f", 0, "ONE\nTWO\nTHREE\n"),
        ("tr -d o <f; echo aabbc | tr -s ab", 0, "ne\ntw\nthree\nabc\n"),
        ("echo a1b2 | tr -cd '[:digit:]\\n'; echo 'a b' | tr ' ' '\\n'", 0,
         "12\na\nb\n"),
        *[(line, 2, say("usage: tr .*"))
          for line in ("tr", "tr a", "tr -d a b", "tr -ds a", "tr a b c")],
        ("echo aabbc | tr -ds a b", 0, "bc\n"),
        ("echo 'xG1 -' | tr -d '[:xdigit:]'; echo 'a b' | tr -C 'a-z\\n' _; "
         "echo 'a b' | tr -cd '[:graph:]'", 0, "xG -\na_b\nab"),
        ("echo 'a1 b' | tr -cs a-z '[\\n*]'", 0, "a\nb\n"),
        ("echo abcd | tr abcd '[x*2]y'; echo abcd | tr abcd '[x*]y'; "
         "echo '[a]' | tr '[=a=]' b; echo 'a[' | tr '[*' xy", 0,
         "xxyy\nxxxy\n[b]\nax\n"),
        ("tr '[:foo:]' y <f", 2, "tr: foo: no such class\n"),
        ("tr '[a*]' b <f", 2, "tr: [c*n] only in the second set\n"),
        ("tr a '' <f", 2, "tr: second set is empty\n"),
        ("tr a b <d", 1, "tr: read: Is a directory\n"),
    ],
    "tee": [
        ("echo x | tee a b; cat a b; echo y | tee -a a; cat a", 0,
         "x\nx\nx\ny\nx\ny\n"),
        ("echo x | tee a b 1<f; echo $?; cat a b; seq 5000 >n; "
         "(trap '' XFSZ; ulimit -f 8; tee o <n | cmp - n)", 0,
         "tee: stdout: Bad file descriptor\n1\nx\nx\n"
         "tee: o: File too large\n"),
        ("echo x | tee none/a", 1, say(".*tee: none/a: " + GONE + ".*")),
        ("{ until [ -s p ] && grep -q piperd /proc/$(cat p)/status; do :; "
         "done; kill -INT $(cat p); echo x; } | "
         "sh -c 'echo $$ >p; exec tee -i o'; cat o", 0, "x\nx\n"),
        ("tee -Q", ANY_ERROR, say("tee: .*usage: tee .*")),
    ],
    "cmp": [
        ("cp f f2; cmp f f2", 0, ""),
        ("echo onE >h; cmp f h", 1, say("f h differ: .*3, line 1\n")),
        ("printf one >h; cmp f h", 1, say("cmp: EOF on h.*\n")),
        ("cmp -s f h", 1, ""),
        ("cmp f none", 2, "cmp: none: " + GONE),
        ("cmp f", 2, say("usage: cmp .*")),
        ("cmp -ls f h", 2, say("usage: cmp .*")),
        ("cmp - - <f", 2, "cmp: only one file can be standard input\n"),
    ],
    "find": [
        ("find . | sort", 0, ".\n./d\n./d/x\n./f\n./g\n./l\n"),
        ("find . -type d | sort; find . -name 'x*'; find . -type l", 0,
         ".\n./d\n./d/x\n./l\n"),
        ("find d -type f -exec cat {} ';'", 0, "inner\n"),
        ("find . -name f -o -name g -o -name 'x*' | sort", 0,
         "./d/x\n./f\n./g\n"),
        ("find . ! -type d -a ! \\( -name f -o -type l \\) | sort; "
         "find . \\( -name f -o -name g \\) -type d", 0, "./d/x\n./g\n"),
        ("find . -name f -print -o -name g | sort; "
         "find . -name d -prune -o -print | sort", 0,
         "./f\n.\n./f\n./g\n./l\n"),
        ("find f g d -type f -exec echo {} + ; find . -depth -name '[.dx]'", 0,
         "f g d/x\n./d/x\n./d\n.\n"),
        ("find f -exec echo a {} b ';' -exec test -d {} ';' -print; "
         "find f -exec false {} +; echo $?; find f -exec echo {} + -print", 0,
         "a f b\n1\nf\nf\n"),
        ("mkdir m; cd m; seq 3000 | xargs touch; cd ..; "
         "find m -type f -exec sh -c 'echo $#' sh {} + | "
         "{ s=0; while read n; do s=$((s+n)); done; echo $s; }; rm -r m", 0,
         "3000\n"),
        ("echo y | find f g -ok echo {} ';'", 0, "echo f ? f\necho g ? "),
        ("touch f; sleep 0.05; touch g; find . -newer f -name g; "
         "find . -newer g -name '[fg]'", 0, "./g\n"),
        ("chmod 640 f; chmod 4751 g; find . -perm 640; find . -perm -4100; "
         "find . -perm -u+s,o=x; find . -type f -perm u=rw,g=r,o=", 0,
         "./f\n./g\n./g\n./f\n"),
        ("head -c 513 /dev/zero >s; find . -type f -size +1; "
         "find . -size 2; find . -size 513c; find . -size 1k -name s; "
         "rm s; find . -size -15c -type f | sort", 0,
         "./s\n./s\n./s\n./s\n./d/x\n./f\n"),
        ("ln f h; find . -type f -links +1 | sort; "
         "find . -links 2 -name h; rm h", 0, "./f\n./h\n./h\n"),
        ("chown 12:34 f; find . -nouser; find . -group 34; "
         "find . -user 12 -nogroup; chown 0:0 f; find . -nouser", 0,
         "./f\n./f\n./f\n"),
        ("find d/ -name d; find . -name '[!.d-g]'; find . -path '*d/*'; "
         "find . -iname F; find . -name '[[:digit:]]'; find / -maxdepth 0 "
         "-name /; find f -print0 | wc -c", 0,
         say(r"d/\n(\./d/x\n|\./l\n){3}\./f\n/\n *2\n")),
        ("touch '[[:a' '?'; env -i 'A=]' /bin/find . -name '[[:a'; "
         "find . -name '[[:digit:]?]'; find . -name '[[.].]?]'; "
         "rm '[[:a' '?'", 0, "./[[:a\n./?\n./?\n"),
        ("find . -xdev -name f; find / -xdev -name mounts", 0, "./f\n"),
        ("for e in '( -name f' '-name f )' '( )' '-o' '-name f -o' '!' "
         "'-name' '-perm 8' '-size x' '-type fd' '-newer none' '-exec' "
         "'-exec ;' '-exec echo {}' '-name [b-a]'; do find . $e; "
         "[ $? != 0 ] || echo $e; done", 0,
         say(r"(find: [^\n]+\n){15}")),
        ("find none", 1, "find: none: " + GONE),
        ("find . -zzz", ANY_ERROR, say("find: .*-zzz.*")),
        ("find . -maxdepth x", 2, say(r"find: x: .*")),
        ("find . -user 1x", 2, say(r"find: 1x: no such user\n")),
    ],
    "xargs": [
        ("seq 5 | xargs echo; seq 5 | xargs -n 2 echo x", 0,
         "1 2 3 4 5\nx 1 2\nx 3 4\nx 5\n"),
        ("printf '\"a b\" c' | xargs printf '[%s]'; echo", 0, "[a b][c]\n"),
        ("echo a | xargs -I % echo '<%>'", 0, "<a>\n"),
        ("printf 'a b\\0c\\0' | xargs -0 printf '[%s]'; echo", 0,
         "[a b][c]\n"),
        ("seq 20000 | xargs -n 1000 sh -c cat | wc -c", 0, say(" *0\n")),
        ("printf \"'a  b'\\n\\n   \\n  c d \\n\\\\\\\\ e\" | "
         "xargs -I % echo '<%>'; printf ' a\\n\\0\\0' | "
         "xargs -0 -I % echo '<%>'", 0,
         "<a  b>\n<c d >\n< e>\n< a\n>\n<>\n"),
        ("echo x | xargs -I % echo $(seq 1030)", 1,
         "xargs: too many arguments\n"),
        # The command's own words need their room, too.
        ("X=$(printf %06000d 0); export X; yes $(printf %030d 0) | "
         "head -n 1000 | xargs printf '%.0s' $(printf %031000d 0)", 0, ""),
        ("xargs </tmp; echo $?; xargs -I % echo % </tmp; xargs <&-", 1,
         "xargs: stdin: Is a directory\n1\nxargs: stdin: Is a directory\n"
         "xargs: stdin: Bad file descriptor\n"),
        # With no memory but for the program and a short word.
        ("head -c 30000 /dev/zero | tr '\\0' x >k; n=80; "
         "until (ulimit -v $n; echo x | xargs true) 2>/dev/null; do "
         "n=$((n+8)); done; ulimit -v $n; xargs true <k", 1,
         "xargs: Cannot allocate memory\n"),
        ("echo x | xargs false", 123, ""),
        ("echo x | xargs no-such-program", 127, say("xargs: .*" + GONE)),
        ("xargs -Q", ANY_ERROR, say("xargs: .*usage: xargs .*")),
        ("xargs -n x <f", 2, say(r"xargs: x: .*")),
        ("xargs -n 0 <f", 2, say(r"xargs: 0: .*")),
    ],
    "hexdump": [
        ("hexdump -C d/x", 0,
         "00000000  69 6e 6e 65 72 0a                                 "
         "|inner.|\n00000006\n"),
        ("hexdump d/x", 0, say("0000000 6e69 656e 0a72 *\n0000006\n")),
        ("head -c 64 /dev/zero | hexdump -C | wc -l", 0, say(" *3\n")),
        ("hexdump none", 1, "hexdump: none: " + GONE),
        ("head -c 64 /dev/zero | hexdump -v | wc -l; hexdump d", 1,
         say(" *5\n0000000\nhexdump: d: Is a directory\n")),
        ("hexdump -Q", 2, say("hexdump: .*usage: hexdump .*")),
        ("hexdump -n x f", 2, say(r"hexdump: x: .*")),
        ("hexdump -s 1x f", 2, say(r"hexdump: 1x: .*")),
        ("hexdump -n 0x1 -s 010 f", 0, "0000008 0074\n0000009\n"),
    ],
    "basename": [
        ("basename /usr/bin/x; basename x/; basename /; basename a.c .c", 0,
         "x\nx\n/\na\n"),
        ("basename", 2, say("usage: basename .*")),
        ("basename -- -a; basename -- -b.c .c", 0, "-a\n-b\n"),
    ],
    "dirname": [
        ("dirname /usr/bin/x; dirname x; dirname /; dirname a/b/", 0,
         "/usr/bin\n.\n/\na\n"),
        ("dirname", 2, say("usage: dirname .*")),
        ("dirname -- -a/b", 0, "-a\n"),
    ],
    "env": [
        ("env -i A=1 B=2 env", 0, "A=1\nB=2\n"),
        ("X=1; export X; env -u X printenv X", 1, ""),
        ("env A=5 sh -c 'echo $A'", 0, "5\n"),
        ("env no-such-program", 127, say("env: no-such-program: .*")),
        ("env -Q", ANY_ERROR, say("env: .*usage: env .*")),
    ],
    "printenv": [
        ("A=7 printenv A", 0, "7\n"),
        ("env -i A=1 printenv", 0, "A=1\n"),
        ("printenv NONE", 1, ""),
        ("A=7 printenv -- A", 0, "7\n"),
        ("printenv A B", 2, say("usage: printenv .*")),
    ],
    "id": [
        ("id -u; id -un; id -g; id -gn; id -G; id -Gn", 0,
         "0\nroot\n0\nwheel\n0\nwheel\n"),
        ("id", 0, "uid=0(root) gid=0(wheel) groups=0(wheel)\n"),
        ("id student; id -Gn teacher; id -u student", 0,
         "uid=1001(student) gid=1001(student) groups=1001(student), "
         "20(staff)\nteacher wheel staff\n1001\n"),
        ("setuidgid nobody id -u", 0, say(r"[1-9]\d*\n")),
        # /bin/id as somebody's: the effective user is another one.
        ("cp /bin/id i; chown 1001:20 i; chmod 6755 i; ./i; ./i -u; ./i -ur",
         0, "uid=0(root) gid=0(wheel) euid=1001(student) egid=20(staff) "
         "groups=20(staff)\n1001\n0\n"),
        ("id nosuch", 1, "id: nosuch: no such user\n"),
        ("id -Q", ANY_ERROR, say("id: .*usage: id .*")),
        ("id -ug", 2, say("usage: id .*")),
        ("id root daemon", 2, say("usage: id .*")),
    ],
    "logname": [
        ("logname", 0, "root\n"),
        ("logname x", 2, say(r"usage: logname\n")),
    ],
    "login": [
        ("setuidgid student login -f root", 1,
         "login: only for root; use su\n"),
        ("login -Q", 2, say("login: .*usage: login .*")),
        ("echo 'echo $HOME $USER $0; id -un; logname; pwd; exit 3' |"
         " login -f student | tail -n 4", 0,
         "/home/student student sh\nstudent\nstudent\n/home/student\n"),
    ],
    "su": [
        ("su student -c 'id -un; echo $HOME $USER $LOGNAME; pwd'", 0,
         say("student\n/home/student student root\n/tmp/.*")),
        ("su - student -c 'id -Gn; echo $HOME $USER $LOGNAME $0; pwd'", 0,
         "student staff\n/home/student student student sh\n"
         "/home/student\n"),
        ("su -l student -c pwd; su -m student -c 'echo $HOME $USER'", 0,
         "/home/student\n/root root\n"),
        ("su student -c 'exit 7'", 7, ""),
        ("setuidgid student su root -c id", 1,
         "su: you are not in the correct group to su root.\n"),
        ("su -c id", 2, say("su: .*usage: su .*")),
        # root has no password, and teacher is in the group wheel.
        ("su teacher -c 'su root -c \"id; id -ur\"'", 0,
         "uid=0(root) gid=0(wheel) groups=0(wheel), 4(tty), 20(staff)\n0\n"),
        ("su nosuch", 1, "su: unknown login: nosuch\n"),
        ("su -Q", 2, say("su: .*usage: su .*")),
        ("su student -c 'echo $#' sh $(seq 100); "
         "su - student -c 'echo $#' sh $(seq 100)", 0, "100\n100\n"),
        ("SHELL=/none su -m; echo $?; SHELL=/etc/passwd su -m", 126,
         "su: /none: " + GONE + "127\nsu: /etc/passwd: Permission denied\n"),
    ],
    "whoami": [
        ("whoami; setuidgid nobody whoami; su teacher -c whoami", 0,
         "root\nnobody\nteacher\n"),
        ("whoami x", 2, say(r"usage: whoami\n")),
    ],
    "setuidgid": [
        ("setuidgid nobody cat /etc/master.passwd /none", ANY_ERROR, say(".*")),
        ("setuidgid no_such_user true", ANY_ERROR, say("setuidgid: .*")),
        ("setuidgid", 2, say("usage: setuidgid .*")),
        ("setuidgid 4294967296 true", 2, say(r"setuidgid: 4294967296: no such user\n")),
    ],
    "uname": [
        ("uname; uname -m", 0, "Tine\ni386\n"),
        ("uname -a", 0, say("Tine .* i386\n")),
        ("uname -Q", ANY_ERROR, say("uname: .*usage: uname .*")),
        ("uname x", 2, say("usage: uname .*")),
    ],
    "date": [
        ("date", 0, say(r"\w{3} \w{3} [ \d]\d \d\d:\d\d:\d\d UTC 20\d\d\n")),
        ("date +%Y-%m-%d; date +x%%", 0, say(r"20\d\d-\d\d-\d\d\nx%\n")),
        ("a=$(date +%s); b=$(date +%s); [ $b -ge $a ] && [ $a -gt 1000000000 ]",
         0, ""),
        ("date now", 2, say("usage: date .*")),
        ("date -u; date -u +x", 0, say(r"\w{3} .* UTC 20\d\d\nx\n")),
        ("date -Q", 2, say("date: .*usage: date .*")),
        ("date +x +y", 2, say("usage: date .*")),
    ],
    "touch": [
        ("touch n && ls n && wc -c <n", 0, say("n\n *0\n")),
        ("touch f && cat f", 0, "one\ntwo\nthree\n"),
        ("touch -c none; ls none", 1, "ls: none: " + GONE),
        ("touch none/x", 1, "touch: none/x: " + GONE),
        ("touch -r /etc/passwd p; [ p -nt /etc/passwd ] || "
         "[ /etc/passwd -nt p ] || echo same", 0, "same\n"),
        ("touch -a p; [ p -nt /etc/passwd ] || echo old; touch -m p; "
         "[ p -nt /etc/passwd ] && echo new", 0, "old\nnew\n"),
        ("touch -am p q; ls p q; touch -cr f r; ls r", 1,
         say("p +q\nls: r: " + GONE)),
        ("touch -r none p", 1, "touch: none: " + GONE),
        ("touch", 2, say("usage: touch .*")),
    ],
    "chmod": [
        ("chmod 640 f && ls -l f | cut -c1-10", 0, "-rw-r-----\n"),
        ("chmod u+x,g-r,o=r f && ls -l f | cut -c1-10", 0, "-rwx---r--\n"),
        ("chmod 4755 f && ls -l f | cut -c1-10", 0, "-rwsr-xr-x\n"),
        ("chmod 644 none", 1, "chmod: none: " + GONE),
        ("chmod 640 f; chmod o=g,g+x,u-g f && ls -l f | cut -c1-10", 0,
         "--w-r-xr--\n"),
        ("chmod 640 f; chmod -w f && ls -l f | cut -c1-10", 0, "-r--r-----\n"),
        ("mkdir d/y; ln -s ../f d/l; chmod -R u=rwX,go= d l && "
         "ls -ld d d/x d/y f | cut -c1-10", 0,
         "drwx------\n-rw-------\ndrwx------\n-rw-------\n"),
        ("chmod 600 f; rm -f l; chmod -R 755 d && ls -l f | cut -c1-10", 0,
         "-rw-------\n"),
        ("chmod zz f", ANY_ERROR, say("chmod: .*zz.*")),
        ("chmod 644", 2, say("usage: chmod .*")),
        ("setuidgid nobody chmod 644 /etc/passwd", 1,
         "chmod: /etc/passwd: Operation not permitted\n"),
        ("chmod +7 f", 2, "chmod: bad mode: +7\n"),
    ],
    "chown": [
        ("chown nobody f && find . -name f -user nobody; ls -l f", 0,
         say(r".*\bnobody\b.*")),
        ("chown -R 12:34 d && ls -ln d", 0, say(r".*\b12 +34\b.*")),
        ("chown root none", 1, "chown: none: " + GONE),
        ("ln -s ../g d/l; chown 7 g; chown -R 55 d && find . -user 55 | sort; "
         "echo and; find . -user 7", 0, "./d\n./d/x\nand\n./g\n"),
        ("chown -Rh 56 d && find d -user 56 | sort", 0, "d\nd/l\nd/x\n"),
        ("chown no_such_user f", ANY_ERROR, say("chown: .*no_such_user.*")),
        ("chown root", 2, say("usage: chown .*")),
        ("chown 4294967296 f", 2, say(r"chown: 4294967296: no such user\n")),
        ("chown :1x f", 2, say(r"chown: 1x: no such group\n")),
    ],
    "kill": [
        ("sleep 100 & /bin/kill $!; wait $!", 143, say("(Terminated\n)?")),
        ("sleep 100 & /bin/kill -9 $!; wait $!", 137, say("(Killed\n)?")),
        ("/bin/kill -l", 0, say(".*HUP.*KILL.*TERM.*")),
        ("/bin/kill -0 $$", 0, ""),
        ("/bin/kill 99999", 1, say("kill: .*99999.*No such process\n")),
        ("/bin/kill -NOSUCH $$", ANY_ERROR, say("kill: .*")),
        ("/bin/kill", 2, say("usage: kill .*")),
        ("i=1; while [ $i -lt 32 ]; do kill -l $i; i=$((i+1)); done | "
         "grep -c '[A-Z]'; kill -l | wc -l | tr -d ' '", 0, "31\n31\n"),
        ("kill -l 143 EMT sigint 7 29; kill -l 0", 1,
         "TERM\n7\n2\nEMT\nINFO\nkill: 0: no such signal\n"),
        ("trap 'echo got' EMT INFO; kill -EMT $$; kill -INFO $$; trap", 0,
         "got\ngot\ntrap -- 'echo got' EMT\ntrap -- 'echo got' INFO\n"),
    ],
    "sleep": [
        ("a=$(date +%s); sleep 1.1; b=$(date +%s); [ $((b-a)) -ge 1 ]", 0, ""),
        ("sleep 0", 0, ""),
        ("sleep x", ANY_ERROR, say("(sleep: .*|usage: sleep .*)")),
        ("sleep", 2, say("usage: sleep .*")),
        ("sleep -- 0", 0, ""),
    ],
    "nice": [
        ("nice -n 7 top -b -n 1 | grep 'top$'", 0,
         say(r" *\d+ +\d+ +\d+ +7 .* top\n")),
        ("nice nice top -b -n 1 | grep 'top$'", 0,
         say(r" *\d+ +\d+ +\d+ +20 .* top\n")),
        ("setuidgid 1000 nice -n -5 echo ran", 0,
         say(r"nice: nice: .*ran\n")),
        ("nice -n 5 sh -c 'exit 9'", 9, ""),
        ("nice no-such-program 2>/dev/null", 127, ""),
        ("nice -n x true", 2, say("nice: x: not a number from -100 to 100\n")),
        ("nice", 2, say("usage: nice .*")),
        ("nice -n 101 true", 2, say(r"nice: 101: .*")),
    ],
    "time": [
        ("time true", 0, say(r"real \d+\.\d\d\nuser \d+\.\d\d\nsys "
                             r"\d+\.\d\d\n")),
        ("time sh -c 'exit 5' 2>/dev/null", 5, ""),
        ("time no-such-program 2>/dev/null", 127, ""),
        ("time", 2, say("usage: time .*")),
    ],
    "yes": [
        ("yes | head -n 2; yes a b | head -n 1", 0, "y\ny\na b\n"),
    ],
    "sysctl": [
        ("sysctl kern.ostype; sysctl -n kern.ostype", 0,
         "kern.ostype: Tine\nTine\n"),
        ("sysctl -n kern.maxproc hw.pagesize", 0, say(r"\d+\n4096\n")),
        ("sysctl machdep.tsc_freq", 0,
         say(r"machdep.tsc_freq: [1-9]\d{6,}\n")),
        ("sysctl -a | grep -c kern", 0, say(r"\d\d+\n")),
        ("sysctl kern.smp", 0,
         say(r"(kern\.smp\.[a-z_]+: .*\n){2,}")),
        ("sysctl -n debug.watchdog kern.hz", 0, "0\n5\n100\n"),
        ("sysctl debug.watchdog=1", 1, say("sysctl: debug.watchdog: .*")),
        ("sysctl kern.hostname=named && sysctl -n kern.hostname", 0,
         say(".*named\n")),
        ("sysctl no.such.name", 1, say("sysctl: .*no.such.name.*")),
        ("sysctl kern.ostype=x", 1, say("sysctl: .*not permitted\n")),
        ("setuidgid nobody sysctl kern.hostname=mine", 1,
         say("sysctl: .*not permitted\n")),
        ("sysctl", 2, say("usage: sysctl .*")),
        ("sysctl kern.randompid=9999999999", 1,
         say("sysctl: .*9999999999.* not a number\n")),
    ],
    "dmesg": [
        ("dmesg", 0, say(r".*memory: \d+ KB.*")),
        ("dmesg x", 2, say(r"usage: dmesg\n")),
    ],
    "ps": [
        ("ps", 0, say(r"  PID  PPID STAT +TIME COMMAND\n.*\bps\n")),
        ("ps -e | grep -c '\\['", 0, say(r"\d+\n")),
        ("sleep 100 & p=$!; ps | grep \"^ *$p \" | wc -l; kill $p", 0,
         say(" *1\n")),
        ("ps -j | head -n 1; ps -l | head -n 1", 0,
         say(".*PGID.*WCHAN.*")),
        ("ps ax | grep -c ' \\[idle'", 0, say(r"[1-9]\n")),
        ("ps aux | head -n 2", 0,
         say(r"USER +PID +%CPU +SIZE +RSS TTY +STAT STARTED +TIME COMMAND\n"
             r"root +0 +\d+\.\d +0 +0 - +[A-Z]s? +\d\d:\d\d +\d.* \[.*\]\n")),
        ("sleep 100 & a=$!; sleep 101 & "
         "until grep -q nanslp /proc/$!/status; do :; done; "
         "ps -p $!,0 | tail -n 2; ps $!; kill $a $!", 0,
         say(r" +0 +0 .*\n +(\d+) .* sleep 101\n.*\n +\1 .* sleep 101\n")),
        ("ps -p 99999", 1, say("  PID .*COMMAND\n")),
        ("ps x nothing", 2, say("ps: nothing: not a number .*\n")),
        ("ps -Q", 2, say("ps: .*usage: ps .*")),
    ],
    "fstat": [
        ("fstat -p $$; :", 0,
         say(r"USER +CMD +PID +FD +INUM MODE +SZ RW NAME\n"
             r"root +sh +\d+ text +\d+ -rwxr-xr-x +\d+ r +/bin/sh\n"
             r"root +sh +\d+ +wd +\d+ drwxr-xr-x +\d+ r +/tmp/.*\n"
             r"root +sh +\d+ root +\d+ drwxr-xr-x +\d+ r +/\n"
             r"root +sh +\d+ +0 +\d+ .*")),
        ("exec 5<f; fstat -n f | sort -k 2; exec 5<&-", 0,
         say(r"0 +fstat +\d+ +5 +\d+ 100644 +14 r +/tmp/\S+/f\n"
             r"0 +sh +\d+ +5 +\d+ 100644 +14 r +/tmp/\S+/f\n.*")),
        ("fstat -u nobody", 0, say(r"USER [^\n]*\n")),
        # Others' files are not shown, and asked for no more than once.
        ("setuidgid nobody fstat", 0,
         say(r"USER [^\n]*\n(nobody +fstat [^\n]*\n)+")),
        ("fstat none", 1, "fstat: none: " + GONE),
        ("fstat -Q", 2, say("fstat: .*usage: fstat .*")),
        ("fstat -p abc", 2, say(r"fstat: abc: .*")),
        ("fstat -u 1x", 2, say(r"fstat: 1x: no such user\n")),
    ],
    "mkfifo": [
        ("mkfifo p && ls -l p | cut -c1-10", 0, "prw-r--r--\n"),
        ("mkfifo -m 600 q; ls -l q | cut -c1-10", 0, "prw-------\n"),
        ("(cat f >p &); cat p", 0, "one\ntwo\nthree\n"),
        ("mkfifo f", 1, "mkfifo: f: File exists\n"),
        ("mkfifo -m 9 p", 2, "mkfifo: 9: bad mode\n"),
        ("mkfifo", 2, say("usage: mkfifo .*")),
    ],
    "pstree": [
        ("pstree 1", 0, say(r"1 init\n +\d+ sh\n.* +\d+ pstree\n")),
        ("pstree | head -n 1", 0, say("0 .*")),
        ("pstree abc", 2, say(r"pstree: abc: .*")),
        ("pstree -z", 2, say(r"pstree: .*usage: pstree .*")),
        ("pstree 1 1", 2, say(r"usage: pstree .*")),
        ("pstree 99998", 1, "pstree: 99998: no such process\n"),
    ],
    "uptime": [
        ("uptime", 0, say(r"\d\d:\d\d  up \d+:\d\d:\d\d, load averages: "
                          r"\d+\.\d\d \d+\.\d\d \d+\.\d\d\n")),
        ("uptime x", 2, say(r"usage: uptime\n")),
    ],
    "vmstat": [
        ("vmstat", 0, say(r" +\d+ pages\n.* fork\(\) calls\n.*")),
        ("vmstat -m | head -n 1; vmstat -z | wc -l", 0,
         say(r"TYPE .*\n +\d+\n")),
        ("vmstat -Q", ANY_ERROR, say("vmstat: .*usage: vmstat .*")),
        ("vmstat 1", 2, say("usage: vmstat .*")),
    ],
    "top": [
        ("top -b -n 1 | head -n 5", 0,
         say(r"up .* processes: .*\nmemory: .*PID .*COMMAND\n.*")),
        ("top -Q", 2, say("top: .*usage: top .*")),
        ("top x", 2, say("usage: top .*")),
        ("top -b -n x", 2, say(r"top: x: .*")),
        ("top -b -d abc -n 1", 2, say(r"top: abc: .*")),
        ("top -b -d -1 -n 1", 2, say(r"top: -1: .*")),
        ("stty rows 4; top -n 1; stty rows 0", 0, say(".*COMMAND\n")),
    ],
    "stty": [
        ("stty | grep -c icanon", 0, "1\n"),
        ("stty -echo; stty | grep -c -e '-echo '; stty echo; "
         "stty | grep -c -e ' -echo '", 1, "1\n0\n"),
        ("stty rows 30 cols 100; stty size; stty rows 0 cols 0", 0,
         "30 100\n"),
        ("stty no-such-mode", 2, say("stty: no-such-mode: .*")),
        ("old=$(stty -g); stty raw -echo; stty $old; stty | grep -c ' icanon'; "
         "[ $old = $(stty -g) ] && echo same; stty raw; stty cooked; "
         "stty | grep -c ' icanon'", 0, "1\nsame\n1\n"),
        ("stty 1:2", 2, "stty: 1:2: bad mode\n"),
        ("stty min 5 time 3; stty | grep -c 'min = 5; time = 3'; stty sane; "
         "stty | grep -c 'min = 1; time = 0'", 0, "1\n1\n"),
        ("stty </dev/null", 1, say("stty: .*")),
        ("stty rows x", 2, say(r"stty: x: .*")),
        ("stty cols 65536", 2, say(r"stty: 65536: .*")),
        ("stty min 256", 2, say(r"stty: 256: .*")),
        ("stty time -1", 2, say(r"stty: -1: .*")),
    ],
    "halt": [
        ("setuidgid nobody halt", 1, "halt: reboot: Operation not permitted\n"),
        ("setuidgid nobody reboot", 1,
         "reboot: reboot: Operation not permitted\n"),
        ("setuidgid nobody poweroff", 1,
         "poweroff: reboot: Operation not permitted\n"),
        ("setuidgid nobody halt -z", 2, say(r"halt: .*usage: halt\n")),
        ("setuidgid nobody reboot -z", 2, say(r"reboot: .*usage: reboot\n")),
        ("setuidgid nobody poweroff -z", 2, say(r"poweroff: .*usage: poweroff\n")),
    ],
    "pwd": [
        ("/bin/pwd", 0, "/tmp/progs/pwd\n"),
        ("cd d; /bin/pwd", 0, "/tmp/progs/pwd/d\n"),
        ("/bin/pwd x", 2, say(r"usage: pwd\n")),
    ],
    "true": [("/bin/true", 0, ""), ("/bin/false", 1, "")],
    "sh": [
        ("umask 27; umask -S; umask g+w,o=; umask; umask +x; umask; "
         "umask a=; umask u+rw,g=u; umask; umask 0; umask -w; umask", 0,
         "u=rwx,g=rx,o=\n0007\n0006\n0117\n0222\n"),
        ("umask 2; umask 8; umask 1000; umask u; umask ''; umask x+w; "
         "umask u=rw,; echo $?; umask", 0,
         say("(sh: umask: .*: bad mask\n){6}1\n0002\n")),
        ("sh none", 127, say("sh: .*none.*" + GONE)),
        ("sh d", 126, "sh: cannot open d: Is a directory\n"),
        ("sh -c 'exit 3'", 3, ""),
        ("echo 'echo from stdin; exit 4' | sh", 4, "from stdin\n"),
        ("sh -c 'echo $0 $1' a b", 0, "a b\n"),
        ("sh -c 'if'", 2, say("sh: syntax error.*")),
        ("sh -Q", 2, say("sh: .*")),
        # The parser's limit must come before the end of the stack.
        ("i=0; x='('; while [ $i -lt 13 ]; do x=$x$x; i=$((i+1)); done; "
         "sh -c \"$x\"", 2, say("sh: syntax error: nested too deeply\n")),
        ("x=$(printf '%0500d' 0 | tr 0 '('); sh -c \"$x\"", 2,
         say("sh: syntax error.*")),
        ("f() { f; }; f", 2, say("sh: .*nested too deeply\n")),
        ("f() { eval \"f\"; }; f", 2, say("sh: .*nested too deeply\n")),
        # Only an error in a special builtin ends the shell.
        ("wait abc; echo $?", 0, say("sh: .*abc: bad number\n2\n")),
        ("getopts; echo $?; getopts a 1x; echo $?", 0,
         say("sh: usage: getopts .*\n2\nsh: getopts: 1x: bad variable name\n2\n")),
        ("read 1x <f; echo $?; readonly r=1; read r <f; echo $?", 0,
         say("sh: read: 1x: .*\n2\nsh: r: is read only\n2\n")),
        ("readonly OLDPWD=x; cd d; echo $?", 0,
         say("sh: OLDPWD: is read only\n2\n")),
        ("command shift 9; echo $?; command eval 'shift 9'; echo no", 2,
         say("sh: shift: .*\n2\nsh: shift: .*\n")),
        ("shift 9; echo no", 2, say("sh: shift: .*\n")),
        ("echo lost >&-; echo result >o; cat o", 0,
         say(r"sh: echo: write: [^\n]*\nresult\n")),
        ("echo 'echo hi $1' | sh -; echo 'echo hi $1' | sh -s - a", 0,
         "hi\nhi a\n"),
        ("sh - f a; echo 'echo $0 $1' >s; sh - s a", 0,
         say("(f: .*\n)+s a\n")),
        ("echo $((echo a; (echo b)) | cat) $((echo ')' ) | cat) "
         "$((echo $((1 + $(echo 2)))) | cat)", 0, "a b ) 3\n"),
        ("x='$((1+$(echo '; i=0; while [ $i -lt 6 ]; do x=$x$x; "
         "i=$((i+1)); done; sh -c \"echo $x\"", 2,
         say("sh: syntax error: nested too deeply\n")),
        ("echo $((LINENO > 0)) $((-9223372036854775808)) "
         "$((0xffffffffffffffff)); x=0xffffffffffffffff; echo $((x))", 0,
         "1 -9223372036854775808 -1\n-1\n"),
        ("echo $((0x10000000000000000))", 2, say("sh: .*too large.*\n")),
        ("x=99999999999999999999; echo $((x))", 2,
         say("sh: .*too large.*\n")),
        ("case - in [[.-.]]) echo one;; esac; "
         "case ab in [[=a=]]b) echo two;; esac; "
         "case -] in [[.-.]]) echo three;; esac", 0, "one\ntwo\n"),
        # A trap while the shell reads what it is to do.
        ("mkfifo p; sh <p & exec 5>p; "
         "echo 'trap \"/bin/echo got\" USR1; echo ready >r' >&5; "
         "until [ -s r ]; do :; done; "
         "until grep -q piperd /proc/$!/status; do :; done; "
         "kill -USR1 $!; echo 'echo after' >&5; exec 5>&-; wait $!", 0,
         "got\nafter\n"),
        ("mkfifo q; sh <q & exec 5>q; "
         "echo 'trap \"exit 3\" TERM; echo ready >r3' >&5; "
         "until [ -s r3 ]; do :; done; "
         "until grep -q piperd /proc/$!/status; do :; done; "
         "kill $!; wait $!; echo $?", 0, "3\n"),
        ("echo a >&10; echo $?", 0, say("sh: 10: bad descriptor\n2\n")),
        ("x=1; echo ${x!}; echo no", 2, say("sh: bad substitution\n")),
        (". /; echo no", 2, say(r"sh: \.: /: Is a directory\n")),
        ("(CDPATH=:/; cd bin)", 0, "/bin\n"),
        # Each call may be deep in groups, but together only so deep.
        ("b='f $(($1-1))'; i=0; while [ $i -lt 200 ]; do b=\"{ $b; }\"; "
         "i=$((i+1)); done; eval \"f() { if [ \\$1 -gt 0 ]; then $b; fi; }\"; "
         "f 450", 2, say("sh: commands nested too deeply\n")),
        # A subshell shows the traps around it until it sets its own.
        ("trap 'echo x' INT; t=$(trap); echo \"$t\"; (trap - INT; trap)", 0,
         "trap -- 'echo x' INT\n"),
        ("jobs -z; echo $?; pwd -z; echo $?; cd -z; echo $?", 0,
         say("(sh: (jobs|pwd|cd): -z: bad option\n2\n){3}")),
        ("unset 1x; echo no", 2, say("sh: unset: 1x: bad .*\n")),
        ("ulimit -f 36028797018963968; ulimit -f 99999999999999999999; "
         "ulimit -f", 0, say("(sh: ulimit: .*: bad number\n){2}unlimited\n")),
        ("ulimit -v 8192; ulimit -v; ulimit -a | tail -n 1; memhog 9", 1,
         say("8192\naddress space .* 8192\n.*")),
    ],
    "stress": [
        ("/usr/tests/leaks stress --fork 4 --seconds 4 --seed 1", 0,
         say(r"stress: 4 workers.*stress: OK\n(?!.*(was|left)).*")),
        ("stress --zzz", 2, say("stress: .*usage: stress .*")),
        ("stress x", 2, say("usage: stress .*")),
        ("stress -f 1 -s 0 -x 3", 0,
         say("stress: 1 workers, 0 seconds, seed 3\n.*stress: OK\n")),
        ("stress --fork 0", 2, say(r"stress: 0: .*")),
        ("stress --seconds x", 2, say(r"stress: x: .*")),
        ("stress --seed x", 2, say(r"stress: x: .*")),
    ],
    "rforktest": [
        ("rforktest -Q", 2, say("rforktest: .*usage: rforktest .*")),
        ("rforktest x", 2, "usage: rforktest [-v]\n"),
    ],
    "memhog": [
        ("memhog 10", 0, "memhog: 10 MB in use\n"),
        ("/usr/tests/leaks memhog", 137, say("(?!.*was).*out of memory.*")),
        ("memhog x", 2, say("memhog: x: .*")),
        ("memhog 1 2", 2, say("usage: memhog .*")),
        ("/usr/tests/leaks memhog -f", 1, say(
            r"(?!.*was \d)(.*out of memory.*)?memhog: \d+ children with 8 "
            r"MB each; the next was (killed|not made): .*")),
        ("memhog -s x", 2, say(r"memhog: x: .*")),
        ("memhog 4294967296", 2, say(r"memhog: 4294967296: .*")),
        ("memhog -f 4097", 2, say(r"memhog: 4097: not a number .*")),
    ],
    "forkbench": [
        ("forkbench -n 3 fork_min vfork_exec", 0,
         say(r"row .*\nfork_min +\d+ +\d+\nvfork_exec +\d+ +\d+\n")),
        ("forkbench -p 2 -n 3 fork_min vfork_exec", 0,
         say(r"row .*\nfork_min +2 +\d+\nvfork_exec +2 +\d+\n")),
        ("forkbench -p none fork_min", 2, say("forkbench: none: .*")),
        ("forkbench -Q", ANY_ERROR, say("forkbench: .*usage: .*")),
    ],
    "lockstat": [
        ("lockstat -n 3 -s count true", 0,
         say(r" +COUNT .*\n( +\d+ .* at [a-z0-9/_]+\.c:\d+\n){3}")),
        ("lockstat -r && sysctl debug.lockstat; sysctl debug.lockstat=0", 0,
         say("debug.lockstat: 1\n.*")),
        ("lockstat -s name", 2, say("usage: lockstat .*")),
        ("lockstat -n x", 2, say("lockstat: x: not a number .*")),
        ("lockstat -r true", 2, say("usage: lockstat .*")),
        ("lockstat -Q", 2, say("lockstat: .*usage: lockstat .*")),
        ("lockstat -n -1", 2, say(r"lockstat: -1: .*")),
    ],
    "standard output": [
        *((command + " 1<g", status,
           say("[a-z]+: write: Bad file descriptor\n"))
          for status, commands in UNWRITTEN.items() for command in commands),
        # What is longer than the buffer does not go through it.
        ("head -c 20000 /dev/zero | tr '\\0' x >k; trap '' XFSZ; "
         "ulimit -f 1; for c in 'tail -c 20000' cat 'head -c 20000' more; do "
         "$c k >o || echo $?; done", 0,
         say(r"([a-z]+: write: File too large\n1\n){4}")),
    ],
    "ktr": [
        ("m=$(sysctl -n debug.ktr.mask); ktr -m bogus true; "
         "[ \"$m\" = \"$(sysctl -n debug.ktr.mask)\" ]", 0,
         say("ktr: debug.ktr.mask: .*")),
        ("m=$(sysctl -n debug.ktr.mask); ktr sleep 0.3 | true; "
         "[ \"$m\" = \"$(sysctl -n debug.ktr.mask)\" ]", 0,
         "ktr: standard output: Broken pipe\n"),
    ],
    "tests in scripts": [
        # Also if nobody can be told why.
        ("for c in env nice 'setuidgid 0' time 'lockstat -n 0'; do "
         "$c none 2>&- >o; echo $?; done; "
         "echo x | xargs none 2>&-; echo $?", 0, "127\n" * 6),
        ("n=0; for i in $(seq 100); do n=$((n+i)); done; echo $n", 0,
         "5050\n"),
        ("seq 1000 | while read x; do echo $x; done | sort -rn | head -n 1",
         0, "1000\n"),
        ("for f in /bin/*; do [ -x $f ] || echo $f; done", 0, ""),
        ("seq 20000 | sort -rn | sort -n | uniq | tail -n 1", 0, "20000\n"),
        ("yes x | head -c 1000000 | tr -d '\\n' | wc -c", 0,
         say(" *500000\n")),
        ("find / -type d | grep -c proc", 0, say(r"\d+\n")),
        # A line for which there is no memory is not the end of the file.
        ("head -c 3000000 /dev/zero >k; ulimit -v 4096; for c in "
         "sort uniq 'cut -c 1' 'grep x'; do $c <k >o; echo $?; done", 0,
         say(r"([a-z]+: \S+( input\))?: Cannot allocate memory\n[12]\n){4}")),
    ],
}

# There are pages only if they could be made.
if shutil.which("mandoc"):
    CASES["man"] = [
        ("man fork | head -1 | tr -s ' '", 0,
         "FORK(2) System Calls Manual FORK(2)\n"),
        ("man 2 seteuid | grep '^SETUID' | tr -s ' '", 0,
         "SETUID(2) System Calls Manual SETUID(2)\n"),
        ("man 2 none", 1, say("man: there is no page none.*")),
        ("man -k 'session' | grep -c setsid", 0, "1\n"),
        ("man -k no-such-thing", 1, ""),
        ("man -k session 1<g", 2, "man: write: Bad file descriptor\n"),
        ("man", 2, say("usage: man .*")),
    ]


def quote(text):
    return "'" + text.replace("'", "'\\''") + "'"


def script():
    """All cases as one script; each has a shell, and lines around it."""
    lines = ["mkdir /tmp/progs; umask 022"]
    for program, cases in CASES.items():
        folder = "/tmp/progs/" + program.replace(" ", "_")
        lines.append(f"mkdir {folder}; cd {folder}")
        lines.append(FILES)
        for number, (command, _, _) in enumerate(cases):
            mark = f"{program}:{number}"
            lines.append(f"echo '@begin {mark}'; "
                         f"sh -c {quote(command)} 2>&1; s=$?; "
                         f"echo; echo \"@end {mark} $s\"")
    return "\n".join(lines) + "\n"


class Results:
    """What all the commands did; the machine is booted once."""

    found = None            # mark: (status, output)
    console = ""

    @classmethod
    def get(cls, program, number):
        if cls.found is None:
            cls.found = cls.run()
        key = f"{program}:{number}"
        assert key in cls.found, "not run; the end of the console:\n" + \
            cls.console[-1500:]
        return cls.found[key]

    @classmethod
    def run(cls):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "progs.sh")
            with open(path, "w", encoding="ascii") as out:
                out.write(script())
            done = tine("--add", f"{path}:/etc/progs.sh", "--timeout", "300",
                        "--exec", "sh /etc/progs.sh", limit=330)
        cls.console = done.out + done.err
        found = {}
        for part in re.finditer(r"^@begin (.*?)\n(.*?)\n?^@end \1 (\d+)$",
                                done.out, re.M | re.S):
            found[part[1]] = (int(part[3]), part[2])
        return found


def check(program):
    problems = []
    for number, (command, status, output) in enumerate(CASES[program]):
        got, text = Results.get(program, number)
        good = got != 0 if status is ANY_ERROR else got == status
        if isinstance(output, str):
            good = good and text == output
        else:
            good = good and output.fullmatch(text) is not None
        if not good:
            problems.append(
                f"{command}\n  status {got}, expected {status}\n"
                f"  output {text!r}\n  expected "
                f"{output if isinstance(output, str) else output.pattern!r}")
    assert not problems, "\n".join(problems)


for name in CASES:
    globals()["test_" + name.replace(" ", "_")] = \
        lambda program=name: check(program)


# Two pages of top, and in between a process gets the id of one that has used
# the processor more.  Ids below 100 are given only once.
REUSED = """
while [ $(sysctl -n kern.lastpid) -lt 100 ]; do :; done
sh -c 'while :; do :; done' & p=$!; sleep 0.5
cd /tmp; mkfifo q; top -n 2 -d 1000 <q >o & top=$!; exec 3>q
until grep -q COMMAND o; do sleep 0.1; done
kill $p; wait $p
until sleep 1000 & [ $! = $p ]; do kill $!; wait $!; done
echo >&3; wait $top; kill $p
grep "^ *$p " o
"""


def test_top_and_an_id_that_is_given_again():
    done = tine("--cmdline", "kern.maxproc=64 kern.pid_max=1", "--timeout",
                "100", "--exec", REUSED)
    shares = re.findall(r"([\d.]+)% s\w+$", done.expect(0).out, re.M)
    assert len(shares) == 2 and float(shares[1]) < 50, done.out


if __name__ == "__main__":
    tap.main(globals())
