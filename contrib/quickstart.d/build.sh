# shellcheck shell=bash
# How quickstart configures and builds, out of tree: sourced by contrib/quickstart.
# shellcheck disable=SC2154  # root, build and jobs are set there

make_configure() {
  # Once the Makefile is there, make itself runs these again when their inputs change.
  [ ! -e "$root/configure" ] || [ ! -e "$root/Makefile.in" ] || return 0
  quiet_step autoreconf "Making ./configure" "$root/autogen.sh" || die "autoreconf failed"
}

# build_tree NAME CONFIGURE-OPTIONS…: the programs, in build/NAME.
build_tree() {
  local name=$1
  shift
  make_configure
  configure_tree "$name" "$@" || die "configure failed"
  quiet_step "build-$name" "Building in build/$name" make -C "$build/$name" -j "$jobs" tlswardd tlsward ||
    die "the build failed"
}

# A folder configured with other options (or only half) is configured again.
configure_tree() {
  local name=$1 folder="$build/$1" wanted
  shift
  wanted="$(compiler) $*"
  if [ -e "$folder/Makefile" ] && [ "$(cat "$folder/.configured-as" 2>/dev/null)" = "$wanted" ]; then return 0; fi
  mkdir -p "$folder"
  quiet_step "configure-$name" "Configuring build/$name${*:+ with $*}" in_folder "$folder" "$root/configure" CXX="$(compiler)" "$@" ||
    return 1
  printf '%s\n' "$wanted" >"$folder/.configured-as"
}

in_folder() { ( cd "$1" && shift && "$@" ); }

compiler() {
  if command -v ccache >/dev/null; then echo "ccache ${QUICKSTART_CXX:-g++}"; else echo "${QUICKSTART_CXX:-g++}"; fi
}
