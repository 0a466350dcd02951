/** External Dynamic Lists over HTTPS, so that a firewall polls them: public, read-only, of public names and addresses only. */

import {
  addressList,
  domainList,
  exportRules,
  FirewallProblem,
  type Format,
  makePlan,
  tagCloud,
} from '@tombolo/firewall';
import { createRateLimit } from '@tombolo/hybrid-services/rate-limit';
import {
  answerQuery,
  type Catalogue,
  type RequirementQuery,
  RequirementsProblem,
  readQuery,
} from '@tombolo/requirements';
import type { VersionFacts } from '@tombolo/service-tags/freshness';
import { servedDocument, servedFacts } from '@tombolo/service-tags/stored-tags';
import type { StoreReader } from '@tombolo/store/port';
import type { FastifyInstance } from 'fastify';
import type { InForce } from '../../installation/catalogue-in-force.ts';
import { catalogueHeader, catalogueModified, catalogueUnreadable } from './catalogue-routes.ts';
import { answer, type Prepared, prepare } from './conditional-get.ts';

const lists: Readonly<Record<string, Format>> = { 'addresses.txt': addressList, 'domains.txt': domainList };

/** A list that cannot be given: 404 with what is missing. */
class NoList extends Error {
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/** `any`: without a region. The private endpoint's own addresses are nobody's business here. */
const queryOf = (
  { product = '', cloud = '', region = '' }: Readonly<Record<string, string>>,
  connectivity: unknown,
  catalogue: Catalogue,
): RequirementQuery =>
  readQuery(
    {
      products: [product],
      cloud,
      ...(region.toLowerCase() === 'any' ? {} : { region }),
      ...(typeof connectivity === 'string' && connectivity !== '' ? { connectivity } : {}),
    },
    catalogue,
  );

type Reader = Pick<StoreReader, 'get' | 'list'>;

const usableTags = (facts: VersionFacts | undefined, cloud: string): VersionFacts => {
  if (facts === undefined)
    throw new NoList(
      'ServiceTagsNotImported',
      'No service tags were imported, so that there are no addresses. Import them with "./tombolo service-tags import FILE".',
    );
  const others = Object.values(tagCloud).filter((name) => name !== tagCloud[cloud]);
  // Tags of an installation's own are taken for whichever cloud it stands in for.
  if (others.includes(facts.cloud))
    throw new NoList(
      'ServiceTagsOfOtherCloud',
      `The service tags that were imported are of ${facts.cloud}; ${cloud} has those of ${tagCloud[cloud]}.`,
    );
  return facts;
};

const made = async (
  query: RequirementQuery,
  format: Format,
  store: Reader,
  inForce: InForce,
): Promise<Prepared> => {
  const served = format === addressList ? await servedDocument(store) : undefined;
  const plan = makePlan({
    answer: answerQuery(inForce.catalogue, query),
    ...(served === undefined ? {} : { serviceTags: served.document }),
  });
  const [file] = exportRules(plan, format).files;
  return prepare(
    file?.text ?? '',
    Math.max(catalogueModified(inForce), served?.facts.fetchedAt ?? 0),
    'text/plain; charset=utf-8',
  );
};

const mostLists = 256;

/** Polls come every few minutes: a burst for the lists of one firewall, then one a second. */
const pollLimit = { burst: 60, perSecond: 1, maxSources: 10_000 } as const;

/**
 * `GET /edl/{product}/{cloud}/{region}/{addresses|domains}.txt?connectivity=`, for anybody; 404 says what is missing,
 * 429 when to come back.
 */
export const edlRoutes =
  ({
    store,
    inForce,
    now,
  }: {
    readonly store: Reader;
    /** The catalogue in force at each call; undefined where what is kept cannot be read. */
    readonly inForce: () => InForce | undefined;
    readonly now: () => number;
  }) =>
  async (app: FastifyInstance): Promise<void> => {
    const limit = createRateLimit({ ...pollLimit, now });
    /** By list; kept while the catalogue and the service tags behind it are the same. */
    const ready = new Map<string, { readonly of: string; readonly prepared: Promise<Prepared> }>();

    const listOf = async (
      query: RequirementQuery,
      name: string,
      format: Format,
      current: InForce,
    ): Promise<Prepared> => {
      const facts = format === addressList ? usableTags(await servedFacts(store), query.cloud) : undefined;
      const tags = facts === undefined ? '' : `${facts.cloud} ${facts.changeNumber} ${facts.fetchedAt}`;
      const of = `${current.catalogue.version} ${current.since} ${tags}`;
      const key = [query.products, query.cloud, query.region?.name, query.connectivity, name].join(' ');
      const before = ready.get(key);
      if (before?.of === of) return before.prepared;
      const prepared = made(query, format, store, current);
      ready.delete(key);
      ready.set(key, { of, prepared });
      const [oldest] = ready.keys();
      if (ready.size > mostLists && oldest !== undefined) ready.delete(oldest);
      prepared.catch(() => ready.delete(key));
      return prepared;
    };

    app.route({
      method: ['GET', 'HEAD'],
      url: '/edl/:product/:cloud/:region/:list',
      handler: async (request, reply) => {
        const wait = limit.take(request.ip);
        if (wait > 0) {
          const message = `Too many requests from this address. Come back in ${wait} s.`;
          return reply
            .code(429)
            .header('retry-after', String(wait))
            .send({ error: { code: 'TooManyRequests', message } });
        }
        const current = inForce();
        if (current === undefined) return catalogueUnreadable(reply);
        const params = request.params as Readonly<Record<string, string>>;
        const name = (params.list ?? '').toLowerCase();
        try {
          const format = Object.hasOwn(lists, name) ? lists[name] : undefined;
          if (format === undefined)
            throw new NoList(
              'ListNotFound',
              `There is no list of that name. Lists: ${Object.keys(lists).join(', ')}.`,
            );
          const { connectivity } = request.query as { readonly connectivity?: unknown };
          const query = queryOf(params, connectivity, current.catalogue);
          const prepared = await listOf(query, name, format, current);
          return answer(request, reply.headers(catalogueHeader(current, now())), prepared);
        } catch (error) {
          if (error instanceof NoList)
            return reply.code(404).send({ error: { code: error.code, message: error.message } });
          if (error instanceof RequirementsProblem || error instanceof FirewallProblem)
            return reply
              .code(404)
              .send({ error: { code: error.code, message: `${error.message} ${error.fix}` } });
          throw error;
        }
      },
    });
  };
