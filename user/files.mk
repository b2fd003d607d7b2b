USER_PROGS += init
init_SRCS := user/init.c
init_DIR := sbin
USER_PROGS += ps
ps_SRCS := user/ps.c
USER_PROGS += sysctl
sysctl_SRCS := user/sysctl.c
USER_PROGS += dmesg
dmesg_SRCS := user/dmesg.c
USER_PROGS += vmstat
vmstat_SRCS := user/vmstat.c
USER_PROGS += forktest
forktest_SRCS := user/forktest.c
USER_PROGS += rforktest
rforktest_SRCS := user/rforktest.c
USER_PROGS += vforktest
vforktest_SRCS := user/vforktest.c
USER_PROGS += setuidgid
setuidgid_SRCS := user/setuidgid.c user/runcmd.c
USER_PROGS += nice
nice_SRCS := user/nice.c user/runcmd.c
USER_PROGS += forkbomb
forkbomb_SRCS := user/forkbomb.c
USER_PROGS += true
true_SRCS := user/true.c
USER_PROGS += false
false_SRCS := user/false.c
USER_PROGS += mkdir
mkdir_SRCS := user/mkdir.c
USER_PROGS += rmdir
rmdir_SRCS := user/rmdir.c
USER_PROGS += rm
rm_SRCS := user/rm.c
USER_PROGS += ln
ln_SRCS := user/ln.c
USER_PROGS += touch
touch_SRCS := user/touch.c
USER_PROGS += env
env_SRCS := user/env.c user/runcmd.c
USER_PROGS += pwd
pwd_SRCS := user/pwd.c
USER_PROGS += date
date_SRCS := user/date.c
USER_PROGS += uname
uname_SRCS := user/uname.c
USER_PROGS += id
USER_PROGS += logname
USER_PROGS += login
login_DIR := usr/bin
login_SRCS := user/login.c user/account.c
# Set-user-id, so that it may become whoever its user has the password of.
USER_PROGS += su
su_DIR := usr/bin
su_SRCS := user/su.c user/account.c
SETUID_PROGS += usr/bin/su
id_SRCS := user/id.c
USER_PROGS += uptime
uptime_SRCS := user/uptime.c
USER_PROGS += tee
tee_SRCS := user/tee.c
USER_PROGS += seq
seq_SRCS := user/seq.c
USER_PROGS += yes
yes_SRCS := user/yes.c
USER_PROGS += basename
basename_SRCS := user/basename.c
USER_PROGS += dirname
dirname_SRCS := user/dirname.c
USER_PROGS += sh
sh_SRCS := $(addprefix user/sh/,arith.c bi_misc.c bi_read.c builtin.c echo.c edit.c \
	exec.c expand.c input.c jobctl.c jobs.c kill.c lexer.c main.c memory.c \
	parser.c pattern.c printf.c redir.c sh.c show.c test.c trap.c var.c) user/charclass.c user/filemode.c user/signames.c
# Those that the shell has as builtins share its source.
USER_PROGS += echo
echo_SRCS := user/echo.c user/sh/echo.c
USER_PROGS += kill
kill_SRCS := user/kill.c user/sh/kill.c user/signames.c
USER_PROGS += printf
printf_SRCS := user/printf.c user/sh/printf.c
USER_PROGS += test
test_SRCS := user/test.c user/sh/test.c
USER_LINKS += bin/[:bin/test
USER_PROGS += cp
cp_SRCS := user/cp.c
USER_PROGS += mv
mv_SRCS := user/mv.c
USER_PROGS += chmod
chmod_SRCS := user/chmod.c user/filemode.c
USER_PROGS += printenv
printenv_SRCS := user/printenv.c
USER_PROGS += pstree
pstree_SRCS := user/pstree.c
USER_PROGS += poweroff
poweroff_SRCS := user/poweroff.c
USER_LINKS += bin/halt:bin/poweroff bin/reboot:bin/poweroff
USER_PROGS += ls
USER_PROGS += cat
USER_PROGS += sleep
USER_PROGS += wc
USER_PROGS += head
USER_PROGS += tail
USER_PROGS += sort
sort_SRCS := user/sort.c user/sort_key.c
USER_PROGS += uniq
USER_PROGS += cut
USER_PROGS += tr
tr_SRCS := user/tr.c user/charclass.c
USER_PROGS += cmp
# What knows regular expressions.
regex := $(addprefix user/,regex.c regex_set.c regex_match.c charclass.c)
USER_PROGS += expr
expr_SRCS := user/expr.c $(regex)
USER_PROGS += grep
grep_SRCS := user/grep.c $(regex)
USER_PROGS += find
find_SRCS := $(addprefix user/,find.c find_expr.c find_primary.c find_exec.c filemode.c runcmd.c) $(regex)
USER_PROGS += xargs
xargs_SRCS := user/xargs.c user/runcmd.c
USER_PROGS += hexdump
USER_PROGS += time
time_SRCS := user/time.c user/runcmd.c
USER_PROGS += top
USER_PROGS += stty
USER_PROGS += chown
USER_PROGS += whoami
USER_PROGS += forkbench
USER_PROGS += stress
USER_PROGS += lockstat
lockstat_SRCS := user/lockstat.c user/runcmd.c
USER_PROGS += ktr
ktr_DIR := sbin
ktr_SRCS := user/ktr.c user/runcmd.c
USER_PROGS += memhog
USER_PROGS += ktrace
ktrace_SRCS := user/ktrace.c user/ktrpoints.c user/runcmd.c
USER_PROGS += kdump
kdump_SRCS := user/kdump.c user/ktrpoints.c user/signames.c
kdump_CFLAGS = -iquote $(GEN)
USER_PROGS += fstat
USER_PROGS += man
USER_PROGS += more
USER_PROGS += accton
accton_DIR := sbin
USER_PROGS += lastcomm
USER_PROGS += prof
USER_PROGS += mkfifo
# What these are given as arguments is checked by args.c and its like.
$(foreach p,dmesg find forkbench forkbomb forktest fstat head hexdump kdump ktrace \
	lockstat logname memhog mkdir mkfifo nice poweroff prof ps pstree pwd seq \
	stress stty tail top uptime vforktest whoami xargs,$(eval \
	$(p)_SRCS := $(or $($(p)_SRCS),user/$(p).c) user/args.c))
$(foreach p,chown find fstat setuidgid,$(eval \
	$(p)_SRCS := $(or $($(p)_SRCS),user/$(p).c) user/args_ids.c))
$(foreach p,fstat ps pstree top,$(eval \
	$(p)_SRCS := $(or $($(p)_SRCS),user/$(p).c) user/kinfo.c))
$(foreach p,chmod chown cp find grep ln ls mv rm,$(eval \
	$(p)_SRCS := $(or $($(p)_SRCS),user/$(p).c) user/paths.c))
$(foreach p,sleep top,$(eval \
	$(p)_SRCS := $(or $($(p)_SRCS),user/$(p).c) user/args_seconds.c))
# What these have written must be all there when they end.
$(foreach p,basename cmp cp cut date dirname dmesg echo env expr find fstat grep head \
	hexdump id kdump kill ktr lastcomm lockstat logname ls man memhog more printenv \
	printf prof ps pstree pwd seq sort stty sysctl tail tee test top tr uname uniq \
	uptime vmstat wc whoami,$(eval \
	$(p)_SRCS := $(or $($(p)_SRCS),user/$(p).c) user/output.c))
