# What the tests need around them: a PostgreSQL server of their own, and third parties from PyPI.

peers_folder="$PWD/target/peers"

as_root() {
    if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo "$@"; fi
}

postgres_program() {
    find /usr/lib/postgresql -name "$1" -path '*/bin/*' 2>/dev/null | sort -V | tail -n 1
}

# Invoices are drawn in Korean too; this package is the smallest that serves.
has_korean_font() {
    local files
    files=$(find /usr/share/fonts /usr/local/share/fonts ~/.fonts ~/.local/share/fonts \
        \( -name 'Noto*CJK*' -o -name 'Noto*KR*' -o -name 'Nanum*' \) 2>/dev/null || true)
    [ -n "$files" ]
}

install_system_packages() {
    local missing=()
    command -v cc >/dev/null || missing+=(gcc libc6-dev)
    command -v python3 >/dev/null || missing+=(python3)
    python3 -c 'import ensurepip, venv' 2>/dev/null || missing+=(python3-venv)
    [ -n "$(postgres_program initdb)" ] || missing+=(postgresql)
    command -v pdftotext >/dev/null || missing+=(poppler-utils)
    has_korean_font || missing+=(fonts-nanum)
    [ ${#missing[@]} -eq 0 ] && return
    echo "bin/test: installing ${missing[*]}"
    as_root apt-get update -qq
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
    if [ -z "$(postgres_program initdb)" ]; then
        echo "bin/test: PostgreSQL is missing and could not be installed" >&2
        exit 1
    fi
}

install_python_peers() {
    local wanted="bin/lib/peers.txt"
    if ! cmp -s "$wanted" "$peers_folder/installed.txt"; then
        python3 -m venv --clear "$peers_folder"
        "$peers_folder/bin/pip" install --quiet --disable-pip-version-check -r "$wanted"
        cp "$wanted" "$peers_folder/installed.txt"
    fi
    export GAVEL_TEST_LOCALSTRIPE="$peers_folder/bin/localstripe"
    export GAVEL_TEST_AIOSMTPD="$peers_folder/bin/python"
}

# PostgreSQL refuses to run as root, so root runs it as the packages' own user.
as_postgres() {
    if [ "$(id -u)" -eq 0 ]; then
        setpriv --reuid postgres --regid postgres --clear-groups "$@"
    else
        "$@"
    fi
}

free_port() {
    python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

# Durability is off: these databases are thrown away.
start_postgres() {
    postgres_folder=$(mktemp -d)
    [ "$(id -u)" -ne 0 ] || chown postgres "$postgres_folder"
    local port options
    port=$(free_port)
    options="-p $port -k $postgres_folder -c listen_addresses=127.0.0.1 -c fsync=off"
    options="$options -c synchronous_commit=off -c full_page_writes=off -c max_connections=300"
    (
        cd "$postgres_folder"
        as_postgres "$(postgres_program initdb)" -D data -A trust -U gavel --no-sync >initdb.log
        as_postgres "$(postgres_program pg_ctl)" -D data -o "$options" -l server.log -w start >/dev/null
    )
    export GAVEL_TEST_POSTGRES="postgres://gavel@127.0.0.1:$port/postgres"
}

stop_postgres() {
    (
        cd "$postgres_folder"
        as_postgres "$(postgres_program pg_ctl)" -D data -m immediate -w stop >/dev/null
    )
    rm -rf "$postgres_folder"
}
