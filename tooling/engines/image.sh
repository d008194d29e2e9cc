# shellcheck shell=bash
# The fixture image: a root of static busybox, made here because no public registry is needed.

fixture_image=moorage-fixture:1
fixture_archive=$home/fixture.tar
# The same files under an id of its own.
other_image=moorage-other:1
other_changes='changes=LABEL%20org.moorage.fixture%3Dother'
fixture_changes='changes=CMD%20%5B%22sh%22%5D&changes=ENV%20PATH%3D/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'

make_fixture() {
  [ ! -e "$fixture_archive" ] || return 0
  local folder=$home/fixture applet
  rm -rf "$folder"
  mkdir -p "$folder"/{bin,dev,etc,home,proc,root,run,sys,tmp,usr/bin,var}
  chmod 1777 "$folder/tmp"
  cp "$(static_busybox)" "$folder/bin/busybox"
  for applet in $("$folder/bin/busybox" --list); do
    [ "$applet" = busybox ] || ln -s busybox "$folder/bin/$applet"
  done
  printf 'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/false\n' >"$folder/etc/passwd"
  printf 'root:x:0:\nnogroup:x:65534:\n' >"$folder/etc/group"
  tar --create --sort=name --owner=0 --group=0 --numeric-owner --mtime=@0 --directory "$folder" --file "$fixture_archive.new" .
  mv "$fixture_archive.new" "$fixture_archive"
  rm -rf "$folder"
}

static_busybox() {
  local candidate
  for candidate in "$root/usr/bin/busybox" "$root/bin/busybox"; do
    if [ -f "$candidate" ]; then
      echo "$candidate"
      return
    fi
  done
  fail "the Debian 13 root has no busybox"
}

# Gives both engines the image, and the registries a copy of it; the open one also has an image that no engine has.
import_fixture() {
  local socket=$sockets/docker.sock engine
  for engine in "$socket" "$sockets/podman.sock" "$rootless_socket"; do
    if docker_answers "$engine"; then import_into "$engine" "$fixture_image" "$fixture_changes"; fi
  done
  docker_answers "$socket" || return 0
  push_image "$fixture_image" "$open_registry" ""
  push_image "$fixture_image" "$auth_registry" "$(registry_header)"
  import_into "$socket" "$other_image" "$fixture_changes&$other_changes"
  push_image "$other_image" "$open_registry" ""
  call --output /dev/null --unix-socket "$socket" --request DELETE "http://engine/images/$other_image"
}

# import_into SOCKET IMAGE CHANGES
import_into() {
  local socket=$1 image=$2 changes=$3
  if call --output /dev/null --unix-socket "$socket" "http://engine/images/$image/json" 2>/dev/null; then return 0; fi
  call --output /dev/null --unix-socket "$socket" --request POST --header 'Content-Type: application/x-tar' \
    --data-binary "@$fixture_archive" "http://engine/images/create?fromSrc=-&repo=${image%:*}&tag=${image#*:}&$changes" ||
    fail "could not import $image through $socket"
}

# push_image IMAGE REGISTRY HEADER
push_image() {
  local image=$1 registry=$2 header=$3 socket=$sockets/docker.sock answer
  local repository=$registry/${image%:*} tag=${image#*:}
  registry_answers "$registry" || return 0
  call --output /dev/null --unix-socket "$socket" --request POST "http://engine/images/$image/tag?repo=$repository&tag=$tag"
  answer=$(call --unix-socket "$socket" --request POST --header "X-Registry-Auth: ${header:-e30=}" "http://engine/images/$repository/push?tag=$tag")
  case $answer in *errorDetail*) fail "could not push $image to $registry: $answer" ;; esac
  # The tests want to pull it.
  call --output /dev/null --unix-socket "$socket" --request DELETE "http://engine/images/$repository:$tag"
}

registry_header() {
  printf '{"username":"%s","password":"%s","serveraddress":"%s"}' "$registry_user" "$registry_password" "$auth_registry" | base64 -w0 | tr '+/' '-_'
}
