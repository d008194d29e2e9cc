# shellcheck shell=bash
# An ssh server on loopback, over which the engines can be reached as on another machine.

ssh_port=${MOORAGE_SSH_PORT:-25595}
ssh_folder=$home/ssh

ssh_up() {
  if ssh_answers; then return 0; fi
  # It drops its privileges to a user of this name.
  id sshd >/dev/null 2>&1 || useradd --system --home-dir /run/sshd --no-create-home --shell /usr/sbin/nologin sshd || fail "could not add the user sshd"
  mkdir -p "$ssh_folder" /run/sshd
  local name
  for name in host_key id_ed25519; do
    [ -e "$ssh_folder/$name" ] || in_root ssh-keygen -q -t ed25519 -N '' -C moorage -f "$ssh_folder/$name" || fail "could not make a key"
  done
  cp "$ssh_folder/id_ed25519.pub" "$ssh_folder/authorized_keys"
  echo "[127.0.0.1]:$ssh_port $(cut -d ' ' -f 1-2 "$ssh_folder/host_key.pub")" >"$ssh_folder/known_hosts"
  cat >"$ssh_folder/sshd_config" <<CONFIG
ListenAddress 127.0.0.1
Port $ssh_port
HostKey $ssh_folder/host_key
AuthorizedKeysFile $ssh_folder/authorized_keys
PidFile $ssh_folder/pid
StrictModes no
UsePAM no
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin prohibit-password
LogLevel VERBOSE
SetEnv DOCKER_HOST=unix://$sockets/docker.sock
CONFIG
  in_root setsid /usr/sbin/sshd -D -e -f "$ssh_folder/sshd_config" >"$ssh_folder/log" 2>&1 </dev/null 9>&- &
  disown
  if ! wait_until 30 ssh_answers; then
    show_log "$ssh_folder/log"
    fail "the ssh server did not come up within 30 s"
  fi
}

ssh_answers() {
  case $(timeout 3 bash -c "exec 3<>/dev/tcp/127.0.0.1/$ssh_port && head -c 4 <&3" 2>/dev/null) in
    SSH-) return 0 ;;
    *) return 1 ;;
  esac
}

ssh_down() {
  if [ -s "$ssh_folder/pid" ] && is_engine_process "$(cat "$ssh_folder/pid")"; then end_process "$(cat "$ssh_folder/pid")"; fi
  rm -f "$ssh_folder/pid"
}

ssh_env() {
  if ! ssh_answers; then return 0; fi
  echo "export MOORAGE_TEST_SSH=ssh://root@127.0.0.1:$ssh_port"
  echo "export MOORAGE_TEST_SSH_FOLDER=$ssh_folder"
  echo "export MOORAGE_TEST_SSH_AGENT=$(command -v ssh-agent)"
}

ssh_status() {
  if ssh_answers; then echo "ssh: 127.0.0.1:$ssh_port"; else echo "ssh on 127.0.0.1:$ssh_port: down"; fi
}
