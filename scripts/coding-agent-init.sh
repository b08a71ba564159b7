#!/usr/bin/env bash
# Prepares this machine for coding agents: checks what is needed, builds the agent image, and creates the shared
# directories. Starts nothing: milepost starts a container for each run and removes it afterwards.
#
#   scripts/coding-agent-init.sh [--engine docker|podman] [--rebuild] [--egress]
#
# With --egress also the image of the egress proxy, which network.mode `allowlist` needs.
#
# `milepost setup` builds the same image and fills the harness volume as well; this script needs only a shell.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
context=$here/../deploy/coding-agent
egress_context=$here/../deploy/egress-proxy
egress_image=${MILEPOST_NETWORK_PROXY_IMAGE:-milepost-egress:latest}
image=${MILEPOST_IMAGE:-milepost-agent:latest}
data=${MILEPOST_DATA:-${XDG_DATA_HOME:-${HOME:?HOME is not set}/.local/share}/milepost}
engine=${MILEPOST_ENGINE:-}
rebuild=no
egress=no
failures=0

say() { printf '%s\n' "$*"; }
ok() { printf '  ok      %s\n' "$*"; }
bad() { printf '  MISSING %s\n' "$*"; failures=$((failures + 1)); }

while [ $# -gt 0 ]; do
  case $1 in
    --engine) engine=${2:?--engine needs a name}; shift 2 ;;
    --rebuild) rebuild=yes; shift ;;
    --egress) egress=yes; shift ;;
    -h | --help) sed -n '2,9s/^# \{0,1\}//p' "$0"; exit 0 ;;
    *) say "unknown argument '$1'; see $0 --help" >&2; exit 2 ;;
  esac
done

say "Checking prerequisites"
if command -v git >/dev/null; then ok "$(git --version)"; else bad "git: install it with your package manager"; fi
if [ -z "$engine" ]; then
  for candidate in docker podman; do
    if command -v "$candidate" >/dev/null && "$candidate" info >/dev/null 2>&1; then engine=$candidate; break; fi
  done
fi
if [ -z "$engine" ]; then
  bad "a running container engine: start Docker (sudo systemctl start docker) or install podman"
elif "$engine" info >/dev/null 2>&1; then
  ok "$engine $("$engine" version --format '{{.Server.Version}}' 2>/dev/null || "$engine" version --format '{{.Client.Version}}')"
else
  bad "$engine does not answer: $("$engine" info 2>&1 >/dev/null | tail -n 1)"
fi
free_kb=$(df -Pk "$HOME" | awk 'NR == 2 {print $4}')
if [ "$free_kb" -ge 3000000 ]; then ok "disk space"; else bad "3 GB of free disk space below $HOME"; fi
if [ -f "$context/Dockerfile" ]; then ok "Dockerfile"; else bad "$context/Dockerfile: run this script from a full checkout"; fi
if [ "$failures" -gt 0 ]; then
  say "$failures missing; nothing was changed." >&2
  exit 3
fi

# build_image IMAGE CONTEXT
build_image() {
  local image=$1 context=$2
  say "Building the image $image"
  if [ "$rebuild" = no ] && "$engine" image inspect "$image" >/dev/null 2>&1; then
    ok "$image is there (--rebuild builds it again)"
    return
  fi
  local base arguments engine_command=("$engine") variable limit hard log
  base=$("$here/base-image" --engine "$engine")
  arguments=(--build-arg "BASE=$base" --tag "$image")
  for variable in DEBIAN_MIRROR EXTRA_PACKAGES http_proxy https_proxy no_proxy; do
    if [ -n "${!variable:-}" ]; then arguments+=(--build-arg "$variable=${!variable}"); fi
  done
  # Podman's default limits can be above what the machine allows, and not every Podman comes with crun.
  if [ "$engine" = podman ]; then
    for limit in nofile:n nproc:u; do
      hard=$(ulimit -H"${limit#*:}")
      if [ "$hard" = unlimited ] || [ "$hard" -gt 1048576 ]; then hard=1048576; fi
      arguments+=(--ulimit "${limit%:*}=$hard:$hard")
    done
    if ! command -v crun >/dev/null && command -v runc >/dev/null; then
      engine_command=(podman --runtime runc)
    fi
  fi
  log=$(mktemp "${TMPDIR:-/tmp}/milepost-image.XXXXXX")
  say "  this takes some minutes; what the engine says goes to $log"
  if ! "${engine_command[@]}" build "${arguments[@]}" "$context" >"$log" 2>&1; then
    tail -n 40 "$log" >&2
    say "$image could not be built; everything that the engine said: $log" >&2
    exit 3
  fi
  rm -f "$log"
  ok "$image"
}

build_image "$image" "$context"
if [ "$egress" = yes ]; then build_image "$egress_image" "$egress_context"; fi

say "Creating shared directories below $data"
# The compose file says what each one is for. Your own, and nobody else's: logs can hold what agents saw.
for directory in models logs shared; do
  (umask 077 && mkdir -p "$data/$directory")
  ok "$data/$directory"
done

say "Done; nothing was started. Next: milepost setup --harness claude, then milepost run PLAN"
