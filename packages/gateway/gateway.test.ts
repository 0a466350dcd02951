import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { handmadeHello, nodeHello, serverNameExtension, splitRecords } from './client-hello.testkit.ts';
import { address, echoed, start, totals, world } from './gateway-world.testkit.ts';
import { renderMetrics } from './metrics.ts';
import { ending, listenerAt, name, until } from './private-endpoint.testkit.ts';
import { linkIdentifierOf } from './proxy-protocol.ts';

describe('the gateway lets through', () => {
  test("the member's own name, in any case, with PROXY header: client, private endpoint at port 443, link identifier", async () => {
    await start();
    assert.equal(await echoed('hello'), 'hello');
    assert.equal(await echoed('again', 'GBL.His.Arc.Azure.Com'), 'again');
    const [header] = world.headers;
    assert.ok(header?.command === 'PROXY');
    assert.equal(header.source.address, '127.0.0.1');
    assert.deepEqual(header.destination, { address, port: 443 });
    assert.equal(linkIdentifierOf(header), 0x12345678);
    await until(() => totals().ended.completed === 2, 'two completed');
    assert.equal(totals().accepted, 2);
  });

  test('a ClientHello that arrives in single bytes', async () => {
    await start();
    const hello = splitRecords(handmadeHello(serverNameExtension(name)), [3, 40]);
    const client = world.tcp(address);
    await once(client, 'connect');
    client.setNoDelay(true);
    for (const byte of hello) {
      client.write(Uint8Array.of(byte));
      await new Promise((resolve) => setImmediate(resolve));
    }
    await until(() => world.headers.length === 1, 'forwarded');
    client.destroy();
  });

  test('an end of either side while the other goes on: half-close both ways', async () => {
    let ended = false;
    await start({}, (session) => {
      // The service answers only after it has seen the client's end, and ends after that.
      session.on('end', () => {
        ended = true;
        session.write('late ');
        session.end('answer');
      });
      session.resume();
    });
    const client = world.tls(address);
    await once(client, 'secureConnect');
    client.end('question');
    let answer = '';
    for await (const chunk of client) answer += chunk;
    assert.equal(answer, 'late answer');
    assert.ok(ended);
    await until(() => totals().ended.completed === 1, 'completed');
  });

  test("the service's end first: the client still sends all that it has", async () => {
    const received: Buffer[] = [];
    let done = false;
    await start({}, (session) => {
      session.end('bye');
      session
        .on('data', (chunk: Buffer) => received.push(chunk))
        .on('end', () => {
          done = true;
        });
    });
    const client = world.tls(address);
    client.resume();
    await once(client, 'end');
    const rest = randomBytes(300_000);
    client.end(rest);
    await until(() => done, 'the service saw the end');
    assert.ok(Buffer.concat(received).equals(rest));
  });

  test('20 MB each way with slow readers: exact bytes, bounded memory between', async () => {
    const size = 20_000_000;
    const [up, down] = [randomBytes(size), randomBytes(size)];
    const digest = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
    const serverHash = createHash('sha256');
    let serverGot = 0;
    let serverDone = false;
    await start({}, (session) => {
      session.write(down);
      session.on('data', (chunk: Buffer) => {
        serverHash.update(chunk);
        serverGot += chunk.length;
        session.pause();
        setImmediate(() => session.resume());
      });
      session.on('end', () => {
        serverDone = true;
        session.end();
      });
    });
    const client = world.tls(address);
    await once(client, 'secureConnect');
    client.end(up);
    // Nobody reads at first: what the gateway takes from the service meanwhile is bounded by socket buffers, not by 20 MB.
    await until(() => serverDone, 'upload done');
    await new Promise((resolve) => setImmediate(resolve));
    assert.ok(
      totals().bytesToClient < 16_000_000,
      `${totals().bytesToClient} bytes taken for a client that doesn't read`,
    );
    const clientHash = createHash('sha256');
    let got = 0;
    for await (const chunk of client) {
      clientHash.update(chunk as Buffer);
      got += (chunk as Buffer).length;
      await new Promise((resolve) => setImmediate(resolve));
    }
    assert.deepEqual([serverGot, got], [size, size]);
    assert.equal(serverHash.digest('hex'), digest(up));
    assert.equal(clientHash.digest('hex'), digest(down));
    await until(() => totals().ended.completed === 1, 'completed');
    assert.ok(totals().bytesFromClient > size && totals().bytesToClient > size);
  });
});

test('random, cut and mutated hellos leave no socket open, and the gateway goes on', async () => {
  await start();
  const hello = await nodeHello({ servername: name });
  const mutated = fc
    .tuple(fc.nat(hello.length), fc.array(fc.tuple(fc.nat(hello.length - 1), fc.nat(255)), { maxLength: 4 }))
    .map(([length, changes]) => {
      const bytes = Uint8Array.from(hello);
      for (const [at, value] of changes) bytes[at] = value;
      return bytes.subarray(0, length);
    });
  let sent = 0;
  await fc.assert(
    fc.asyncProperty(fc.oneof(fc.uint8Array({ maxLength: 60 }), mutated), async (bytes) => {
      sent++;
      const client = world.tcp(address);
      const ended = ending(client);
      client.end(bytes);
      await ended;
      client.destroy();
    }),
    { seed: 20260103, numRuns: 150 },
  );
  await until(() => totals().active === 0 && totals().accepted === sent, 'all ended');
  await until(() => world.upstreamSockets === 0, 'upstream closed');
  assert.equal(await echoed('alive'), 'alive');
});

test('metrics are Prometheus text with the counters of each listener and of all', async () => {
  await start();
  assert.equal(await echoed('count me'), 'count me');
  await ending(world.tls(address, 'other.example'));
  await until(() => totals().active === 0, 'all ended');
  await world.gateway.reconcile([listenerAt(address, { memberName: 'quote " and \\ and\nline' })]);
  const text = renderMetrics(world.gateway.report());
  const labels = `address="${address}",member="quote \\" and \\\\ and\\nline",connection="/scope/privateEndpointConnections/one"`;
  for (const line of [
    '# TYPE tombolo_gateway_all_accepted_total counter',
    'tombolo_gateway_all_accepted_total 2',
    'tombolo_gateway_all_ended_total{outcome="wrong-server-name"} 1',
    `tombolo_gateway_listener_up{${labels}} 1`,
    `tombolo_gateway_listener_ended_total{${labels},outcome="completed"} 1`,
    `tombolo_gateway_all_bytes_total{direction="to_client"} ${totals().bytesToClient}`,
  ]) {
    assert.ok(text.split('\n').includes(line), `${line}\n${text}`);
  }
});
