# shellcheck shell=bash
# What the engines share: messages, waiting, and stopping what an earlier run left.

fail() {
  echo "engines: $*" >&2
  exit 1
}

say() { echo "engines: $*" >&2; }

# wait_until SECONDS COMMAND...: polls until the command succeeds.
wait_until() {
  local deadline=$((SECONDS + $1))
  shift
  until "$@"; do
    [ $SECONDS -lt $deadline ] || return 1
    sleep 0.2
  done
}

call() { curl --silent --show-error --fail-with-body --max-time "${call_seconds:-60}" "$@"; }

# Whether a Docker or Podman API answers on a socket.
docker_answers() {
  [ -S "$1" ] && [ "$(curl --silent --max-time 3 --unix-socket "$1" http://engine/_ping 2>/dev/null)" = OK ]
}

# The daemon starts in a mount namespace of its own, in which the Debian 13 root's /usr is the machine's.
in_root() {
  unshare --mount sh -c 'mount --make-rslave / && mount --rbind "$0/usr" /usr && exec "$@"' "$root" "$@"
}

# Ends a process and waits until it is gone.
end_process() { end_all "$1"; }

# end_all PID...: asks all of them at once, and after a while no longer asks.
end_all() {
  [ $# -gt 0 ] || return 0
  kill -TERM "$@" 2>/dev/null || true
  if ! wait_until 15 gone "$@"; then kill -KILL "$@" 2>/dev/null || true; fi
  wait_until 5 gone "$@" || true
}

# Whether none of them is left.
gone() { ! kill -0 "$@" 2>/dev/null; }

# Ends every process whose command line names a folder of ours (shims, containerd, conmon): daemons that were killed leave
# them, and Podman leaves one for every exec of the last minutes.
end_processes_of() {
  local pid found=()
  for pid in $(pgrep -f -- "$1" 2>/dev/null || true); do
    [ "$pid" = $$ ] || [ "$pid" = "$PPID" ] || ! is_engine_process "$pid" || found+=("$pid")
  done
  end_all "${found[@]}"
}

is_engine_process() {
  case $(cat "/proc/$1/comm" 2>/dev/null) in
    dockerd | containerd | containerd-shim* | docker-proxy | podman | conmon | netavark | aardvark-dns | docker-registry | sshd) return 0 ;;
    *) return 1 ;;
  esac
}

# Unmounts everything below a folder, deepest first.
unmount_below() {
  local point
  awk -v folder="$1/" 'index($2, folder) == 1 { print $2 }' /proc/mounts | sort -r | while read -r point; do
    umount --lazy "$point" 2>/dev/null || true
  done
}

show_log() {
  echo "engines: the last lines of $1:" >&2
  tail -n 20 "$1" >&2 || true
}
