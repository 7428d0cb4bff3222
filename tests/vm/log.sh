# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# What in a kernel's log makes a run fail. Sourced.

# Each is the kernel's own wording; a pattern that is too wide costs a look, one that is
# too narrow hides a bug.
LOG_TROUBLE='WARNING:|BUG:|Oops|Kernel panic|general protection fault|unable to handle'
LOG_TROUBLE+='|[Pp]ossible .* detected|suspicious RCU|lock held when returning|DEBUG_LOCKS_WARN'
LOG_TROUBLE+='|KASAN:|UBSAN:|KCSAN:|ODEBUG:|refcount_t:|list_(add|del) corruption'
LOG_TROUBLE+='|kmemleak: |memory leak|ref_tracker:|sleeping function called'
LOG_TROUBLE+='|sysfs: cannot create|kobject_add_internal failed|tried to init an initialized'
LOG_TROUBLE+='|hung task|blocked for more than|rcu: INFO|soft lockup|hard LOCKUP'
LOG_TROUBLE+='|unregister_netdevice: waiting|scheduling while atomic|Unknown symbol'
LOG_TROUBLE+='|Objects remaining|Kernel mode fault|segfault'

# kmemleak says these when nothing is wrong; and that there was no memory for a directory of
# sysfs is nothing to complain about where a test has seen to that.
LOG_HARMLESS='kmemleak: (Kernel memory leak detector|Automatic memory scanning|Memory pool)'
LOG_HARMLESS+='|kobject_add_internal failed for gossip \(error: -12 '

# Races between two of the kernel's own functions are its own: of the reports of KCSAN,
# which end with a line of =, those with a function of a module of ours are left. (The
# kernel's release and the process have our name, too.) One that has no end is left as well.
log_races() {
	awk '/BUG: KCSAN: / { report = ""; inside = 1; ours = 0 }
		inside { report = report $0 "\n"; ours = ours || /\+0x[0-9a-f]+\/0x[0-9a-f]+ \[gossip/ }
		inside && /====================/ { if (ours) printf "%s", report; inside = 0 }
		!inside && !/====================/
		END { if (inside) printf "%s", report }' "$1"
}

# What went wrong while the script ran; stock kernels have warnings of their own in the boot.
log_trouble() {
	sed -n '/gossip-vm: script starts/,$p' "$1" | log_races - | grep -aE "$LOG_TROUBLE" |
		grep -avE "$LOG_HARMLESS" || true
}
