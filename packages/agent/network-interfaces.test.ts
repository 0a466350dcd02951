import assert from 'node:assert/strict';
import { test } from 'node:test';
import { networkProfile } from './network-interfaces.ts';

const mac = '02:00:00:00:00:01';

test('interfaces are shown with their addresses and prefixes, loopback is not', () => {
  const profile = networkProfile({
    lo: [
      {
        address: '127.0.0.1',
        netmask: '255.0.0.0',
        family: 'IPv4',
        mac: '00:00:00:00:00:00',
        internal: true,
        cidr: '127.0.0.1/8',
      },
    ],
    eth0: [
      {
        address: '192.0.2.7',
        netmask: '255.255.255.0',
        family: 'IPv4',
        mac,
        internal: false,
        cidr: '192.0.2.7/24',
      },
      {
        address: 'fe80::1%eth0',
        netmask: 'ffff:ffff:ffff:ffff::',
        family: 'IPv6',
        mac,
        internal: false,
        cidr: 'fe80::1%eth0/64',
        scopeid: 2,
      },
    ],
    down: undefined,
  });
  assert.deepEqual(profile, {
    networkInterfaces: [
      {
        name: 'eth0',
        macAddress: mac,
        ipAddresses: [
          { address: '192.0.2.7', ipAddressVersion: 'IPv4', subnet: { addressPrefix: '192.0.2.7/24' } },
          { address: 'fe80::1', ipAddressVersion: 'IPv6', subnet: { addressPrefix: 'fe80::1/64' } },
        ],
      },
    ],
  });
});

test('a machine with hundreds of interfaces reports no more than the service takes', () => {
  const address = {
    address: '192.0.2.7',
    netmask: '255.255.255.0',
    family: 'IPv4' as const,
    mac,
    internal: false,
    cidr: '192.0.2.7/24',
  };
  const many = Object.fromEntries(
    Array.from({ length: 300 }, (_, index) => [`eth${index}`, Array(100).fill(address)]),
  );
  const { networkInterfaces } = networkProfile(many);
  assert.equal(networkInterfaces.length, 64);
  assert.ok(networkInterfaces.every((entry) => entry.ipAddresses.length === 16));
});
