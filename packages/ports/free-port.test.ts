import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { describe, test } from 'node:test';
import { chooseAnyPort, portIfFree } from './index.ts';

const places = { addresses: ['127.0.0.1', '127.0.0.2'], datagrams: true };

const chosen = async (pick?: (attempt: number) => number): Promise<number> => {
  const port = await chooseAnyPort(places, pick);
  assert.equal(typeof port, 'number', String(port));
  return port as number;
};
/** Two that nobody had chosen: another process tells them, and has ended. */
const two = (): readonly [number, number] =>
  JSON.parse(
    execFileSync(
      process.execPath,
      [
        '--input-type=module',
        '-e',
        `import { chooseAnyPort } from ${JSON.stringify(new URL('./index.ts', import.meta.url))};
        const places = ${JSON.stringify(places)};
        console.log(JSON.stringify([await chooseAnyPort(places), await chooseAnyPort(places)]));`,
      ],
      { encoding: 'utf8' },
    ),
  );

describe('any free port', () => {
  test('is none that the system gives to connections meanwhile', async () => {
    const port = await chosen();
    assert.ok(port >= 20_000 && port < 30_000, String(port));
  });

  test('is free again once the process that chose it has ended', async () => {
    const [first] = two();
    assert.equal(await chosen(() => first), first);
  });

  test('one that was chosen is chosen by nobody else before its listener stands, in another process neither', async (t) => {
    if (process.platform !== 'linux') return t.skip('only Linux has a place for it');
    const [first, second] = two();
    assert.equal(await chosen(() => first), first);
    assert.equal(await portIfFree(first, places), first, 'nobody listens there');
    assert.equal(await chosen((attempt) => [first, second][attempt]!), second);
    const elsewhere = execFileSync(
      process.execPath,
      [
        '--input-type=module',
        '-e',
        `import { chooseAnyPort } from ${JSON.stringify(new URL('./index.ts', import.meta.url))};
        const tried = [];
        await chooseAnyPort(${JSON.stringify(places)}, (n) => { tried.push(n); return [${first}, ${second}, 0][n]; });
        console.log(tried.length);`,
      ],
      { encoding: 'utf8' },
    );
    assert.equal(Number(elsewhere), 3, 'it goes on to the third');
  });

  test('is free on each address, and for datagrams where it has to be', async () => {
    const [first, second] = two();
    const server = createServer().listen(first, '127.0.0.2');
    await once(server, 'listening');
    assert.equal(await chosen((attempt) => [first, second][attempt]!), second);
    const closed = once(server, 'close');
    server.close();
    await closed;

    const [third, fourth] = two();
    const socket = createSocket('udp4');
    await new Promise<void>((resolve) => socket.bind({ address: '127.0.0.2', port: third }, resolve));
    assert.equal(await portIfFree(third, { ...places, datagrams: false }), third);
    assert.equal(await chosen((attempt) => [third, fourth][attempt]!), fourth);
    await new Promise<void>((resolve) => socket.close(resolve));
  });

  test('where an address is not on this machine, the system’s error says so at once', async () => {
    let asked = 0;
    const error = await chooseAnyPort({ addresses: ['192.0.2.1'], datagrams: false }, () => {
      asked += 1;
      return 0;
    });
    assert.equal((error as NodeJS.ErrnoException).code, 'EADDRNOTAVAIL');
    assert.equal(asked, 1);
  });
});
