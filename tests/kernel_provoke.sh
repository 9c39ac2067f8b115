#!/bin/sh
# tests/provoke makes exactly as many events as it says: counted by the kernel's own tracer, in an instance of its own.
. tests/lib.sh

need_root counts
mkdir "$TMP/tracefs"
mount -t tracefs tracefs "$TMP/tracefs" 2>"$TMP/why" || {
	skip counts "cannot mount tracefs: $(cat "$TMP/why")"
	exit
}
trace=$TMP/tracefs/instances/provoke.$$
at_exit "rmdir '$trace'; umount '$TMP/tracefs'"
mkdir "$trace" || {
	fail counts "no instance in tracefs"
	exit
}
echo 4096 >"$trace/buffer_size_kb"

# traced EVENT FILTER COMMAND...: how often the event fires with a comm that matches while the command runs
traced()
{
	event=$trace/events/$1
	echo "$2" >"$event/filter" && echo >"$trace/trace" && echo 1 >"$event/enable" || return
	shift 2
	"$@"
	echo 0 >"$event/enable"
	grep -c -v '^#' "$trace/trace"
}

provoke=build/tests/provoke
for n in 1 2 1000; do
	is "$n calls entered" "$(traced raw_syscalls/sys_enter 'comm == "somebody"' $provoke calls somebody $n)" $n
	is "$n calls left" "$(traced raw_syscalls/sys_exit 'comm == "somebody"' $provoke calls somebody $n)" $n
done
is execs "$(traced syscalls/sys_enter_execve 'comm == "somebody"' $provoke execs somebody 7)" 7
is 'execs done' "$(traced sched/sched_process_exec 'comm == "provoke"' $provoke execs somebody 7)" 8
is opens "$(traced syscalls/sys_enter_openat 'comm == "somebody"' $provoke opens somebody 7 /etc/passwd)" 7
is 'opens and closes' "$(traced raw_syscalls/sys_enter 'comm == "somebody"' $provoke opens somebody 7 /etc/passwd)" 15
is 'nobody else' "$(traced raw_syscalls/sys_enter 'comm == "nobody else"' $provoke calls somebody 7)" 0
