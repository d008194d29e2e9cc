# shellcheck shell=bash
# Two registries on loopback: one open, one with Basic auth. Their contents go with them.

open_registry=127.0.0.1:${MOORAGE_REGISTRY_PORT:-25591}
auth_registry=127.0.0.1:${MOORAGE_AUTH_REGISTRY_PORT:-25592}
# Nobody listens here: they are for registries that tests bring.
plain_addresses=127.0.0.1:${MOORAGE_PLAIN_PORT:-25593},127.0.0.1:${MOORAGE_OTHER_PLAIN_PORT:-25594}
registry_user=moorage
registry_password=harbour

registries_up() {
  registry_up open "$open_registry" ""
  mkdir -p "$home/registry-auth"
  htpasswd -Bbn "$registry_user" "$registry_password" >"$home/registry-auth/htpasswd"
  registry_up auth "$auth_registry" "auth: { htpasswd: { realm: moorage, path: $home/registry-auth/htpasswd } }"
}

# registry_up NAME ADDRESS AUTH
registry_up() {
  local folder=$home/registry-$1 address=$2 auth=$3
  if registry_answers "$address"; then return 0; fi
  mkdir -p "$folder/data"
  cat >"$folder/config.yml" <<YAML
version: 0.1
log: { level: error, accesslog: { disabled: true } }
storage: { filesystem: { rootdirectory: $folder/data }, delete: { enabled: true } }
http: { addr: $address }
$auth
YAML
  setsid "$root/usr/bin/docker-registry" serve "$folder/config.yml" >"$folder/log" 2>&1 </dev/null 9>&- &
  echo $! >"$folder/pid"
  disown
  if ! wait_until 30 registry_answers "$address"; then
    show_log "$folder/log"
    fail "the registry on $address did not come up within 30 s"
  fi
}

registry_answers() {
  case $(curl --silent --max-time 3 --output /dev/null --write-out '%{http_code}' "http://$1/v2/" 2>/dev/null) in
    200 | 401) return 0 ;;
    *) return 1 ;;
  esac
}

registries_down() {
  local folder
  for folder in "$home/registry-open" "$home/registry-auth"; do
    if [ -s "$folder/pid" ] && is_engine_process "$(cat "$folder/pid")"; then end_process "$(cat "$folder/pid")"; fi
    end_processes_of "$folder/"
    rm -rf "$folder"
  done
}

registries_env() {
  echo "export MOORAGE_TEST_PLAIN_ADDRESSES=$plain_addresses"
  if registry_answers "$open_registry"; then echo "export MOORAGE_TEST_REGISTRY=$open_registry"; fi
  if registry_answers "$auth_registry"; then
    echo "export MOORAGE_TEST_AUTH_REGISTRY=$auth_registry"
    echo "export MOORAGE_TEST_AUTH_REGISTRY_USER=$registry_user"
    echo "export MOORAGE_TEST_AUTH_REGISTRY_PASSWORD=$registry_password"
  fi
}

registries_status() {
  local address
  for address in "$open_registry" "$auth_registry"; do
    if registry_answers "$address"; then echo "registry: $address"; else echo "registry on $address: down"; fi
  done
}
