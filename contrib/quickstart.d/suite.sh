# shellcheck shell=bash
# `quickstart test`: every build, test and lint, and the one line at the end: sourced by contrib/quickstart.
# shellcheck disable=SC2154  # root, build and jobs are set there

passed=0
failed=0
skipped=0
# The tests that threads matter to: ThreadSanitizer makes the others slow and shows nothing there.
threaded_tests='milter_unit tests/milter/ tests/mta/postfix_session tests/mta/postfix_lifecycle tests/mta/postfix_reload'

run_suite() {
  local full=${1:-}
  install_packages build demo test
  fetch_sendmail
  export TLSWARD_SENDMAIL_ROOT="$build/sendmail/root"
  # One fault is enough to fail; a test that is told to expect a status must not see the sanitizer's.
  export ASAN_OPTIONS=detect_leaks=1:abort_on_error=0 UBSAN_OPTIONS=print_stacktrace=1
  # What it sees within libmilter, which is not built with it; the file says why each is harmless.
  export TSAN_OPTIONS="halt_on_error=1:second_deadlock_stack=1:suppressions=$root/tests/milter/tsan.supp"

  check_build checked "" --enable-werror CXXFLAGS=-O2
  # Line numbers are all that a report needs of a debugger's tables, and they cost half of the build's time.
  check_build sanitized "" --enable-asan --enable-ubsan CXXFLAGS="-O1 -g1"
  check_build threads "$threaded_tests" --enable-tsan CXXFLAGS="-O1 -g1"
  lint format "clang-format over all sources" check_format
  lint tidy "clang-tidy over $(tidy_scope "$full")" check_tidy "$full"
  lint shell "shellcheck over our shell scripts" check_shell
  if [ "$full" = --full ]; then
    lint fuzz "Fuzzing each target for 60 s" check_fuzz
    lint distcheck "make distcheck" make -C "$build/checked" distcheck
  fi
  say "The whole took $(elapsed)."
  printf '%s passed, %s failed' "$passed" "$failed"
  if [ "$skipped" -gt 0 ]; then printf ', %s skipped' "$skipped"; fi
  printf '\n'
  [ "$failed" -eq 0 ]
}

# check_build NAME PATTERNS CONFIGURE-OPTIONS…: builds in build/NAME and runs the tests whose names begin with one
# of the patterns, or all. A build that fails counts as one failure, and the suite goes on.
check_build() {
  local name=$1 patterns=$2
  shift 2
  if ! configure_and_make "$name" "$@"; then
    failed=$((failed + 1))
    return 0
  fi
  find "$build/$name" \( -name '*.trs' -o -name test-suite.log \) -delete
  local selected=()
  if [ -n "$patterns" ]; then
    local tests
    tests=$(select_tests "$name" "$patterns")
    if [ -z "$tests" ]; then
      say "No test in build/$name has a name of: $patterns"
      failed=$((failed + 1))
      return 0
    fi
    # Of the test programs only those that are run are built.
    selected=("TESTS=$tests" "check_PROGRAMS=$(programs_of "$tests")")
  fi
  quiet_tests "$name" "${selected[@]}"
  count_results "$name"
}

configure_and_make() {
  local name=$1
  shift
  make_configure
  if ! configure_tree "$name" "$@"; then return 1; fi
  quiet_step "build-$name" "Building in build/$name" make -C "$build/$name" -j "$jobs"
}

# What `make check` would run, as the Makefile has it.
select_tests() {
  local name=$1 pattern test
  while read -r test; do
    for pattern in $2; do
      case "$test" in "$pattern"*) printf '%s ' "$test" ;; esac
    done
  done < <(list_tests "$name")
}

programs_of() {
  local test
  for test in $1; do
    case "$test" in */*) ;; *) printf '%s ' "$test" ;; esac
  done
}

# ask_make NAME WORDS: what the Makefile of build/NAME makes of these variables, a word a line.
ask_make() {
  printf 'include Makefile\nanswer-of-make:\n\t@printf "%%s\\n" %s\n' "$2" |
    make -s -C "$build/$1" -f - answer-of-make 2>/dev/null
}

# shellcheck disable=SC2016  # for make to expand
list_tests() { ask_make "$1" '$(TESTS)'; }

quiet_tests() {
  local name=$1 before=$SECONDS
  shift
  printf '%-66s ' "Testing build/$name …"
  run_attached make -C "$build/$name" -j "$jobs" -k check "$@" >"$build/log/check-$name.log" 2>&1 || true
  printf '%s\n' "$((SECONDS - before)) s"
}

# Adds up what automake noted for each test, and shows the end of the log of those that failed.
count_results() {
  local name=$1 ran=0 trs result
  while IFS= read -r -d '' trs; do
    ran=$((ran + 1))
    result=$(sed -n 's/^:global-test-result: *//p' "$trs")
    case "$result" in
      PASS | XFAIL) passed=$((passed + 1)) ;;
      SKIP) skipped=$((skipped + 1)); say "  skipped in build/$name: $(last_words "$trs")" ;;
      *) failed=$((failed + 1)); show_failure "$name" "$trs" "$result" ;;
    esac
  done < <(find "$build/$name" -name '*.trs' -print0 | sort -z)
  if [ "$ran" -eq 0 ]; then
    failed=$((failed + 1))
    say "  no test ran in build/$name; the end of build/log/check-$name.log:"
    tail -n 40 "$build/log/check-$name.log" | sed 's/^/    /'
  else
    say "  build/$name: $ran tests"
  fi
}

last_words() { printf '%s: %s' "$(basename "$1" .trs)" "$(grep -v '^SKIP' "${1%.trs}.log" | tail -n 1)"; }

show_failure() {
  local name=$1 log="${2%.trs}.log"
  say "  ${3:-no result} in build/$name: $(basename "$2" .trs); the end of its log:"
  tail -n 60 "$log" 2>/dev/null | sed 's/^/    /'
}

# lint NAME TEXT COMMAND…: one check that passes or fails as a whole.
lint() {
  local name=$1 text=$2
  shift 2
  if quiet_step "$name" "$text" "$@"; then passed=$((passed + 1)); else failed=$((failed + 1)); fi
}

sources() { in_folder "$root" find src tests bench -name '*.cpp' -o -name '*.h'; }

check_format() { sources | sed "s|^|$root/|" | tr '\n' '\0' | xargs -0 -r clang-format --dry-run -Werror; }

check_shell() {
  in_folder "$root" shellcheck -x contrib/quickstart contrib/quickstart.d/*.sh .ci/run autogen.sh contrib/renewal-hooks/{acme.sh,certbot,dehydrated,lego,uacme}
}

# The commit that the work on this branch began from: main as the server has it, else the parent commit.
base_commit() {
  local candidate here
  here=$(our_git rev-parse HEAD 2>/dev/null) || return 1
  for candidate in origin/main main HEAD~1; do
    candidate=$(our_git merge-base HEAD "$candidate" 2>/dev/null) || continue
    if [ "$candidate" != "$here" ]; then
      printf '%s\n' "$candidate"
      return 0
    fi
  done
  return 1
}

# Under sudo the checkout belongs to somebody else, which git mistrusts unless told.
our_git() { git -c safe.directory="$root" -C "$root" "$@"; }

tidy_scope() {
  if [ "$1" = --full ] || ! base_commit >/dev/null; then echo "every file"; else echo "the files changed"; fi
}

# Only files that are compiled are checked: headers are checked where they are included.
tidy_files() {
  local base
  if [ "$1" != --full ] && base=$(base_commit); then
    our_git diff --name-only --diff-filter=d "$base" -- '*.cpp'
  else
    sources | grep '\.cpp$'
  fi
}

# With the flags of the checked build, run from its folder as the compiler is.
check_tidy() {
  local flags
  # shellcheck disable=SC2016  # for make to expand
  mapfile -t flags < <(ask_make checked '$(DEFS) $(UNIT_CPPFLAGS) $(CPPFLAGS)')
  [ "${#flags[@]}" -gt 1 ] || return 1
  # Fuzz targets and benches are compiled in other ways.
  tidy_files "$1" | grep -E '^(src|tests/(unit|support|milter|cert|dns|hooks|mta))/' | sed "s|^|$root/|" | tr '\n' '\0' |
    in_folder "$build/checked" xargs -0 -r -I '{}' -P "$jobs" clang-tidy --quiet '{}' -- -std=c++20 "${flags[@]}"
}

check_fuzz() { make -C "$build/checked" fuzz FUZZ_SECONDS=60; }
