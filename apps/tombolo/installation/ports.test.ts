import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { describe, test } from 'node:test';
import { portFix } from './port-trouble.ts';
import { choosePort, type PortRequest } from './ports.ts';

const request = (more: Partial<PortRequest>): PortRequest => ({
  purpose: 'HTTPS',
  flag: '--https-port',
  asked: 0,
  preferred: [],
  addresses: ['127.0.0.1'],
  datagrams: false,
  ...more,
});

const listen = async (address: string, port = 0) => {
  const server = createServer().listen(port, address);
  await once(server, 'listening');
  const close = (): Promise<unknown> => {
    const closed = once(server, 'close');
    server.close();
    return closed;
  };
  return { port: (server.address() as { port: number }).port, close };
};

describe('the one port of all addresses', () => {
  test('0 is any that is free on each of them', async () => {
    const addresses = ['127.0.0.1', '127.0.0.2', '127.0.0.3'];
    const port = await choosePort(request({ addresses }));
    const servers = await Promise.all(addresses.map((address) => listen(address, port)));
    assert.deepEqual(
      servers.map((server) => server.port),
      [port, port, port],
    );
    await Promise.all(servers.map((server) => server.close()));
  });

  test('any free one is none that the system gives to connections meanwhile', async () => {
    for (const asked of [0, undefined]) {
      const port = await choosePort(request({ asked }));
      assert.ok(port >= 20_000 && port < 30_000, String(port));
    }
  });

  test('an asked one that is taken on any address is refused with its number and purpose', async () => {
    const holder = await listen('127.0.0.2');
    const asked = request({ asked: holder.port, addresses: ['127.0.0.1', '127.0.0.2'] });
    await assert.rejects(choosePort(asked), {
      code: 'PortTaken',
      message: `Port ${holder.port} for HTTPS is taken by another program on 127.0.0.1 or 127.0.0.2.`,
    });
    await holder.close();
    assert.equal(await choosePort(asked), holder.port, 'and taken once it is free');
  });

  test('with patience an asked one is taken as soon as it gets free', async () => {
    const holder = await listen('127.0.0.1');
    const chosen = choosePort(request({ asked: holder.port, patienceMs: 60_000 }));
    await holder.close();
    assert.equal(await chosen, holder.port);
  });

  test('of DNS is free for datagrams too', async () => {
    const socket = createSocket('udp4');
    await new Promise<void>((resolve) => socket.bind({ address: '127.0.0.1', port: 0 }, resolve));
    const { port } = socket.address();
    await assert.rejects(choosePort(request({ purpose: 'DNS', asked: port, datagrams: true })), {
      code: 'PortTaken',
    });
    assert.equal(await choosePort(request({ asked: port, datagrams: false })), port);
    await new Promise<void>((resolve) => socket.close(resolve));
  });

  test('the preferred ones are tried in turn, then any', async () => {
    const [first, second] = await Promise.all([listen('127.0.0.1'), listen('127.0.0.1')]);
    const preferred = [first.port, second.port];
    const said: string[] = [];
    const progress = (sentence: string): void => void said.push(sentence);
    const any = await choosePort(request({ asked: undefined, preferred, progress }));
    assert.ok(!preferred.includes(any));
    assert.deepEqual(said, [
      `HTTPS is at port ${any}: ${preferred.map((port) => `${port} is taken by another program`).join(', ')}. --https-port asks for another.`,
    ]);
    await second.close();
    assert.equal(await choosePort(request({ asked: undefined, preferred })), second.port);
    assert.notEqual(await choosePort(request({ asked: 0, preferred })), second.port, '0 asks for any');
    await first.close();
  });

  test('an address that is not on this machine is named', () =>
    assert.rejects(choosePort(request({ addresses: ['192.0.2.1'] })), {
      code: 'PortTaken',
      message: /192\.0\.2\.1.*EADDRNOTAVAIL/,
    }));

  test('each fix names what helps against what kept the port from us', () => {
    const fix = (code: string): string => portFix(code, 443, { flag: '--https-port', datagrams: false });
    assert.match(fix('EADDRINUSE'), /ss -lntp 'sport = :443', and stop it; or .*--https-port/);
    assert.match(
      fix('EACCES'),
      /CAP_NET_BIND_SERVICE.*ip_unprivileged_port_start=443.*from 1024 on with --https-port/,
    );
    assert.match(fix('EADDRNOTAVAIL'), /addresses are on this machine.*--arm-address/);
    for (const code of ['EACCES', 'EADDRNOTAVAIL', 'EMFILE'])
      assert.doesNotMatch(fix(code), /\bstop\b/, `${code}: nobody holds it`);
    assert.match(portFix('EADDRINUSE', 53, { flag: '--dns-port', datagrams: true }), /ss -ulntp.*--dns-port/);
  });
});
