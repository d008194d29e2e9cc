# shellcheck shell=bash
# Docker's command line with its plugins, in a folder that tests put in front of their PATH and name as DOCKER_CONFIG.

compose_folder=$home/compose

compose_up() {
  mkdir -p "$compose_folder/cli-plugins" "$compose_folder/standalone"
  ln -sfn "$root/usr/bin/docker" "$compose_folder/docker"
  ln -sfn "$root/usr/libexec/docker/cli-plugins/docker-compose" "$compose_folder/standalone/docker-compose"
  local plugin
  for plugin in docker-compose docker-buildx; do
    ln -sfn "$root/usr/libexec/docker/cli-plugins/$plugin" "$compose_folder/cli-plugins/$plugin"
  done
}

compose_env() {
  if [ -e "$compose_folder/docker" ]; then echo "export MOORAGE_TEST_COMPOSE_FOLDER=$compose_folder"; fi
}
