/** Azure's own client library on an installation: `eval "$(./tombolo env)"`, then `node examples/sdk.mjs`. */

import { ResourceManagementClient } from '@azure/arm-resources';
import { ClientSecretCredential } from '@azure/identity';

const { AZURE_TENANT_ID, AZURE_CLIENT_ID, AZURE_CLIENT_SECRET, AZURE_AUTHORITY_HOST } = process.env;
const { AZURE_SUBSCRIPTION_ID, ARM_ENDPOINT } = process.env;

const credential = new ClientSecretCredential(AZURE_TENANT_ID, AZURE_CLIENT_ID, AZURE_CLIENT_SECRET, {
  authorityHost: AZURE_AUTHORITY_HOST,
  // Else the library asks Microsoft whether the authority is genuine.
  disableInstanceDiscovery: true,
});
const client = new ResourceManagementClient(credential, AZURE_SUBSCRIPTION_ID, {
  endpoint: ARM_ENDPOINT,
  // Else the token is asked for the endpoint; earlier clients call it credentialScopes.
  credentials: { scopes: ['https://management.azure.com/.default'] },
});
for await (const group of client.resourceGroups.list()) console.log(group.id);
for await (const resource of client.resources.listByResourceGroup('quickstart')) console.log(resource.id);
