/** The port's reads of one kind each, by its read of several. */
import { idKey } from './batch.ts';
import { byCodePoint } from './code-point-order.ts';
import type { Store } from './port.ts';

type SingleReads = Pick<Store, 'get' | 'getMany' | 'list' | 'claim' | 'claimsUnder' | 'operation' | 'facts'>;

const inOrder = <T>(found: ReadonlyMap<string, T>): ReadonlyMap<string, T> =>
  new Map([...found].sort(([left], [right]) => byCodePoint(left, right)));

export const singleReads = (read: Store['read']): SingleReads => ({
  async get(id) {
    const { documents } = await read({ documents: [id] });
    return documents.get(idKey(id));
  },
  async getMany(ids) {
    const { documents } = await read({ documents: ids });
    return inOrder(documents);
  },
  async list(query) {
    const { lists } = await read({ lists: [query] });
    return lists[0]!;
  },
  async claim(key) {
    const { claims } = await read({ claims: [key] });
    return claims.get(key);
  },
  async claimsUnder(prefix) {
    const { claimsUnder } = await read({ claimsUnder: [prefix] });
    return claimsUnder[0]!;
  },
  async operation(id) {
    const { operations } = await read({ operations: [id] });
    return operations.get(idKey(id));
  },
  async facts(keys) {
    const { facts } = await read({ facts: keys });
    return inOrder(facts);
  },
});
