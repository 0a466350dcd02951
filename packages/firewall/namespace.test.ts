import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { exportRules, findFormat } from './export-rules.ts';
import { accepts, needs, pathOf, publicPlan, scratch } from './plan.testkit.ts';

/** Listens on the ports and addresses of its arguments, and says so. */
const serverSource = `
const { createServer } = require('node:net');
// Should nobody end it.
setTimeout(() => process.exit(), 120_000);
const places = process.argv.slice(2).map((place) => place.split('|'));
let left = places.length;
for (const [host, port] of places)
  createServer((socket) => socket.end()).listen(Number(port), host, () => { left -= 1; if (left === 0) console.log('ready'); });
`;

/** Prints \`yes\` or \`no\` for each address: was it accepted? What is dropped shows only by time, so the rest gets plenty. */
const clientSource = `
const { connect } = require('node:net');
const ask = ([host, port, expected]) => new Promise((resolve) => {
  const socket = connect({ host, port: Number(port), timeout: expected === 'no' && process.env.LOADED ? 1500 : 60_000 });
  const end = (word) => () => { socket.destroy(); resolve(word); };
  socket.once('connect', end('yes')); socket.once('error', end('no')); socket.once('timeout', end('no'));
});
Promise.all(process.argv.slice(2).map((place) => ask(place.split('|')))).then((words) => console.log(words.join(' ')));
`;

/** Runs in a network namespace of its own (the site), and makes a second one (the world) at the other end of a cable. */
const script = `set -e
unshare --net sleep 120 & world=$!
trap 'kill $world $server 2>/dev/null' EXIT
while [ "$(readlink /proc/$world/ns/net)" = "$(readlink /proc/self/ns/net)" ]; do sleep 0.01; done
"$IP" link set lo up
"$IP" link add site type veth peer name world netns $world
"$IP" addr add 10.77.0.1/24 dev site
"$IP" -6 addr add 2001:db8:77::1/64 dev site nodad
"$IP" link set site up
in_world() { nsenter --net=/proc/$world/ns/net "$@"; }
in_world "$IP" link set lo up
in_world "$IP" addr add 10.77.0.2/24 dev world
in_world "$IP" -6 addr add 2001:db8:77::2/64 dev world nodad
for address in $ADDRESSES; do in_world "$IP" addr add $address dev world nodad 2>/dev/null || in_world "$IP" addr add $address dev world; done
in_world "$IP" link set world up
"$IP" route add default via 10.77.0.2
"$IP" -6 route add default via 2001:db8:77::2
mkfifo ready
# Not by the function: that would be the id of a shell around it.
nsenter --net=/proc/$world/ns/net "$NODE" server.cjs $PLACES > ready & server=$!
read word < ready
echo "before: $("$NODE" client.cjs $PLACES)"
sh load.sh
echo "after: $(LOADED=1 "$NODE" client.cjs $PLACES)"
`;

// The sample tags have 203.0.113.0/25 and 2001:db8:3::/48; .129 and 2001:db8:4:: lie just outside.
const places = [
  ['203.0.113.127', 443, 'yes'],
  ['203.0.113.129', 443, 'no'],
  ['203.0.113.127', 8443, 'no'],
  ['2001:db8:3:ffff::1', 443, 'yes'],
  ['2001:db8:4::1', 443, 'no'],
] as const;

/** How each form is loaded, as its own first lines say. */
const loads = {
  nftables: { load: '"$NFT" -f tombolo.nft', programs: ['nft'] },
  iptables: {
    load: 'set -e\n"$IPSET" restore < tombolo.ipset\n"$XTABLES" iptables-restore --noflush < tombolo.rules.v4\n"$XTABLES" ip6tables-restore --noflush < tombolo.rules.v6',
    programs: ['ipset', 'xtables-nft-multi'],
  },
} as const;

for (const [form, { load, programs }] of Object.entries(loads)) {
  test(
    `in a network namespace of its own the rules let allowed addresses through and stop others: ${form}`,
    needs('ip', 'unshare', 'nsenter', 'root', 'a network namespace', ...programs),
    () => {
      const folder = scratch([
        ...exportRules(publicPlan(), findFormat(form), { enforce: true }).files,
        { name: 'server.cjs', text: serverSource },
        { name: 'client.cjs', text: clientSource },
        { name: 'script.sh', text: script },
        { name: 'load.sh', text: load },
      ]);
      const addresses = [...new Set(places.map(([host]) => `${host}/${host.includes(':') ? 128 : 32}`))];
      const printed = accepts(
        'env',
        [
          `IP=${pathOf('ip')}`,
          `NFT=${pathOf('nft')}`,
          `IPSET=${pathOf('ipset')}`,
          `XTABLES=${pathOf('xtables-nft-multi')}`,
          `NODE=${process.execPath}`,
          `ADDRESSES=${addresses.join(' ')}`,
          `PLACES=${places.map((place) => place.join('|')).join(' ')}`,
          ...['unshare', '--net', 'sh', join(folder, 'script.sh')],
        ],
        { cwd: folder },
      );
      assert.match(printed, new RegExp(`^before: ${places.map(() => 'yes').join(' ')}$`, 'm'));
      assert.match(printed, new RegExp(`^after: ${places.map(([, , word]) => word).join(' ')}$`, 'm'));
    },
  );
}
