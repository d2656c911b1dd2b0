#!/bin/sh
# Installs what the tests want from the system, where that may be done: a browser for the
# pages, Chinese fonts for pictures and letters.  Elsewhere it says what will be skipped.
set -u

named=${ALLOCATION_BROWSER:-}

has_browser() {
    if [ -n "$named" ]; then
        command -v "$named" >/dev/null 2>&1
        return
    fi
    for name in chromium chromium-browser google-chrome google-chrome-stable
    do
        command -v "$name" >/dev/null 2>&1 && return 0
    done
    return 1
}

has_fonts() {
    command -v fc-list >/dev/null 2>&1 && [ -n "$(fc-list :lang=zh family)" ]
}

wanted=""
# A browser that is named but not there is for the person to mend.
has_browser || [ -n "$named" ] || wanted="chromium"
has_fonts || wanted="$wanted fontconfig fonts-noto-cjk"

if [ -n "$wanted" ] && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "installing for the tests: $wanted"
    export DEBIAN_FRONTEND=noninteractive
    # shellcheck disable=SC2086 # a list of packages
    apt-get install -y -qq --no-install-recommends $wanted >/dev/null 2>&1 ||
        { apt-get update -qq && apt-get install -y -qq --no-install-recommends $wanted >/dev/null; }
fi

has_browser || cat >&2 <<'MISSING'
************************************************************************************
*  NO BROWSER: the browser tests will be skipped (under CI they fail).             *
*  Install chromium, or name one: ALLOCATION_BROWSER=/path/to/chromium make test   *
************************************************************************************
MISSING
has_fonts || cat >&2 <<'MISSING'
************************************************************************************
*  NO CHINESE FONTS: tests that look at drawn Chinese will be skipped.             *
*  Install fonts-noto-cjk or another font with Chinese characters.                 *
************************************************************************************
MISSING
exit 0
