/** Checks a batch before any store writes it, and brings it to the form that stores work on. */
import { jsonOf } from './document.ts';
import {
  type AuditEntry,
  type Batch,
  type Claim,
  type Expectation,
  type Lease,
  LeaseLost,
  MalformedBatch,
  type Operation,
  type Runner,
  RunnerSuperseded,
} from './port.ts';

/** The key by which ids are compared: resource ids keep their case and compare without it. */
export const idKey = (id: string): string => id.toLowerCase();

export interface CheckedBatch {
  readonly lease: Lease | undefined;
  readonly versions: readonly Extract<Expectation, { id: string }>[];
  readonly unclaimed: readonly { readonly key: string; readonly except: ReadonlySet<string> }[];
  readonly releases: readonly { readonly holder: string; readonly key?: string }[];
  readonly claims: readonly (Claim & { readonly holderKey: string })[];
  /** Lower-case ids, each once. */
  readonly deletes: readonly string[];
  readonly puts: readonly {
    readonly key: string;
    readonly id: string;
    readonly type: string;
    readonly text: string;
  }[];
  readonly operations: readonly {
    readonly key: string;
    readonly status: string;
    readonly dueAt: number;
    readonly text: string;
  }[];
  readonly audit: readonly { readonly resource: string; readonly text: string }[];
  /** Number of entries: what the batch costs. */
  readonly weight: number;
}

const mostEntries = 20_000;
const lists = ['expect', 'puts', 'deletes', 'claims', 'releases', 'operations', 'audit'] as const;
const MAX_NAME = 2_048;
const MAX_BODY = 8 * 1024 * 1024;
/** Control characters break logs and PostgreSQL's text; U+10FFFF bounds the range of a prefix search. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
const UNFIT = /[\u0000-\u001f\u007f\u{10ffff}]/u;
const STATUSES = new Set(['InProgress', 'Succeeded', 'Failed', 'Canceled']);

const refuse = (what: string, why: string): never => {
  throw new MalformedBatch(`The batch was refused: ${what} ${why}. Nothing was written.`);
};

/** Throws {@link MalformedBatch} unless `value` is a name of 1 to 2,048 printable, well-formed characters. */
export function checkName(what: string, value: unknown, min = 1): string {
  if (typeof value !== 'string') return refuse(what, 'must be a string');
  if (value.length < min || value.length > MAX_NAME)
    return refuse(what, `must have ${min} to ${MAX_NAME} characters`);
  if (UNFIT.test(value) || !value.isWellFormed())
    return refuse(what, 'contains characters that no name may have');
  return value;
}

/** The JSON text of an object; throws {@link MalformedBatch} for anything else and for what JSON cannot say. */
export function jsonText(what: string, value: unknown): string {
  if (value === null || typeof value !== 'object' || Array.isArray(value))
    return refuse(what, 'must be an object');
  let text: string | undefined;
  try {
    text = JSON.stringify(value);
  } catch (error) {
    return refuse(what, `is no JSON (${(error as Error).message})`);
  }
  if (text === undefined || !text.startsWith('{')) return refuse(what, 'must be an object');
  return text.length > MAX_BODY ? refuse(what, `is larger than ${MAX_BODY} characters`) : text;
}

/** A whole number of at least `min`; throws {@link MalformedBatch}. */
export function checkWhole(what: string, value: unknown, min = 0): number {
  return Number.isSafeInteger(value) && (value as number) >= min
    ? (value as number)
    : refuse(what, `must be a whole number of at least ${min}`);
}

function entries<T>(name: string, list: readonly T[] | undefined): readonly T[] {
  if (list === undefined) return [];
  if (!Array.isArray(list)) return refuse(name, 'must be a list');
  for (const entry of list)
    if (entry === null || entry === undefined) return refuse(name, 'has an empty entry');
  return list;
}

function checkVersion(expected: Extract<Expectation, { id: string }>): Extract<Expectation, { id: string }> {
  const id = checkName('the id of an expectation', expected.id);
  const { version } = expected;
  if (version !== 'absent' && version !== 'present') checkWhole(`the version expected of ${id}`, version, 1);
  return { id, version };
}

function checkOperation(operation: Operation): CheckedBatch['operations'][number] {
  const id = checkName('the id of an operation', operation.id);
  if (!STATUSES.has(operation.status)) return refuse(`operation ${id}`, 'has an unknown status');
  checkWhole(`startTime of operation ${id}`, operation.startTime);
  const dueAt = checkWhole(`dueAt of operation ${id}`, operation.dueAt);
  jsonText(`the state of operation ${id}`, operation.state);
  return { key: idKey(id), status: operation.status, dueAt, text: jsonText(`operation ${id}`, operation) };
}

/** With the operation's key for its id. */
export function checkLease({ operation, token }: Lease): Lease {
  return {
    operation: idKey(checkName('the operation of a lease', operation)),
    token: checkWhole(`the token of a lease of ${operation}`, token, 1),
  };
}

export const leaseLost = ({ operation, token }: Lease): LeaseLost =>
  new LeaseLost(`Lease ${token} of operation ${operation} is no longer held. Nothing was written.`);

export const runnerSuperseded = ({ name, generation }: Runner): RunnerSuperseded =>
  new RunnerSuperseded(
    `Generation ${generation} of the runner ${name} runs no more operations: a later one has started.`,
  );

function checkAudit(entry: AuditEntry): CheckedBatch['audit'][number] {
  checkWhole('the time of an audit entry', entry.at);
  const resource = idKey(checkName('the resource of an audit entry', entry.resourceId, 0));
  return { resource, text: jsonText('an audit entry', jsonOf(entry)) };
}

/** By the lengths of its lists, before anything is built of them; an exception is an entry, too. */
const weightOf = (batch: Batch): number =>
  lists.reduce((sum, name) => sum + (batch[name]?.length ?? 0), 0) +
  entries('expect', batch.expect).reduce(
    (sum, expected) => sum + ('id' in expected ? 0 : (expected.except?.length ?? 0)),
    0,
  );

/** Throws {@link MalformedBatch}; what it returns no longer shares anything with the caller's objects. */
export function checkBatch(batch: Batch): CheckedBatch {
  const weight = weightOf(batch);
  if (weight > mostEntries) refuse(`${weight} entries`, `are more than the ${mostEntries} of one batch`);
  const versions: CheckedBatch['versions'][number][] = [];
  const unclaimed: CheckedBatch['unclaimed'][number][] = [];
  for (const expected of entries('expect', batch.expect)) {
    if ('id' in expected) versions.push(checkVersion(expected));
    else
      unclaimed.push({
        key: checkName('the key expected to be unclaimed', expected.unclaimed),
        except: new Set(
          entries('except', expected.except).map((holder) => idKey(checkName('a holder', holder))),
        ),
      });
  }
  const puts = entries('puts', batch.puts).map((put) => {
    const id = checkName('the id of a put', put.id);
    const type = checkName(`the type of ${id}`, put.type);
    return { key: idKey(id), id, type, text: jsonText(`the body of ${id}`, put.body) };
  });
  const deletes = [
    ...new Set(entries('deletes', batch.deletes).map((id) => idKey(checkName('a delete', id)))),
  ];
  const written = new Set(deletes);
  for (const { key, id } of puts) {
    if (written.has(key)) refuse(id, 'is written twice');
    written.add(key);
  }
  const checked = {
    versions,
    unclaimed,
    puts,
    deletes,
    releases: entries('releases', batch.releases).map(({ holder, key }) => ({
      holder: idKey(checkName('the holder of a release', holder)),
      ...(key === undefined ? {} : { key: checkName('the key of a release', key) }),
    })),
    claims: entries('claims', batch.claims).map(({ key, value, holder }) => ({
      key: checkName('the key of a claim', key),
      value: checkName(`the value of claim ${key}`, value, 0),
      holder: checkName(`the holder of claim ${key}`, holder),
      holderKey: idKey(holder),
    })),
    operations: entries('operations', batch.operations).map(checkOperation),
    audit: entries('audit', batch.audit).map(checkAudit),
  };
  return { ...checked, lease: batch.lease && checkLease(batch.lease), weight };
}
