# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Packages of other suites than the machine's own, without touching the machine's
# package system: apt-get with a source list and a state directory in the cache.
# Sourced after lib.sh.

APT_DIR=$GOSSIP_CACHE/apt
APT=(
	-o "Dir::Etc::sourcelist=$APT_DIR/gossip.list" -o Dir::Etc::sourceparts=-
	-o "Dir::State::Lists=$APT_DIR/lists" -o "Dir::Cache=$APT_DIR/cache"
	-o APT::Sandbox::User=root -o Acquire::Languages=none -o Acquire::Retries=3
)

# The machine's own mirror, found among its configured sources. Prints the key and
# the URI of the entry of suite $1, in one-line style.
apt_origin() {
	local uri entry key
	IFS='|' read -r uri entry < <(apt-get indextargets \
		--format "\$(RELEASE)|\$(REPO_URI)|\$(SOURCESENTRY)" 'Created-By: Packages' |
		awk -F'|' -v suite="$1" '$1 == suite { print $2 "|" $3; exit }') || return 0
	key=$(apt_key "${entry%:*}" "$1")
	echo "${key:+[signed-by=$key] }$uri"
}

# The file of keys that the source list $1 names for suite $2, in either style.
apt_key() {
	case $1 in
	*.sources)
		awk -v RS= -v suite="$2" '{
			mine = 0
			key = ""
			n = split($0, line, "\n")
			for (i = 1; i <= n; i++) {
				if (line[i] ~ /^Suites:/ && index(line[i] " ", " " suite " "))
					mine = 1
				if (line[i] ~ /^Signed-By: *\//)
					key = substr(line[i], index(line[i], "/"))
			}
			if (mine) { print key; exit }
		}' "$1"
		;;
	*)
		grep -E "^deb .* $2 " "$1" | sed -n 's/.*signed-by=\([^] ]*\).*/\1/p' | head -n 1
		;;
	esac
}

apt_write_list() {
	local main security codename
	codename=$(. /etc/os-release && echo "${VERSION_CODENAME:-}")
	main=$(apt_origin "$codename")
	security=$(apt_origin "$codename-security")
	[ -n "$main" ] || die "no source for Debian's suite '$codename' is configured in /etc/apt"
	{
		for suite in bookworm bookworm-updates bookworm-backports trixie-backports; do
			echo "deb $main $suite main"
		done
		[ -z "$security" ] || echo "deb $security bookworm-security main"
	} >"$APT_DIR/gossip.list.new"
	mv "$APT_DIR/gossip.list.new" "$APT_DIR/gossip.list"
}

# Refreshes the lists at most once a day; with no network, old lists will do.
# Kernels are prepared concurrently, the lists are not.
apt_refresh() {
	mkdir -p "$APT_DIR/lists/partial" "$APT_DIR/cache/archives/partial"
	(
		exec 9>"$APT_DIR/lock"
		flock 9
		if [ -n "$(find "$APT_DIR" -maxdepth 1 -name fresh -mtime -1)" ]; then
			exit 0
		fi
		apt_write_list
		if with_progress "reading Debian's package lists" apt-get "${APT[@]}" update \
			-o APT::Update::Error-Mode=any; then
			touch "$APT_DIR/fresh"
		else
			say "could not refresh the package lists; using what is there"
		fi
	)
}

# Prints the newest package whose name is PREFIX, a version, SUFFIX.
apt_newest() {
	apt-cache "${APT[@]}" pkgnames "$1" | grep -E "^$1$2\$" | sort -V | tail -n 1
}

apt_version() { apt-cache "${APT[@]}" policy "$1" | awk '/Candidate:/ { print $2 }'; }

# apt_version_in SUITE PACKAGE
apt_version_in() {
	apt-cache "${APT[@]}" madison "$2" | awk -F' *[|] *' -v suite="$1" \
		'index($3, " " suite "/") { print $2; exit }'
}

# The kernel's own packages among what a package depends on.
apt_linux_depends() {
	apt-cache "${APT[@]}" depends --no-recommends --no-suggests "$1" |
		awk '/Depends: linux-(headers|kbuild)/ { print $2 }'
}

# apt_unpack DIR PACKAGE...: downloads packages and unpacks them below DIR.
apt_unpack() {
	local dir=$1 deb
	shift
	mkdir -p "$dir/.debs"
	(cd "$dir/.debs" && apt-get "${APT[@]}" download "$@")
	for deb in "$dir"/.debs/*.deb; do
		echo "unpacking ${deb##*/}"
		dpkg -x "$deb" "$dir"
	done
	rm -rf "$dir/.debs"
}
