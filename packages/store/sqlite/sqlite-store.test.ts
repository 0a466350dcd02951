import { storeContract } from '../contract.testkit.ts';
import { scratchDirectory } from './scratch-directory.testkit.ts';
import { openSqliteStore } from './sqlite-store.ts';

const scratch = scratchDirectory();
let count = 0;
const open = async () => openSqliteStore({ path: scratch(`store-${count}.db`), now: () => 0 });

storeContract(
  'sqlite',
  () => {
    count++;
    return open();
  },
  open,
);
