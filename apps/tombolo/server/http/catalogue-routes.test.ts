import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { currentCatalogue, readCatalogue } from '@tombolo/requirements';
import { fastify } from 'fastify';
import { catalogueRoutes } from './catalogue-routes.ts';

const app = fastify();
let base = '';
before(async () => {
  await app.register(catalogueRoutes('https://arm.test:8443'));
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
});
