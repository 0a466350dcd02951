/** The feed on the wire: server-sent events (HTML Living Standard, 9.2) with one JSON object each. */

import { StringDecoder } from 'node:string_decoder';
import { isObject } from '../document.ts';
import type { Change, Document } from '../port.ts';

/**
 * `snapshot` parts replace everything (part 0 begins), `changes` amend it; what came so far is complete,
 * and equals the store's documents at that number, only when `through` arrives.
 */
export type FeedEvent =
  | {
      readonly event: 'snapshot';
      readonly epoch: string;
      readonly part: number;
      readonly documents: readonly Document[];
    }
  | { readonly event: 'changes'; readonly epoch: string; readonly changes: readonly Change[] }
  | { readonly event: 'through'; readonly epoch: string; readonly through: number };

/** A comment: only to show that the stream lives. */
export const KEEP_ALIVE = ': keep-alive\n\n';

export function eventBytes({ event, ...data }: FeedEvent): string {
  return `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
}

const ENTRIES_PER_EVENT = 200;
/** Unless one entry alone has more: a reader takes no event without bound. */
const CHARACTERS_PER_EVENT = 1024 * 1024;

/**
 * A list as the texts of as many events as it needs, each bounded.
 * @param firstPart of a snapshot: the number of its parts before these
 */
export function* listEvents(
  event: 'snapshot' | 'changes',
  epoch: string,
  entries: readonly (Document | Change)[],
  firstPart = 0,
): Generator<string> {
  const name = event === 'snapshot' ? 'documents' : 'changes';
  let part = firstPart;
  let texts: string[] = [];
  let characters = 0;
  const text = () => {
    const fields = event === 'snapshot' ? { epoch, part: part++ } : { epoch };
    const data = `${JSON.stringify(fields).slice(0, -1)},"${name}":[${texts.join(',')}]}`;
    texts = [];
    characters = 0;
    return `event: ${event}\ndata: ${data}\n\n`;
  };
  for (const entry of entries) {
    const each = JSON.stringify(entry);
    const full = texts.length >= ENTRIES_PER_EVENT || characters + each.length > CHARACTERS_PER_EVENT;
    if (full && texts.length > 0) yield text();
    texts.push(each);
    characters += each.length;
  }
  if (texts.length > 0) yield text();
}

const isDocument = (value: unknown): value is Document =>
  isObject(value) &&
  typeof value.id === 'string' &&
  typeof value.type === 'string' &&
  Number.isSafeInteger(value.version) &&
  isObject(value.body);

const isChange = (value: unknown): value is Change =>
  isObject(value) &&
  typeof value.id === 'string' &&
  typeof value.type === 'string' &&
  Number.isSafeInteger(value.feed) &&
  (value.document === undefined || isDocument(value.document));

/** Throws on what is no event of ours; an event of an unknown name is a newer server's and is undefined. */
function parseEvent(event: string, text: string): FeedEvent | undefined {
  const data: unknown = JSON.parse(text);
  if (!isObject(data) || typeof data.epoch !== 'string')
    throw new Error(`The feed sent a bad ${event} event.`);
  const { epoch, part, documents, changes, through } = data;
  if (
    event === 'snapshot' &&
    Number.isSafeInteger(part) &&
    Array.isArray(documents) &&
    documents.every(isDocument)
  )
    return { event, epoch, part: part as number, documents };
  if (event === 'changes' && Array.isArray(changes) && changes.every(isChange))
    return { event, epoch, changes };
  if (event === 'through' && Number.isSafeInteger(through))
    return { event, epoch, through: through as number };
  if (event === 'snapshot' || event === 'changes' || event === 'through')
    throw new Error(`The feed sent a bad ${event} event.`);
  return undefined;
}

/**
 * Takes the bytes as they come, split anywhere, and returns the events that they complete. Throws when an event is
 * malformed or longer than `maxEvent` characters: the connection is then of no more use.
 */
export function feedEventReader(maxEvent = 64 * 1024 * 1024): (bytes: Buffer) => FeedEvent[] {
  const decoder = new StringDecoder('utf8');
  let pieces: string[] = [];
  let pending = 0;
  let event = '';
  let data: string[] = [];
  let held = 0;

  function takeLine(line: string, found: FeedEvent[]): void {
    if (line === '') {
      const parsed = data.length > 0 ? parseEvent(event, data.join('\n')) : undefined;
      if (parsed !== undefined) found.push(parsed);
      event = '';
      data = [];
      held = 0;
      return;
    }
    const colon = line.indexOf(':');
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (field === 'event') event = value;
    if (field === 'data') {
      data.push(value);
      held += value.length;
    }
  }

  return (bytes) => {
    const found: FeedEvent[] = [];
    let text = decoder.write(bytes);
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n')) {
      pieces.push(text.slice(0, end));
      takeLine(pieces.join('').replace(/\r$/, ''), found);
      pieces = [];
      pending = 0;
      text = text.slice(end + 1);
    }
    if (text !== '') pieces.push(text);
    pending += text.length;
    if (pending + held > maxEvent)
      throw new Error(`The feed sent an event of more than ${maxEvent} characters.`);
    return found;
  };
}
