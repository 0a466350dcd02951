/** `generateOnboardingScript` of a resource group: the portal's "Generate script", by ARM. The name and the body are ours. */

import {
  type ArmRequest,
  type ArmResponse,
  armError,
  defineResourceType,
  type OperationContext,
  type Pipeline,
  type Provider,
} from '@tombolo/arm';
import { cloudInit, linuxScript, type Onboarding, OnboardingProblem } from '@tombolo/onboarding';
import type { JsonObject } from '@tombolo/store/port';
import { z } from 'zod';
import type { Installation } from '../../installation/installation.ts';
import { placeInInstallation } from '../../installation/onboarding-place.ts';
import { CommandError } from '../../shell/command-error.ts';

const text = (most: number) => z.string().min(1).max(most);
const file = text(1_024).default('/root/onboarding-credential');

const bodyShape = z.strictObject({
  operatingSystem: z.enum(['Linux']),
  format: z.enum(['Script', 'CloudInit']).default('Script'),
  location: text(64).optional(),
  resourceName: text(54).optional(),
  connectivity: z
    .strictObject({
      privateLinkScopeResourceId: text(2_048).optional(),
      privateEndpointResourceId: text(2_048).optional(),
      proxyUrl: text(300).optional(),
      proxyBypass: z.array(text(16)).max(8).default([]),
      resolver: z.enum(['System', 'Installation']).optional(),
    })
    .default({ proxyBypass: [] }),
  authentication: z.discriminatedUnion('type', [
    z.strictObject({ type: z.literal('Token'), credentialFile: file }),
    z.strictObject({
      type: z.enum(['ServicePrincipalSecret', 'ServicePrincipalCertificate']),
      servicePrincipalId: text(36),
      credentialFile: file,
    }),
  ]),
  tags: z.record(z.string().max(512), z.string().max(256)).default({}),
  correlationId: text(36).optional(),
});
type Body = z.infer<typeof bodyShape>;

interface ActionOptions {
  readonly installation: Installation;
  /** PEM. */
  readonly certificateAuthority: string;
  /** Asked as the caller, so that nobody is told what may not be read; late, since this action is part of it. */
  readonly pipeline: () => Pipeline;
}

const authenticationOf = ({ authentication }: Body): Onboarding['authentication'] =>
  authentication.type === 'Token'
    ? { kind: 'token', file: authentication.credentialFile }
    : {
        kind: authentication.type === 'ServicePrincipalSecret' ? 'secret' : 'certificate',
        clientId: authentication.servicePrincipalId,
        file: authentication.credentialFile,
      };

/** What ARM refused while the script was made is the answer, as it is. */
class Refused extends Error {
  readonly response: ArmResponse;
  constructor(response: ArmResponse) {
    super('refused');
    this.response = response;
  }
}

const readerFor = (request: ArmRequest, pipeline: Pipeline) => ({
  send: async (method: 'GET', path: string): Promise<{ body: JsonObject }> => {
    const [name = '', version = ''] = path.split('?api-version=');
    const { body: _, ...asked } = request;
    const response = await pipeline({
      ...asked,
      method,
      path: name,
      query: new Map([['api-version', version]]),
    });
    if (response.status !== 200) throw new Refused(response);
    return { body: response.body as JsonObject };
  },
});

const generate = async (
  context: OperationContext,
  group: { readonly subscriptionId: string; readonly resourceGroup: string },
  options: ActionOptions,
): Promise<ArmResponse> => {
  const parsed = bodyShape.safeParse(context.request.body);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw armError('InvalidRequestContent', [`${issue?.path.join('.') || 'body'}: ${issue?.message}.`]);
  }
  const asked = parsed.data;
  const { privateLinkScopeResourceId, privateEndpointResourceId, proxyUrl, proxyBypass, resolver } =
    asked.connectivity;
  const { location, resourceName } = asked;
  const place = await placeInInstallation(
    {
      ...{ ...group, tenantId: context.tenantId },
      ...(location === undefined ? {} : { location }),
      ...(resourceName === undefined ? {} : { resourceName }),
      ...(privateLinkScopeResourceId === undefined ? {} : { privateLinkScope: privateLinkScopeResourceId }),
      ...(privateEndpointResourceId === undefined ? {} : { endpoint: privateEndpointResourceId }),
      ...(resolver === undefined ? {} : { resolver: resolver === 'System' ? 'system' : 'installation' }),
    },
    { ...options, arm: readerFor(context.request, options.pipeline()) },
  );
  const correlationId = asked.correlationId ?? context.newGuid();
  const script = linuxScript({
    ...place,
    ...{ resourceGroup: group.resourceGroup, correlationId, tags: asked.tags },
    ...(resourceName === undefined ? {} : { resourceName }),
    authentication: authenticationOf(asked),
    ...(proxyUrl === undefined ? {} : { proxy: { url: proxyUrl, bypass: proxyBypass } }),
  });
  return {
    status: 200,
    headers: { 'cache-control': 'no-store' },
    body: { correlationId, script: asked.format === 'CloudInit' ? cloudInit(script) : script },
  };
};

const answering = async (work: () => Promise<ArmResponse>): Promise<ArmResponse> => {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Refused) return error.response;
    if (error instanceof OnboardingProblem || error instanceof CommandError)
      throw armError('InvalidRequestContent', [`${error.message} ${error.fix}`]);
    throw error;
  }
};

/** The providers with the action, which is asked of Microsoft.HybridCompute in a resource group by who may write machines there. */
export const withOnboardingScript = (
  providers: readonly Provider[],
  options: ActionOptions,
): readonly Provider[] => {
  const ofHybridCompute = providers.find(({ namespace }) => namespace === 'Microsoft.HybridCompute')!;
  const machines = ofHybridCompute.types.find(({ type }) => type === 'Microsoft.HybridCompute/machines')!;
  const action = defineResourceType<never>({
    type: 'Microsoft.Resources/subscriptions/resourceGroups/providers',
    apiVersions: machines.apiVersions,
    placement: 'proxy',
    lists: [],
    actions: {
      generateOnboardingScript: {
        action: 'Microsoft.HybridCompute/machines/write',
        run: (context, id) => {
          const { subscriptionId = '', resourceGroup = '' } = id;
          if (id.name.toLowerCase() !== 'microsoft.hybridcompute')
            throw armError('NotImplemented', [`The action 'generateOnboardingScript' of '${id.name}'`]);
          return answering(() => generate(context, { subscriptionId, resourceGroup }, options));
        },
      },
    },
  });
  return providers.map((provider) =>
    provider.namespace === 'Microsoft.Resources'
      ? { ...provider, types: [...provider.types, action] }
      : provider,
  );
};
