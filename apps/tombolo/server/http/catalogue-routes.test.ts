import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { currentCatalogue, readCatalogue } from '@tombolo/requirements';
import { fastify } from 'fastify';
import type { InForce } from '../../installation/catalogue-in-force.ts';
import { catalogueRoutes } from './catalogue-routes.ts';

const app = fastify();
let base = '';
const ofRelease: InForce = { catalogue: currentCatalogue, since: 0 };
let inForce: InForce | undefined = ofRelease;
const clock = Date.parse(`${currentCatalogue.date}T00:00:00Z`) + 86_400_000;
before(async () => {
  await app.register(
    catalogueRoutes(
      'https://arm.test:8443',
      () => inForce,
      () => clock,
    ),
  );
  base = `${await app.listen({ host: '127.0.0.1', port: 0 })}/requirements`;
});
after(() => app.close());

describe('the catalogue over HTTP', () => {
  test('the feed is a JSON feed 1.1, newest version first, with stable ids and addresses of its own', async () => {
    const answer = await fetch(`${base}/feed.json`);
    assert.equal(answer.status, 200);
    assert.match(answer.headers.get('content-type') ?? '', /^application\/feed\+json/);
    const feed = (await answer.json()) as {
      version: string;
      title: string;
      feed_url: string;
      items: { id: string; content_text: string; date_published: string }[];
    };
    assert.equal(feed.version, 'https://jsonfeed.org/version/1.1');
    assert.equal(feed.feed_url, 'https://arm.test:8443/requirements/feed.json');
    assert.deepEqual(
      feed.items.map((item) => item.id),
      ['tombolo-requirements-3.0.0', 'tombolo-requirements-2.0.0', 'tombolo-requirements-1.0.0'],
    );
    assert.match(feed.items[1]?.content_text ?? '', /^\+ www\.microsoft\.com\/pkiops\/certs/m);
    assert.match(feed.items[0]?.date_published ?? '', /^\d{4}-\d\d-\d\dT00:00:00Z$/);
  });

  test('the catalogue reads back as it is, and earlier versions are served', async () => {
    const document = await (await fetch(`${base}/catalogue.json`)).json();
    assert.deepEqual(readCatalogue(document).requirements, currentCatalogue.requirements);
    const first = (await (await fetch(`${base}/catalogue.json?version=1.0.0`)).json()) as { version: string };
    assert.equal(first.version, '1.0.0');
    assert.deepEqual(await (await fetch(`${base}/catalogue.json?version=`)).json(), document);
  });

  test('304 for a known etag or date, 200 for another; each version has an etag of its own', async () => {
    const tags = new Set<string | null>();
    for (const path of ['feed.json', 'catalogue.json', 'catalogue.json?version=1.0.0']) {
      const first = await fetch(`${base}/${path}`);
      await first.arrayBuffer();
      const etag = first.headers.get('etag') ?? '';
      tags.add(etag);
      const ask = async (headers: Record<string, string>) => {
        const answer = await fetch(`${base}/${path}`, { headers });
        return [answer.status, (await answer.arrayBuffer()).byteLength > 0];
      };
      assert.deepEqual(await ask({ 'if-none-match': etag }), [304, false]);
      assert.deepEqual(await ask({ 'if-none-match': `"other", W/${etag}` }), [304, false]);
      assert.deepEqual(await ask({ 'if-none-match': '"other"' }), [200, true]);
      const date = first.headers.get('last-modified') ?? '';
      assert.deepEqual(await ask({ 'if-modified-since': date }), [304, false]);
      assert.deepEqual(await ask({ 'if-modified-since': date, 'if-none-match': '"other"' }), [200, true]);
      assert.deepEqual(await ask({ 'if-modified-since': 'yesterday' }), [200, true]);
    }
    assert.equal(tags.size, 3);
  });

  test('404 for a version that was never published, also when it is asked for twice', async () => {
    for (const query of ['version=9.9.9', 'version=1.0.0&version=2.0.0', 'version=&version=']) {
      const answer = await fetch(`${base}/catalogue.json?${query}`);
      assert.equal(answer.status, 404, query);
      assert.match(await answer.text(), /1\.0\.0, 2\.0\.0/);
    }
  });

  test('HEAD has the headers without the body; a write is refused', async () => {
    const head = await fetch(`${base}/feed.json`, { method: 'HEAD' });
    assert.equal(head.status, 200);
    assert.ok(head.headers.get('etag'));
    assert.equal((await fetch(`${base}/feed.json`, { method: 'POST' })).status, 404);
  });

  test('a catalogue that was taken from a file answers from then on, and each answer says which it is', async () => {
    const header = async (path: string) => (await fetch(`${base}/${path}`)).headers;
    assert.match(
      (await header('feed.json')).get('x-tombolo-catalogue') ?? '',
      /^3\.0\.0; sources \d{4}-\d\d-\d\d to \d{4}-\d\d-\d\d; \d+ to \d+ days old$/,
    );
    const before = await header('catalogue.json');
    const kept = { ...currentCatalogue, version: '3.1.0', date: '2020-01-01', kept: true } as const;
    inForce = { catalogue: { ...kept, requirements: kept.requirements.slice(0, 9) }, since: clock };
    const answer = await fetch(`${base}/catalogue.json`, {
      headers: { 'if-modified-since': before.get('last-modified') ?? '' },
    });
    // Its own date is older than that of what it replaced: who has that must get it all the same.
    assert.equal(answer.status, 200);
    assert.equal(readCatalogue(await answer.json()).requirements.length, 9);
    assert.match(answer.headers.get('x-tombolo-catalogue') ?? '', /^3\.1\.0 \(taken from a file\); /);
    const feed = (await (await fetch(`${base}/feed.json`)).json()) as { items: { id: string }[] };
    assert.equal(feed.items[0]?.id, 'tombolo-requirements-3.1.0');
    assert.equal((await fetch(`${base}/catalogue.json?version=3.0.0`)).status, 200);
    inForce = undefined;
    for (const path of ['feed.json', 'catalogue.json']) {
      const none = await fetch(`${base}/${path}`);
      assert.equal(none.status, 503);
      assert.match(await none.text(), /CatalogueUnreadable/);
    }
    inForce = ofRelease;
    assert.equal((await fetch(`${base}/catalogue.json?version=3.1.0`)).status, 404);
  });
});
