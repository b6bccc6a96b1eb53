#!/usr/bin/env bash
# What the browser tests need beside Python: Debian's Chromium and axe-core, each only if missing.
set -euo pipefail

if [ ! -x /usr/bin/chromium ]; then
  if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
    echo "The browser tests need Chromium at /usr/bin/chromium. Install your system's package and try again." >&2
    exit 1
  fi
  echo "Installing Chromium …"
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium fonts-dejavu-core >/dev/null
fi

if [ ! -f node_modules/axe-core/axe.min.js ]; then
  mkdir -p node_modules/axe-core
  npm pack --silent --pack-destination node_modules axe-core@4.14.1 >/dev/null
  echo "e6b0ce02b84d892e2e33e403485e7f3d6c29e2be6df65daf44d89ba564139745  node_modules/axe-core-4.14.1.tgz" | sha256sum -c --quiet
  tar -xzf node_modules/axe-core-4.14.1.tgz --strip-components=1 -C node_modules/axe-core
fi
