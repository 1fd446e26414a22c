# shellcheck shell=bash
# How quickstart talks, runs a step and ends: sourced by contrib/quickstart.
# shellcheck disable=SC2154  # root and build are set there

child=
must_finish=
started=$SECONDS

say() { printf '%s\n' "$*"; }
die() { printf 'quickstart: %s\n' "$*" >&2; exit 1; }

plain_path=

# Autoconf refuses a folder with blanks or quotes in its name: it is shown a link without, which goes when we go.
# It has the same name in each run, as what is configured there holds it.
avoid_blanks() {
  case "$root" in *[!-+./_[:alnum:]]*) ;; *) return 0 ;; esac
  plain_path=/run/tlsward-quickstart-$(printf '%s' "$root" | cksum | cut -d ' ' -f 1)
  ln -sfn "$root" "$plain_path"
  root=$plain_path
  build="$root/build"
}

begin() {
  avoid_blanks
  mkdir -p "$build/log"
  export LC_ALL=C TMPDIR="${TMPDIR:-/tmp}"
  # A job of its own process group can be ended whole; without this a Ctrl-C would leave grandchildren.
  set -m
  trap on_exit EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM HUP
}

# Ends the step that runs now and hands the build folder back to whoever owns the checkout.
on_exit() {
  local status=$?
  trap '' INT TERM HUP
  if [ -n "$child" ]; then
    if [ -n "$must_finish" ]; then
      say "(letting apt-get finish what it began)"
    else
      kill -TERM -- "-$child" 2>/dev/null || true
    fi
    wait "$child" 2>/dev/null || true
  fi
  restore_policy
  give_back
  [ -z "$plain_path" ] || rm -f "$plain_path"
  exit "$status"
}

give_back() {
  local owner
  owner=$(stat -L -c %u:%g "$root") || return 0
  [ "$owner" != 0:0 ] || return 0
  chown -R "$owner" "$build" 2>/dev/null || true
  local made
  for made in configure build_config.h.in Makefile.in aclocal.m4 autom4te.cache build-aux; do
    [ ! -e "$root/$made" ] || chown -R "$owner" "$root/$made" || true
  done
}

# run_attached COMMAND…: runs it with our output, so that it can be ended from a trap; its status is ours.
run_attached() {
  local status=0
  "$@" </dev/null &
  child=$!
  wait "$child" || status=$?
  child=
  return "$status"
}

# quiet_step NAME TEXT COMMAND…: says TEXT, runs the command into build/log/NAME.log, says how long it took.
# A failure shows the end of the log and returns the command's status.
quiet_step() {
  local name=$1 text=$2 status=0 before=$SECONDS
  shift 2
  printf '%-66s ' "$text …"
  run_attached "$@" >"$build/log/$name.log" 2>&1 || status=$?
  if [ "$status" -eq 0 ]; then
    printf '%s\n' "$((SECONDS - before)) s"
    return 0
  fi
  printf '%s\n' "failed after $((SECONDS - before)) s; the end of build/log/$name.log:"
  tail -n 40 "$build/log/$name.log" | sed 's/^/    /'
  return "$status"
}

elapsed() { printf '%s' "$((SECONDS - started)) s"; }
