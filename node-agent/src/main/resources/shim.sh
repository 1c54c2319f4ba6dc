#!/bin/sh
# Stays above a container's command, in a session of its own: takes its output to a file, and writes its exit status
# down. The agent may be away. It is not in the container's control groups, so that it can end all that is.
# shim.sh FOLDER GROUPS COMMAND [ARGUMENT...]; GROUPS: folders to join, separated by colons, may be empty; the first has
# all that the container starts. What it writes itself belongs into the container's output, where the agent opened it.
folder=$1
groups=$2
shift 2
# Its own number, start time and boot, so that an agent that ended right after starting it still finds it, and takes no
# other process for it later.
read -r stat </proc/$$/stat
start_time() {
  shift 19
  echo "$1"
}
started=$(start_time ${stat##*)})
read -r boot </proc/sys/kernel/random/boot_id
echo "$$ $started $boot" >"$folder/process.own"
mv "$folder/process.own" "$folder/process"

join() {
  IFS=:
  for group in $groups; do
    echo 0 >"$group/cgroup.procs" || exit 126
  done
  unset IFS
}

# Whoever is forked meanwhile is in it, too.
end_group() {
  [ ! -e "$1/cgroup.kill" ] || { echo 1 >"$1/cgroup.kill"; return; }
  rounds=0
  while read -r first <"$1/cgroup.procs" && [ "$rounds" -lt 50 ]; do
    while read -r pid; do kill -KILL "$pid"; done <"$1/cgroup.procs"
    rounds=$((rounds + 1))
    [ "$rounds" -ne 5 ] || [ ! -e "$1/pids.max" ] || echo 0 >"$1/pids.max"
    sleep 0.02
  done
}

mkfifo "$folder/pipe" || exit 126
# The whole session gets the signal; the command decides what to do, and this waits for it.
trap : TERM INT HUP
drained=
trap 'drained=yes' USR1
# The shell says on its own stderr how a job ended; that is no output of the command.
exec 3>&2 2>/dev/null
# A pipe, not the file: who opens /dev/stderr anew must not empty it. What a full disk refuses is lost, and the container
# goes on.
(
  trap '' TERM INT HUP
  until cat; do [ $? -eq 1 ] || sleep 1; done
  # Its number may be another's by now.
  read -r stat </proc/$$/stat && [ "$(start_time ${stat##*)})" = "$started" ] && kill -USR1 $$
) <"$folder/pipe" 3>&- &
(
  join
  exec "$@"
) >"$folder/pipe" 2>&1 3>&- &
child=$!
# Before this, and until that process has become the command, nobody would hear a signal.
echo "$child" >"$folder/command"
while :; do
  wait "$child"
  status=$?
  kill -0 "$child" || break
done
# Where a signal and the end came together, that was the signal's number; the command's own status is still to be had.
trap '' TERM INT HUP
wait "$child"
again=$?
[ "$again" -eq 127 ] || status=$again
[ -z "$groups" ] || end_group "${groups%%:*}"
# All that it said comes before the news of its end. Who left the group and holds the pipe is not waited for.
sleep 2 &
timer=$!
while [ -z "$drained" ] && kill -0 "$timer"; do
  wait "$timer"
done
kill -KILL "$timer"
echo "$status" >"$folder/exit.new"
mv "$folder/exit.new" "$folder/exit"
