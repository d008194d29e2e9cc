# shellcheck shell=bash
# Podman's API service once more, for an ordinary user.

rootless_user=moorage-rootless
rootless_folder=$home/podman-rootless
rootless_socket=$rootless_folder/run/podman.sock

rootless_up() {
  if docker_answers "$rootless_socket"; then return 0; fi
  rootless_down
  id "$rootless_user" >/dev/null 2>&1 || useradd --system --add-subids-for-system --home-dir "$rootless_folder" --shell /usr/sbin/nologin "$rootless_user" ||
    fail "could not add the user $rootless_user"
  mkdir -p "$rootless_folder/etc" "$rootless_folder/root" "$rootless_folder/run"
  cp -r "$root/etc/containers/." "$rootless_folder/etc/"
  cat >"$rootless_folder/containers.conf" <<TOML
[engine]
runtime = "/usr/sbin/runc"
cgroup_manager = "cgroupfs"
events_logger = "file"
TOML
  write_registries_configuration "$rootless_folder/registries.conf"
  # The user's networks need a device that only root may open as it is.
  [ -e "$rootless_folder/tun" ] || mknod -m 666 "$rootless_folder/tun" c 10 200
  chown "$rootless_user:" "$rootless_folder" "$rootless_folder/root" "$rootless_folder/run"
  HOME=$rootless_folder XDG_RUNTIME_DIR=$rootless_folder/run PODMAN_IGNORE_CGROUPSV1_WARNING=1 \
    CONTAINERS_CONF=$rootless_folder/containers.conf CONTAINERS_REGISTRIES_CONF=$rootless_folder/registries.conf \
    in_root setsid sh -c 'mkdir -p /etc/containers && mount --bind "$0/etc" /etc/containers && mount --bind "$0/tun" /dev/net/tun && cd / && exec setpriv --reuid "$1" --regid "$1" --clear-groups podman --root "$0/root" --runroot "$0/run/containers" system service --time=0 "unix://$2"' \
    "$rootless_folder" "$rootless_user" "$rootless_socket" >"$rootless_folder/log" 2>&1 </dev/null 9>&- &
  disown
  if ! wait_until 60 docker_answers "$rootless_socket"; then
    show_log "$rootless_folder/log"
    fail "podman did not come up for $rootless_user within 60 s"
  fi
}

rootless_down() {
  # Nothing else runs as this user.
  local pids
  mapfile -t pids < <(pgrep -u "$rootless_user" 2>/dev/null || true)
  end_all "${pids[@]}"
  unmount_below "$rootless_folder"
  rm -rf "$rootless_folder/run"
}
