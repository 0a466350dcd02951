import { storeContract } from '../contract.testkit.ts';
import { openMemoryStore } from './memory-store.ts';

storeContract('memory', async () => openMemoryStore());
