#!/usr/bin/env bash
# Gradescope runs this once, as root, when it builds the container (Ubuntu or Debian): it puts
# Python, this grader and the packages that the exercises need into /autograder/venv, and shuts the
# solutions off from every other user.
set -u
cd /autograder/source || exit 1
. ./settings.sh
umask 022
export DEBIAN_FRONTEND=noninteractive PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore
venv=/autograder/venv

fail() {
  echo "grader: $*" >&2
  exit 1
}

# Nobody but root reads this folder; the stubs alone are for everybody.
close_up() {
  chmod -R go-rwx /autograder/source
  chmod go+x /autograder/source /autograder/source/course
  chmod -R go+rX /autograder/source/course/assignments
  chmod go+rx /autograder
}

works() { "$1" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }

find_python() {
  for name in python3.13 python3.12 python3.11 python3; do
    path=$(command -v "$name") && works "$path" && { echo "$path"; return 0; }
  done
  return 1
}

apt() { apt-get install -y -qq --no-install-recommends "$@" >/dev/null 2>&1; }

# Ubuntu 22.04 has Python 3.10, and 3.11 beside it; from Ubuntu 24.04 and Debian 12 on, python3 will do.
install_python() {
  apt-get update -qq >/dev/null 2>&1
  apt python3 python3-venv && find_python >/dev/null && return 0
  for version in 3.12 3.11; do
    apt "python$version" "python$version-venv" && find_python >/dev/null && return 0
  done
  return 1
}

close_up
find_python >/dev/null || install_python ||
  fail "no Python of version 3.11 or later can be installed here: choose the base image Ubuntu 24.04"
python=$(find_python)
echo "grader: using $("$python" --version)"
rm -rf "$venv"
"$python" -m venv "$venv" || fail "no virtual environment could be made with $python"
case ",$EXTRAS," in
  *,graphs,*)
    version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
    apt graphviz libgraphviz-dev gcc libc6-dev pkg-config "python$version-dev" ||
      echo "grader: Graphviz's headers could not be installed; a wheel of pygraphviz needs none"
    ;;
esac
wheel=$(echo /autograder/source/*.whl)
"$venv/bin/python" -m pip install --quiet "$wheel${EXTRAS:+[$EXTRAS]}" ||
  fail "the grader could not be installed: what pip says is above"
"$venv/bin/grader" --version || fail "the grader was installed and does not start"
chmod -R go+rX "$venv"
echo "grader: ready"
