import { storeContract } from '../contract.testkit.ts';
import type { Store } from '../port.ts';
import { openMemoryStore } from './memory-store.ts';

let newest: Store;
const open = async () => {
  newest = openMemoryStore();
  return newest;
};

storeContract('memory', open, async () => newest);
