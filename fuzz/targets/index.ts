/** Every target by its name, loaded when it is asked for: some begin with keys and whole worlds. A new parser gets an entry here. */

import type { Target } from '../target.ts';

const armTexts = () => import('./arm-texts.ts');
const requests = () => import('./requests.ts');
const wire = () => import('./wire.ts');
const credentials = () => import('./credentials.ts');
const documents = () => import('./documents.ts');
const graph = () => import('./graph.ts');
const machines = () => import('./machines.ts');
const files = () => import('./files.ts');
const packages = () => import('./packages.ts');
const rules = () => import('./rules.ts');

const loaded = {
  'json-text': async () => (await armTexts()).jsonText,
  'resource-id': async () => (await armTexts()).resourceIdText,
  'odata-filter': async () => (await armTexts()).odataFilter,
  'http-request': async () => (await requests()).httpRequest,
  'resource-body': async () => (await requests()).resourceBody,
  expand: async () => (await requests()).expand,
  'graph-request': async () => (await graph()).graphRequest,
  'proxy-header': async () => (await wire()).proxyHeader,
  'client-hello': async () => (await wire()).clientHello,
  'dns-message': async () => (await wire()).dnsMessage,
  'feed-events': async () => (await wire()).feedEvents,
  'access-token': async () => (await credentials()).accessToken,
  'client-assertion': async () => (await credentials()).clientAssertion,
  'token-form': async () => (await credentials()).tokenForm,
  'dpop-proof': async () => (await machines()).dpopProof,
  'machine-assertion': async () => (await machines()).machineAssertion,
  'certificate-request': async () => (await machines()).certificateRequest,
  'machine-certificate': async () => (await machines()).machineCertificate,
  'azure-document': async () => (await documents()).azureDocument,
  'service-tags': async () => (await documents()).serviceTags,
  'hosts-file': async () => (await files()).hostsFile,
  'requirements-catalogue': async () => (await files()).requirementsCatalogue,
  template: async () => (await files()).template,
  'replay-journal': async () => (await files()).replayJournal,
  'extension-package': async () => (await packages()).extensionPackage,
  flow: async () => (await rules()).flowText,
  'security-group': async () => (await rules()).securityGroup,
  prefix: async () => (await rules()).prefixText,
} satisfies Readonly<Record<string, () => Promise<Target>>>;

export const targetNames: readonly string[] = Object.keys(loaded);

/** Undefined: there is none of that name. */
export const loadTarget = async (name: string): Promise<Target | undefined> =>
  Object.entries(loaded).find(([key]) => key === name)?.[1]();
