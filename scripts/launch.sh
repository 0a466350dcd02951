# Becomes $app of the project in $root, on the project's own Node: read by ./tombolo and ./tombolo-agent. What is not
# installed yet, or no longer, is installed first, as "npm start" does.

# The Node that the project brings is linked to glibc: where that is not, or no package brings one, it is the system's.
node=$root/node_modules/.bin/node
if [ ! -x "$node" ] || { [ ! -e /lib64/ld-linux-x86-64.so.2 ] && [ ! -e /lib/ld-linux-aarch64.so.1 ]; }; then
  node=node
fi
if ! command -v "$node" > /dev/null; then
  echo 'Node.js 20 or later is needed and there is none on the PATH: install it and run the command again.' >&2
  exit 1
fi

# npm writes the first file when everything else is there; the second is the lock that with-setup.mjs installed, which a newer one
# outdates. Without the second, npm was run by hand.
modules=$root/node_modules
if [ -e "$modules/.package-lock.json" ] &&
  { [ ! -e "$modules/.tombolo-installed" ] || cmp -s "$root/package-lock.json" "$modules/.tombolo-installed"; }; then
  exec "$node" "$root/$app/bin.mjs" "$@"
fi
exec "$node" "$root/scripts/with-setup.mjs" "$app/bin.mjs" "$@"
