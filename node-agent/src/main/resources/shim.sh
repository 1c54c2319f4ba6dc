#!/bin/sh
# Stays above a container's command, in a session of its own, and writes its exit status down: the agent may be away.
# shim.sh FOLDER CGROUPS COMMAND [ARGUMENT...]; CGROUPS: folders to join, separated by colons, may be empty.
folder=$1
# Its own number, start time and boot, so that an agent that ended right after starting it still finds it, and takes no
# other process for it later.
read -r stat </proc/$$/stat
started=$(set -- ${stat##*)}; echo "${20}")
read -r boot </proc/sys/kernel/random/boot_id
echo "$$ $started $boot" >"$folder/process.own"
mv "$folder/process.own" "$folder/process"
IFS=:
for group in $2; do
  echo $$ >"$group/cgroup.procs"
done
unset IFS
shift 2
# The whole group gets the signal; the command decides what to do, and this waits for it.
trap : TERM INT HUP
# The shell says on its own stderr how a job ended; that is no output of the command.
exec 3>&2 2>/dev/null
"$@" 2>&3 3>&- &
child=$!
# Before this, and until that process has become the command, nobody would hear a signal.
echo "$child" >"$folder/command"
while :; do
  wait "$child"
  status=$?
  kill -0 "$child" 2>/dev/null || break
done
echo "$status" >"$folder/exit.new"
mv "$folder/exit.new" "$folder/exit"
