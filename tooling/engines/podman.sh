# shellcheck shell=bash
# Podman's API service, rootful, with storage of its own.

podman_up() {
  local folder=$home/podman socket=$sockets/podman.sock
  if docker_answers "$socket"; then return 0; fi
  podman_down
  mkdir -p "$folder/etc" "$folder/networks"
  write_podman_configuration "$folder"
  # policy.json and registries.conf come from Debian 13's /etc/containers, which is laid over the machine's own.
  CONTAINERS_CONF=$folder/containers.conf CONTAINERS_REGISTRIES_CONF=$folder/registries.conf PODMAN_IGNORE_CGROUPSV1_WARNING=1 \
    in_root setsid sh -c 'mkdir -p /etc/containers && mount --bind "$0/etc" /etc/containers && exec podman --root "$0/root" --runroot "$0/run" system service --time=0 "unix://$1"' \
    "$folder" "$socket" >"$folder/log" 2>&1 </dev/null 9>&- &
  disown
  if ! wait_until 60 docker_answers "$socket"; then
    show_log "$folder/log"
    fail "podman did not come up within 60 s"
  fi
  pgrep -f -- "system service --time=0 unix://$socket" | head -n 1 >"$folder/pid"
}

write_podman_configuration() {
  local folder=$1
  cp -r "$root/etc/containers/." "$folder/etc/"
  # A root without CAP_SYS_RESOURCE may not raise limits; crun refuses hybrid cgroups.
  cat >"$folder/containers.conf" <<TOML
[containers]
default_ulimits = ["nofile=$(ulimit -Hn):$(ulimit -Hn)", "nproc=$(ulimit -Hu):$(ulimit -Hu)"]
[engine]
runtime = "/usr/sbin/runc"
[network]
network_config_dir = "$folder/networks"
default_subnet = "10.93.0.0/24"
default_subnet_pools = [{ base = "10.94.0.0/16", size = 24 }]
TOML
  write_registries_configuration "$folder/registries.conf"
}

# All test registries speak plain HTTP, and Podman takes nobody's word for it.
write_registries_configuration() {
  cat >"$1" <<TOML
unqualified-search-registries = []
[[registry]]
location = "$open_registry"
insecure = true
[[registry]]
location = "$auth_registry"
insecure = true
[[registry]]
location = "${plain_addresses%,*}"
insecure = true
[[registry]]
location = "${plain_addresses#*,}"
insecure = true
TOML
}

podman_down() {
  local folder=$home/podman
  if [ -s "$folder/pid" ] && is_engine_process "$(cat "$folder/pid")"; then end_process "$(cat "$folder/pid")"; fi
  end_processes_of "$folder/"
  unmount_below "$folder"
  # What it knows of running containers is void once their processes are gone.
  rm -rf "$folder/run" "$folder/pid" "$sockets/podman.sock"
}
