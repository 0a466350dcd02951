/** A program on a connected machine: has nothing but ManagedIdentityCredential, and says what it could read, as JSON. */

import { readFileSync } from 'node:fs';
import { ManagedIdentityCredential } from '@azure/identity';
import { createClients } from './clients.ts';

const { ARM_ENDPOINT = '', AZURE_SUBSCRIPTION_ID = '', RESOURCE_GROUP = '', ARM_CA = '' } = process.env;
const clients = createClients({
  endpoint: ARM_ENDPOINT,
  subscriptionId: AZURE_SUBSCRIPTION_ID,
  credential: new ManagedIdentityCredential({ retryOptions: { maxRetries: 0 } }),
  ca: readFileSync(ARM_CA, 'utf8'),
});
const read = async (): Promise<object> => {
  try {
    const names: (string | undefined)[] = [];
    for await (const { name } of clients.resources.resources.listByResourceGroup(RESOURCE_GROUP))
      names.push(name);
    return { names };
  } catch (error) {
    const { name, message, statusCode, code } = error as Error & { statusCode?: number; code?: string };
    return { name, message, statusCode, code };
  }
};
process.stdout.write(JSON.stringify(await read()));
