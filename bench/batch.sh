#!/bin/bash
# tlsward against Postfix's postmap over the same networks: look-ups with text in and out, and the load of a
# million. CPU time, not the clock, and start-up (a run with one address: without any, postmap does not even open its
# list) is taken off what look-ups cost.
#   TLSWARD=tlsward MAKE_LIST=bench/make_list bench/batch.sh
set -euo pipefail
export LC_ALL=C

tlsward=${TLSWARD:?names the program}
make_list=${MAKE_LIST:?names bench/make_list}
if ! postmap=$(PATH=$PATH:/usr/sbin:/sbin command -v postmap); then
  echo "batch: skipped, postmap is missing: apt-get install postfix"
  exit 0
fi
if ! command -v python3 >/dev/null; then
  echo "batch: skipped, python3 is missing: apt-get install python3"
  exit 0
fi

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
# postmap wants a configuration; this one says nothing.
mkdir "$folder/postfix"
echo 'compatibility_level = 3.6' >"$folder/postfix/main.cf"

# usage INPUT COMMAND...: CPU seconds and peak KiB of the command, whose output is thrown away but read.
usage() {
  python3 -c '
import resource, subprocess, sys
with open(sys.argv[1], "rb") as words, open("/dev/null", "wb") as nowhere:
    done = subprocess.run(sys.argv[2:], stdin=words, stdout=nowhere, stderr=subprocess.PIPE)
if done.returncode not in (0, 1):
    sys.stderr.buffer.write(done.stderr[-500:])
    sys.exit(f"{sys.argv[2]} ended with {done.returncode}")
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(f"{used.ru_utime + used.ru_stime:.6f} {used.ru_maxrss}")' "$@"
}

median() {
  sort -n | awk '{ all[NR] = $1 } END { print all[int((NR + 1) / 2)] }'
}

calculate() {
  awk "BEGIN { printf \"$1\", $2 }"
}

ask_tlsward() { usage "$2" "$tlsward" access explain --batch --access "$folder/access.$1"; }
ask_postmap() { usage "$2" "$postmap" -c "$folder/postfix" -q - "cidr:$folder/cidr.$1"; }

# look_up ASK NETWORKS ADDRESSES ROUNDS: microseconds of CPU for each address.
look_up() {
  local ask=$1 networks=$2 addresses=$3 rounds=$4 with without
  "$make_list" addresses "$addresses" "$networks" >"$folder/addresses"
  head -n 1 "$folder/addresses" >"$folder/one"
  for ((round = 0; round < rounds; ++round)); do
    with=$("$ask" "$networks" "$folder/addresses" | cut -d' ' -f1)
    without=$("$ask" "$networks" "$folder/one" | cut -d' ' -f1)
    calculate '%.4f\n' "($with - $without) * 1e6 / ($addresses - 1)"
  done | median
}

compare_look_ups() {
  local networks=$1 goal=$2 rounds=$3 addresses=$4 ours theirs
  "$make_list" access "$networks" >"$folder/access.$networks"
  "$make_list" cidr "$networks" >"$folder/cidr.$networks"
  ours=$(look_up ask_tlsward "$networks" 500000 "$rounds")
  theirs=$(look_up ask_postmap "$networks" "$addresses" "$rounds")
  printf 'look-up, text in and out, %7d networks: explain --batch %7.3f us, postmap -q - cidr: %9.2f us: %.0f times as fast (goal >= %d)\n' \
    "$networks" "$ours" "$theirs" "$(calculate '%.6f' "$theirs / $ours")" "$goal"
}

compare_load() {
  local networks=$1 ours theirs our_cpu our_peak their_cpu their_peak
  ours=$(for _ in 1 2 3; do usage /dev/null "$tlsward" access check "$folder/access.$networks"; done | sort -n | sed -n 2p)
  theirs=$(for _ in 1 2 3; do ask_postmap "$networks" "$folder/one"; done | sort -n | sed -n 2p)
  read -r our_cpu our_peak <<<"$ours"
  read -r their_cpu their_peak <<<"$theirs"
  printf 'load of %d rules, CPU: access check %.2f s, postmap %.2f s: ratio %.2f (goal <= 0.6)\n' \
    "$networks" "$our_cpu" "$their_cpu" "$(calculate '%.6f' "$our_cpu / $their_cpu")"
  printf 'load of %d rules, peak memory: access check %.0f MiB, postmap %.0f MiB: ratio %.2f (goal <= 0.7)\n' \
    "$networks" "$(calculate '%.1f' "$our_peak / 1024")" "$(calculate '%.1f' "$their_peak / 1024")" \
    "$(calculate '%.6f' "$our_peak / $their_peak")"
}

# Fewer addresses where postmap tries a million networks for each.
compare_look_ups 1000 20 3 20000
compare_look_ups 10000 250 3 3000
compare_look_ups 1000000 5000 1 100
compare_load 1000000
