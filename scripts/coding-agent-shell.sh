#!/usr/bin/env bash
# Opens a shell in a coding-agent container that milepost is running right now.
#
#   scripts/coding-agent-shell.sh [--engine docker|podman] [CONTAINER]
#
# A shell here is a second pair of hands in the agent's own container: it sees and changes the same files, and it
# ends with the container. To get a container for yourself, use `milepost shell`.
set -euo pipefail

image=${MILEPOST_IMAGE:-milepost-agent:latest}
engine=${MILEPOST_ENGINE:-}
container=

while [ $# -gt 0 ]; do
  case $1 in
    --engine) engine=${2:?--engine needs a name}; shift 2 ;;
    -h | --help) sed -n '2,7s/^# \{0,1\}//p' "$0"; exit 0 ;;
    -*) printf '%s\n' "unknown argument '$1'; see $0 --help" >&2; exit 2 ;;
    *) container=$1; shift ;;
  esac
done

if [ -z "$engine" ]; then
  for candidate in docker podman; do
    if command -v "$candidate" >/dev/null && "$candidate" info >/dev/null 2>&1; then engine=$candidate; break; fi
  done
  if [ -z "$engine" ]; then
    echo "neither docker nor podman answers; start one, or name it with --engine" >&2
    exit 3
  fi
fi

mapfile -t running < <("$engine" ps --filter label=milepost.run --format '{{.Names}}')

if [ -z "$container" ] && [ "${#running[@]}" -eq 0 ]; then
  cat >&2 <<TEXT
No coding-agent container is running. milepost starts one for each run and removes it at the end:

  milepost run PLAN        runs a milestone in one
  milepost shell           opens a shell in one of your own, with harnesses and limits as in a run

To look around in the image by hand, without milepost and its protections of .git:

  $engine run --rm -it --user "\$(id -u):\$(id -g)" --cap-drop ALL --security-opt no-new-privileges \\
    --mount "type=bind,src=\$PWD,dst=/workspace" --tmpfs /home/agent:rw,exec,mode=1777 --env HOME=/home/agent \\
    $image bash
TEXT
  exit 1
fi

if [ -z "$container" ]; then
  if [ "${#running[@]}" -gt 1 ]; then
    { echo "Several are running; name one:"; printf '  %s\n' "${running[@]}"; } >&2
    exit 2
  fi
  container=${running[0]}
fi

flags=(--interactive)
if [ -t 0 ] && [ -t 1 ]; then flags+=(--tty); fi
exec "$engine" exec "${flags[@]}" --env HOME=/home/agent --workdir /workspace "$container" bash
