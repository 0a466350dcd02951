import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { currentCatalogue } from '@tombolo/requirements';
import { readDocument, serveBatch } from '@tombolo/service-tags';
import { openMemoryStore } from '@tombolo/store/memory/memory-store';
import type { Store } from '@tombolo/store/port';
import { fastify } from 'fastify';
import type { InForce } from '../../installation/catalogue-in-force.ts';
import { edlRoutes } from './edl-routes.ts';

const fetchedAt = Date.parse(`${currentCatalogue.date}T00:00:00Z`) + 86_400_000;

const importTags = async (
  store: Store,
  changeNumber: number,
  prefixes: readonly string[],
  cloud = 'Public',
) => {
  const { document } = readDocument([
    {
      changeNumber,
      cloud,
      values: [
        {
          name: 'AzureActiveDirectory',
          id: 'AzureActiveDirectory',
          properties: { region: '', addressPrefixes: prefixes },
        },
      ],
    },
  ]);
  const batch = await serveBatch(
    store,
    document,
    { source: 'test', fetchedAt: fetchedAt + changeNumber * 1000 },
    true,
  );
  assert.ok('puts' in batch);
  await store.commit(batch);
};

const ofRelease: InForce = { catalogue: currentCatalogue, since: 0 };

const serve = async (
  run: (base: string, store: Store, advance: (ms: number) => void) => Promise<void>,
  inForce: () => InForce | undefined = () => ofRelease,
) => {
  const store = openMemoryStore();
  let clock = 0;
  const app = fastify();
  try {
    await app.register(edlRoutes({ store, inForce, now: () => clock }));
    const base = `${await app.listen({ host: '127.0.0.1', port: 0 })}/edl`;
    await run(base, store, (ms) => {
      clock += ms;
    });
  } finally {
    await app.close();
    await store.close();
  }
};

const entries = (text: string): readonly string[] =>
  text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
const path = 'servers/AzureCloud/japaneast';

describe('External Dynamic Lists over HTTP', () => {
  test('domains come from the catalogue, without any import', () =>
    serve(async (base) => {
      const answer = await fetch(`${base}/${path}/domains.txt`);
      assert.equal(answer.status, 200);
      assert.match(answer.headers.get('content-type') ?? '', /^text\/plain/);
      const list = entries(await answer.text());
      assert.ok(
        list.includes('login.microsoftonline.com') &&
          !list.includes('login.windows.net') &&
          list.includes('je.his.arc.azure.com'),
      );
      assert.ok(!list.includes('www.microsoft.com'));
      const unsaid = await fetch(`${base}/${path}/domains.txt?connectivity=`);
      assert.deepEqual([unsaid.status, entries(await unsaid.text())], [200, list]);
    }));

  test('the catalogue in force answers, from the next poll on; none where what is kept cannot be read', async () => {
    let inForce: InForce | undefined = ofRelease;
    await serve(
      async (base) => {
        const ask = (headers: Record<string, string> = {}) =>
          fetch(`${base}/${path}/domains.txt`, { headers });
        const first = await ask();
        assert.match(await first.text(), /catalogue 3\.0\.0, sources of/);
        const date = first.headers.get('last-modified') ?? '';
        assert.match(first.headers.get('x-tombolo-catalogue') ?? '', /^3\.0\.0; /);
        const requirements = currentCatalogue.requirements.filter(
          ({ host }) => host !== 'login.microsoftonline.com',
        );
        inForce = {
          catalogue: { ...currentCatalogue, version: '3.1.0', kept: true, requirements },
          since: fetchedAt,
        };
        const second = await ask({ 'if-modified-since': date });
        assert.equal(second.status, 200);
        const text = await second.text();
        assert.match(text, /catalogue 3\.1\.0 \(taken from a file\)/);
        assert.ok(!entries(text).includes('login.microsoftonline.com'));
        inForce = undefined;
        const none = await ask();
        assert.deepEqual([none.status, /CatalogueUnreadable/.test(await none.text())], [503, true]);
      },
      () => inForce,
    );
  });

  test('addresses: 404 that says what is missing, then the imported ones, aggregated', () =>
    serve(async (base, store) => {
      const none = await fetch(`${base}/${path}/addresses.txt`);
      assert.equal(none.status, 404);
      assert.match(await none.text(), /ServiceTagsNotImported.*tombolo service-tags import/);
      await importTags(store, 1, ['192.0.2.0/25', '192.0.2.128/25', '2001:db8::/32']);
      const text = await (await fetch(`${base}/${path}/addresses.txt`)).text();
      assert.deepEqual(entries(text), ['192.0.2.0/24', '2001:db8::/32']);
      assert.match(text, /^# {3}packages\.microsoft\.com port 443: no service tag/m);
    }));

  test('304 for a known etag or date; a new import is another list with a later date', () =>
    serve(async (base, store) => {
      await importTags(store, 1, ['192.0.2.0/24']);
      const url = `${base}/${path}/addresses.txt`;
      const ask = async (headers: Record<string, string>) => {
        const answer = await fetch(url, { headers });
        return [answer.status, (await answer.arrayBuffer()).byteLength > 0];
      };
      const first = await fetch(url);
      await first.arrayBuffer();
      const etag = first.headers.get('etag') ?? '';
      const date = first.headers.get('last-modified') ?? '';
      assert.equal(Date.parse(date), fetchedAt + 1000);
      assert.deepEqual(await ask({ 'if-none-match': etag }), [304, false]);
      assert.deepEqual(await ask({ 'if-modified-since': date }), [304, false]);
      await importTags(store, 2, ['198.51.100.0/24']);
      assert.deepEqual(await ask({ 'if-none-match': etag }), [200, true]);
      assert.deepEqual(await ask({ 'if-modified-since': date }), [200, true]);
      assert.deepEqual(entries(await (await fetch(url)).text()), ['198.51.100.0/24']);
    }));

  test('what does not exist is 404 with the nearest names; tags of another cloud are not taken', () =>
    serve(async (base, store) => {
      await importTags(store, 1, ['192.0.2.0/24'], 'AzureGovernment');
      for (const [wrong, pattern] of [
        ['server/AzureCloud/japaneast/domains.txt', /UnknownProduct.*Did you mean servers/],
        ['servers/AzureClod/japaneast/domains.txt', /UnknownCloud.*Did you mean AzureCloud/],
        ['servers/AzureCloud/japaneest/domains.txt', /UnknownRegion.*Did you mean japaneast/],
        [`${path}/names.txt`, /ListNotFound.*addresses\.txt, domains\.txt/],
        [`${path}/__proto__`, /ListNotFound/],
        [`${path}/addresses.txt`, /ServiceTagsOfOtherCloud.*AzureGovernment/],
        [`${path}/domains.txt?connectivity=carrier-pigeon`, /UnknownName/],
      ] as const) {
        const answer = await fetch(`${base}/${wrong}`);
        assert.equal(answer.status, 404, wrong);
        assert.match(await answer.text(), pattern);
      }
      const gov = await fetch(`${base}/servers/AzureUSGovernment/any/addresses.txt`);
      assert.deepEqual(entries(await gov.text()), ['192.0.2.0/24']);
    }));

  test('one address may poll a burst, then once a second; writes find nothing', () =>
    serve(async (base, _store, advance) => {
      const url = `${base}/${path}/domains.txt`;
      const status = async (): Promise<number> => {
        const answer = await fetch(url, { method: 'HEAD' });
        return answer.status;
      };
      for (let count = 0; count < 60; count += 1) assert.equal(await status(), 200);
      const refused = await fetch(url);
      assert.equal(refused.status, 429);
      assert.equal(refused.headers.get('retry-after'), '1');
      await refused.arrayBuffer();
      advance(1000);
      assert.equal(await status(), 200);
      assert.equal((await fetch(url, { method: 'PUT' })).status, 404);
    }));
});
