/** The whole ARM side in one process: memory store, providers, pipeline, operation runner, a clock that tests move. */

import type {
  ArmResponse,
  Method,
  Pipeline,
  PipelineServices,
  Principal,
  Provider,
  Registry,
  Settings,
} from '@tombolo/arm';
import { createOperationRunner, createPipeline, createRegistry } from '@tombolo/arm';
import { realClouds } from '@tombolo/private-link';
import type { FollowerProgress } from '@tombolo/store/feed/follower-progress';
import { openMemoryStore } from '@tombolo/store/memory/memory-store';
import type { AuditEntry, Json, JsonObject, Store } from '@tombolo/store/port';

/** 2026-01-01T00:00:00Z. */
export const startTime = Date.UTC(2026, 0, 1);
export const subscriptionId = '11111111-1111-4111-8111-111111111111';
export const tenantId = '22222222-2222-4222-8222-222222222222';
export const owner: Principal = {
  objectId: '33333333-3333-4333-8333-333333333333',
  appId: '44444444-4444-4444-8444-444444444444',
  tenantId,
  kind: 'ServicePrincipal',
};

const { AzureCloud } = realClouds;

export interface ArmWorldOptions {
  readonly providers: readonly Provider[];
  readonly settings?: Partial<Settings>;
  /** Default: everybody may do everything. */
  readonly isAllowed?: PipelineServices['isAllowed'];
  /** Default: whoever asks has a good token. */
  readonly requireStanding?: PipelineServices['requireStanding'];
  readonly seal?: PipelineServices['seal'];
  /** Stands around the world's store, to watch or disturb it. */
  readonly around?: (store: Store) => Store;
}

/** An answer whose body tests read without ceremony. */
export interface Answer extends ArmResponse {
  // biome-ignore lint/suspicious/noExplicitAny: tests reach into bodies of every shape and assert what they find.
  readonly json: any;
}

/** What a refusal says, in ARM's envelope or, as some of Azure's services answer, without it. */
export const errorOf = ({ json }: Pick<Answer, 'json'>): Answer['json'] => json?.error ?? json;

interface SendOptions {
  /** Appended as `api-version`; default the world's; '' sends none. */
  readonly apiVersion?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly principal?: Principal;
}

export interface ArmWorld {
  readonly store: Store;
  /** Of the followers' streams; tests fill it in. */
  readonly progress: Map<string, FollowerProgress>;
  readonly registry: Registry;
  readonly pipeline: Pipeline;
  readonly settings: Settings;
  readonly now: () => number;
  readonly newGuid: () => string;
  readonly advance: (ms: number) => void;
  /** `path` may carry a query; a full address (nextLink, Azure-AsyncOperation) works too. */
  readonly send: (method: Method, path: string, body?: Json, options?: SendOptions) => Promise<Answer>;
  readonly get: (path: string, options?: SendOptions) => Promise<Answer>;
  readonly put: (path: string, body: Json, options?: SendOptions) => Promise<Answer>;
  readonly patch: (path: string, body: Json, options?: SendOptions) => Promise<Answer>;
  readonly remove: (path: string, options?: SendOptions) => Promise<Answer>;
  readonly post: (path: string, body?: Json, options?: SendOptions) => Promise<Answer>;
  /** Runs every operation to its end, moving the clock to each next step; throws after `limit` rounds. */
  readonly settle: (limit?: number) => Promise<void>;
  /** Follower `name` has applied everything so far. */
  readonly acknowledge: (name: string, report?: JsonObject) => Promise<void>;
  /** All items of a collection, page after page. */
  readonly listAll: (path: string, options?: SendOptions) => Promise<readonly JsonObject[]>;
  /** Refusals and failures that the pipeline reported. */
  readonly refusals: readonly AuditEntry[];
  readonly failures: readonly unknown[];
}

/** Deterministic GUIDs of version 4: the counter is in the last group. */
const guidSequence = (seed = 'a'): (() => string) => {
  let counter = 0;
  return () => {
    counter += 1;
    return `${seed.repeat(8)}-0000-4000-8000-${counter.toString(16).padStart(12, '0')}`;
  };
};

/** What a world is set to, unless a test says otherwise. */
export const standardSettings: Settings = {
  regions: AzureCloud!.regions,
  allowLoopbackNetworks: true,
  ownAddresses: [],
  strictDns: false,
  timing: 'immediate',
  strictApiVersions: false,
  asksEachReference: false,
  patchesByContract: false,
  suffixes: AzureCloud!.suffixes,
};

/** A store with one subscription, `providers` served over it. */
export const createArmWorld = async (options: ArmWorldOptions): Promise<ArmWorld> => {
  let clock = startTime;
  const now = (): number => clock;
  const newGuid = guidSequence();
  const memory = openMemoryStore({ newGuid: guidSequence('e') });
  const store = options.around?.(memory) ?? memory;
  const registry = createRegistry(options.providers);
  const settings: Settings = { ...standardSettings, ...options.settings };
  const refusals: AuditEntry[] = [];
  const failures: unknown[] = [];
  let link = 0;
  let sealed = 0;
  const pipeline = createPipeline({
    store,
    registry,
    settings,
    tenantId,
    now,
    newGuid,
    newLinkIdentifier: () => 0x01010100 + ++link,
    // As unreadable as the real one, and as different each time; `sealed-text.ts` has its test.
    seal: options.seal ?? (async (publicKey) => `sealed ${++sealed} for ${publicKey.length}`),
    isAllowed: options.isAllowed ?? (async () => true),
    requireStanding: options.requireStanding ?? (async () => {}),
    onRefusal: (entry) => refusals.push(entry),
    onFailure: (_, error) => failures.push(error),
  });
  const progress: ArmWorld['progress'] = new Map();
  const runner = createOperationRunner({
    store,
    progress,
    registry,
    settings,
    runner: await store.startRunner('test'),
    now,
    newGuid,
    // The clock stands while a step runs.
    repeat: () => () => {},
    onError: (_, error) => failures.push(error),
  });
  await store.commit({
    puts: [
      {
        id: `/subscriptions/${subscriptionId}`,
        type: 'Microsoft.Resources/subscriptions',
        body: {
          tags: {},
          properties: { subscriptionId, tenantId, displayName: 'Tombolo', state: 'Enabled' },
        },
      },
    ],
  });

  const send: ArmWorld['send'] = async (method, path, body, { apiVersion, headers, principal } = {}) => {
    const url = new URL(path, 'https://management.test');
    const query = new Map([...url.searchParams].map(([name, value]) => [name.toLowerCase(), value]));
    const wanted = apiVersion ?? query.get('api-version') ?? versionFor(registry, url.pathname);
    if (wanted !== '') query.set('api-version', wanted);
    const response = await pipeline({
      method,
      path: decodeURIComponent(url.pathname),
      query,
      headers: new Map(Object.entries(headers ?? {})),
      ...(body === undefined ? {} : { body }),
      principal: principal ?? owner,
      origin: 'https://management.test',
      correlationId: newGuid(),
    });
    return { ...response, json: response.body };
  };

  return {
    store,
    progress,
    registry,
    pipeline,
    settings,
    now,
    newGuid,
    advance: (ms) => {
      clock += ms;
    },
    send,
    get: (path, rest) => send('GET', path, undefined, rest),
    put: (path, body, rest) => send('PUT', path, body, rest),
    patch: (path, body, rest) => send('PATCH', path, body, rest),
    remove: (path, rest) => send('DELETE', path, undefined, rest),
    post: (path, body, rest) => send('POST', path, body, rest),
    settle: async (limit = 200) => {
      for (let round = 0; round < limit; round += 1) {
        const next = await runner.runDue();
        if (next === undefined) return;
        clock = Math.max(clock, next);
      }
      throw new Error(`operations are not at their end after ${limit} rounds`);
    },
    acknowledge: async (name, report = {}) => {
      const { through } = await store.head();
      await store.acknowledge({ name, through, at: clock, report });
    },
    listAll: async (path, rest) => {
      const items: JsonObject[] = [];
      for (let next: string | undefined = path; next !== undefined; ) {
        const page: Answer = await send('GET', next, undefined, rest);
        if (page.status !== 200) throw new Error(`listing ${next} gave ${page.status}`);
        items.push(...page.json.value);
        next = page.json.nextLink;
      }
      return items;
    },
    refusals,
    failures,
  };
};

/** The newest version of the longest type name that the path mentions: tests name versions only where they matter. */
const versionFor = (registry: Registry, path: string): string => {
  const segments = path.toLowerCase().split('/');
  const from = segments.lastIndexOf('providers');
  const named = from < 0 ? [] : segments.slice(from + 1).filter((_, index) => index === 0 || index % 2 === 1);
  for (let end = named.length; end > 1; end -= 1) {
    const type = registry.typeOf(named.slice(0, end).join('/'));
    if (type) return type.apiVersions.at(-1)!;
  }
  return '2025-04-01';
};
