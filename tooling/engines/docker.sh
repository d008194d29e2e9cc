# shellcheck shell=bash
# Docker daemons, each with folders, a socket and a bridge of its own.

# docker_up FOLDER SOCKET BRIDGE ADDRESS
docker_up() {
  local folder=$1 socket=$2 bridge=$3 address=$4
  if docker_answers "$socket"; then return 0; fi
  docker_down "$folder" "$socket"
  mkdir -p "$folder"
  ip link show "$bridge" >/dev/null 2>&1 || ip link add name "$bridge" type bridge
  ip addr replace "$address" dev "$bridge"
  ip link set "$bridge" up
  cat >"$folder/daemon.json" <<JSON
{
  "data-root": "$folder/data",
  "exec-root": "$folder/exec",
  "pidfile": "$folder/pid",
  "hosts": ["unix://$socket"],
  "bridge": "$bridge",
  "default-address-pools": [{ "base": "$(address_pool "$address")", "size": 24 }]
}
JSON
  # Descriptor 9 is the lock, which the daemon must not keep.
  in_root setsid dockerd --config-file "$folder/daemon.json" >"$folder/log" 2>&1 </dev/null 9>&- &
  disown
  if ! wait_until 60 docker_answers "$socket"; then
    show_log "$folder/log"
    fail "dockerd did not come up within 60 s"
  fi
}

# 172.31.91.1/24 -> 10.91.0.0/16: networks of different daemons must not overlap.
address_pool() {
  echo "10.$(echo "$1" | cut -d. -f3).0.0/16"
}

# docker_down FOLDER SOCKET
docker_down() {
  local folder=$1 socket=$2
  if [ -s "$folder/pid" ] && is_engine_process "$(cat "$folder/pid")"; then end_process "$(cat "$folder/pid")"; fi
  end_processes_of "$folder/"
  unmount_below "$folder"
  rm -rf "$folder/exec" "$folder/pid" "$socket"
}

# A daemon that a test may kill at any moment.
throwaway_up() {
  local folder
  require_debian_root
  [ -e "$root/.complete" ] || fail "run 'engines up' first"
  mkdir -p "$1"
  folder=$(cd "$1" && pwd)
  prepare_host
  # It has no bridge: what is killed leaves nothing of the network behind.
  mkdir -p "$folder"
  cat >"$folder/daemon.json" <<JSON
{
  "data-root": "$folder/data",
  "exec-root": "$folder/exec",
  "pidfile": "$folder/pid",
  "hosts": ["unix://$folder/docker.sock"],
  "bridge": "none",
  "iptables": false,
  "ip6tables": false
}
JSON
  in_root setsid dockerd --config-file "$folder/daemon.json" >"$folder/log" 2>&1 </dev/null &
  disown
  if ! wait_until 60 docker_answers "$folder/docker.sock"; then
    show_log "$folder/log"
    fail "the throwaway dockerd did not come up within 60 s"
  fi
  import_into "$folder/docker.sock" "$fixture_image" "$fixture_changes"
  echo "THROWAWAY_HOST=unix://$folder/docker.sock"
  echo "THROWAWAY_PID=$(cat "$folder/pid")"
}

throwaway_down() {
  [ -d "$1" ] || return 0
  local folder
  folder=$(cd "$1" && pwd)
  [ -e "$folder/daemon.json" ] || fail "$folder is not the folder of a throwaway daemon"
  docker_down "$folder" "$folder/docker.sock"
  rm -rf "$folder"
}
