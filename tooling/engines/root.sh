# shellcheck shell=bash
# The Debian 13 root that the daemons come from, and what the machine itself must have.

root_packages=docker.io,docker-cli,docker-compose,docker-buildx,containerd,runc,podman,crun,conmon,netavark,aardvark-dns,criu,passt
root_packages+=,iptables,nftables,iproute2,docker-registry,busybox-static,catatonit,fuse-overlayfs,uidmap,kmod,procps,coreutils
root_packages+=,openssh-server,openssh-client,bash,dash,tar,gzip,grep,sed,util-linux,ca-certificates

require_debian_root() {
  [ "$(id -u)" = 0 ] || fail "this needs root (daemons, mounts, networks). Run it as root, or name engines of your own with MOORAGE_TEST_DOCKER_HOST and MOORAGE_TEST_PODMAN_HOST."
  command -v apt-get >/dev/null || fail "this needs a Debian machine (apt-get). Elsewhere, name engines of your own with MOORAGE_TEST_DOCKER_HOST and MOORAGE_TEST_PODMAN_HOST."
}

prepare_root() {
  install_host_packages
  [ "$(cat "$root/.complete" 2>/dev/null)" != "$root_packages" ] || return 0
  say "making the Debian 13 root (about 20 s)"
  local mirror log=$home/root.log
  mirror=$(debian_mirror)
  rm -rf "$root" "$root.new"
  if ! timeout 540 mmdebstrap --variant=extract --include="$root_packages" trixie "$root.new" "deb $mirror trixie main" >"$log" 2>&1; then
    show_log "$log"
    fail "the Debian 13 root could not be made"
  fi
  # No maintainer script has run, so the alternatives' links are missing.
  mkdir -p "$root.new/usr/local/sbin"
  local name
  for name in iptables ip6tables iptables-save iptables-restore ip6tables-save ip6tables-restore; do
    ln -sfn /usr/sbin/xtables-nft-multi "$root.new/usr/local/sbin/$name"
  done
  mv "$root.new" "$root"
  echo "$root_packages" >"$root/.complete"
}

install_host_packages() {
  local missing=()
  command -v mmdebstrap >/dev/null || missing+=(mmdebstrap)
  command -v iptables >/dev/null || missing+=(iptables)
  command -v curl >/dev/null || missing+=(curl)
  command -v htpasswd >/dev/null || missing+=(apache2-utils)
  command -v ssh-agent >/dev/null || missing+=(openssh-client)
  [ ${#missing[@]} -gt 0 ] || return 0
  say "installing ${missing[*]}"
  if ! { timeout 240 apt-get update && DEBIAN_FRONTEND=noninteractive timeout 240 apt-get install --yes "${missing[@]}"; } >"$home/packages.log" 2>&1; then
    show_log "$home/packages.log"
    fail "could not install ${missing[*]}"
  fi
}

# The mirror that the machine's own apt uses.
debian_mirror() {
  local mirror
  mirror=$({ grep -hs '^URIs:' /etc/apt/sources.list.d/*.sources | awk '{ print $2 }'
    grep -hs '^deb ' /etc/apt/sources.list /etc/apt/sources.list.d/*.list | sed 's/\[[^]]*\]//' | awk '{ print $2 }'
  } | grep -E '/debian/?$' | head -n 1)
  [ -n "$mirror" ] || fail "found no Debian mirror in this machine's apt sources"
  echo "$mirror"
}

prepare_host() {
  # Without it dockerd sets the FORWARD policy to DROP, and Podman's containers cannot reach each other.
  sysctl -qw net.ipv4.ip_forward=1 || fail "could not switch on net.ipv4.ip_forward"
}
