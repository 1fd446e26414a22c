# shellcheck shell=bash
# What quickstart installs, and the Sendmail that it only unpacks: sourced by contrib/quickstart.
# shellcheck disable=SC2154  # root and build are set there
# shellcheck disable=SC2034  # must_finish is read in steps.sh

policy=/usr/sbin/policy-rc.d
policy_is_ours=

# No package that we install may start a service: Debian asks this script, and we put it only where none is.
hold_services() {
  [ ! -e "$policy" ] || return 0
  printf '#!/bin/sh\nexit 101\n' >"$policy"
  chmod 755 "$policy"
  policy_is_ours=yes
}

restore_policy() {
  [ -z "$policy_is_ours" ] || rm -f "$policy"
  policy_is_ours=
}

# One question to dpkg for all of them, as a second run should not be noticed.
installed_packages() { dpkg-query -W -f '${db:Status-Status} ${Package}\n' | sed -n 's/^installed //p'; }
is_offered() { apt-cache show --no-all-versions "$1" >/dev/null 2>&1; }

# missing_of GROUP…: prints each line of packages.debian in these groups of which nothing is installed.
missing_of() {
  local group wanted=" $* " names name have installed
  installed=" $(installed_packages | tr '\n' ' ')"
  while read -r group names; do
    case "$wanted" in *" $group "*) ;; *) continue ;; esac
    have=
    for name in ${names//|/ }; do
      case "$installed" in *" $name "*) have=yes ;; esac
    done
    [ -n "$have" ] || printf '%s\n' "$names"
  done < <(sed 's/#.*//; /^[[:space:]]*$/d' "$root/contrib/packages.debian")
}

# choose ALTERNATIVES: the first that apt knows; none means that the package lists are old or absent.
choose() {
  local name
  for name in ${1//|/ }; do
    if is_offered "$name"; then printf '%s\n' "$name"; return 0; fi
  done
  return 1
}

choose_all() {
  local line
  for line in "$@"; do choose "$line" || return 1; done
}

apt_get() { DEBIAN_FRONTEND=noninteractive apt-get -q -y -o Dpkg::Use-Pty=0 --no-install-recommends "$@"; }

install_packages() {
  local missing chosen
  mapfile -t missing < <(missing_of "$@")
  if [ "${#missing[@]}" -eq 0 ]; then
    say "All packages are there: apt is not asked."
    return 0
  fi
  command -v apt-get >/dev/null || die "these packages are missing, and there is no apt-get: ${missing[*]}"
  if ! choose_all "${missing[@]}" >/dev/null; then update_lists; fi
  chosen=$(choose_all "${missing[@]}") || die "apt-get offers none of: ${missing[*]}"
  # shellcheck disable=SC2086  # one name a word
  install_chosen $chosen
}

update_lists() {
  quiet_step apt-update "Fetching the package lists" apt_get update ||
    die "the package lists cannot be fetched: see build/log/apt-update.log"
}

install_chosen() {
  case " $* " in *" postfix "*) set_postfix_aside ;; esac
  refuse_removals "$@"
  hold_services
  must_finish=yes
  if ! quiet_step apt-install "Installing $# packages" apt_get install "$@"; then
    # Lists that are older than the archive name versions that are gone.
    must_finish=
    update_lists
    must_finish=yes
    quiet_step apt-install "Installing $# packages again" apt_get install "$@" || die "the packages do not install"
  fi
  must_finish=
  restore_policy
}

# 'No configuration' is Debian's way to install Postfix without a main.cf, and without starting it.
set_postfix_aside() {
  command -v debconf-set-selections >/dev/null || return 0
  printf 'postfix postfix/main_mailer_type select No configuration\n' | debconf-set-selections
}

# A machine has one mail server: installing Postfix would take another one away, which we never do.
refuse_removals() {
  local gone
  gone=$(LC_ALL=C apt-get -s --no-install-recommends install "$@" 2>/dev/null | sed -n 's/^Remv \([^ ]*\).*/\1/p' | tr '\n' ' ')
  [ -z "$gone" ] || die "apt would remove ${gone% } to install these, so nothing was done. Use a machine or a container whose mail server is Postfix or none."
}

# Sendmail excludes Postfix as a package, so it is unpacked into build/sendmail/root and run from there.
fetch_sendmail() {
  local folder="$build/sendmail"
  [ ! -e "$folder/complete" ] || return 0
  rm -rf "$folder"
  mkdir -p "$folder"
  is_offered sendmail-bin || update_lists
  if ! quiet_step sendmail "Unpacking Sendmail into build/sendmail (not installed)" unpack_sendmail "$folder"; then
    update_lists
    quiet_step sendmail "Unpacking Sendmail again" unpack_sendmail "$folder" || die "Sendmail cannot be fetched"
  fi
}

unpack_sendmail() {
  (
    cd "$1" || exit 1
    apt-get -q download sendmail-bin sendmail-base sendmail-cf || exit 1
    for package in ./*.deb; do dpkg -x "$package" root || exit 1; done
    chmod -R u-s,g-s root  # run from here by root only: nobody gains a group by it
    touch complete
  )
}
