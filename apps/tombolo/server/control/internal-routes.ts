/** What control answers on its Unix socket, and to whom: each follower its own types, registration, the operator. */

import { join } from 'node:path';
import { type DnsServerAddress, dnsFollowedTypes, type Zone } from '@tombolo/dns';
import { hybridFollowedTypes, registrationRoutes } from '@tombolo/hybrid-services';
import type { CertificateAuthority } from '@tombolo/identity';
import type { IssueIdentityToken } from '@tombolo/identity/managed-identity';
import { connectionType } from '@tombolo/private-link';
import { type FollowerProgress, feedRoutes, type Store } from '@tombolo/store';
import type { Log } from '../../shell/log.ts';
import { bundleSignatureRoutes } from './bundle-signature-routes.ts';
import { dnsExplanationRoutes } from './dns-explanation-routes.ts';
import { extensionPackageRoutes } from './extension-package-routes.ts';
import type { ExtensionPackages } from './extension-packages.ts';
import { listenInternally } from './internal-server.ts';
import { operatorRoutes } from './operator-routes.ts';
import { type PrincipalRoutesOptions, principalRoutes } from './principal-routes.ts';
import { resetResources } from './reset.ts';
import { serviceTagRoutes } from './service-tag-routes.ts';

export interface InternalRoutesOptions {
  /** Connections that the bounds of ARM's listener cut off, by reason. */
  readonly cutOff: () => ReadonlyMap<string, number>;
  readonly store: Store;
  /** Filled in here: of the followers' streams. */
  readonly progress: Map<string, FollowerProgress>;
  readonly authority: CertificateAuthority;
  readonly extensionPackages: ExtensionPackages;
  readonly issueIdentityToken: IssueIdentityToken;
  readonly runtimeDirectory: string;
  /** Tokens by role. */
  readonly tokens: Readonly<Record<string, string>>;
  /** What the name server answers beside the followed documents. */
  readonly publicView: ReadonlyMap<string, Zone>;
  readonly upstreams: readonly DnsServerAddress[];
  /** As whom the commands sign in, and how they learn its new secret. */
  readonly operator: PrincipalRoutesOptions['operator'];
  readonly now: () => number;
  readonly newGuid: () => string;
  readonly log: Log;
}

export interface InternalServer {
  /** Prometheus text of the served list of service tags. */
  readonly serviceTagMetrics: () => string;
  readonly close: () => Promise<void>;
}

/** The resource types that each follower may see. */
const followedTypes: Readonly<Record<string, readonly string[]>> = {
  dns: dnsFollowedTypes,
  gateway: [connectionType],
  hybrid: hybridFollowedTypes,
};

export const openInternalServer = async (options: InternalRoutesOptions): Promise<InternalServer> => {
  const { store, progress, now, newGuid } = options;
  let serviceTagMetrics = (): string => '';
  const server = await listenInternally({
    socketPath: join(options.runtimeDirectory, 'control.sock'),
    tokens: options.tokens,
    onFault: (error, request) => options.log('internal request failed', { ...request, error }),
    routes: [
      (roleOf) =>
        feedRoutes({
          store,
          now,
          progress,
          authorizeRole: (request) => {
            const role = roleOf(request);
            const types = role === undefined ? undefined : followedTypes[role];
            return role === undefined || types === undefined ? undefined : { role, types };
          },
        }),
      (roleOf) =>
        registrationRoutes({
          store,
          certificateAuthority: options.authority,
          issueIdentityToken: options.issueIdentityToken,
          now,
          newGuid,
          authorizeRole: (request) => {
            const role = roleOf(request);
            return role === undefined ? undefined : { role };
          },
          onFault: (error, id) => options.log('registration failed', { requestId: id, error }),
        }),
      (roleOf) =>
        operatorRoutes({
          store,
          now,
          followers: Object.keys(followedTypes),
          progress,
          cutOff: options.cutOff,
          isOperator: (request) => roleOf(request) === 'operator',
          reset: () => resetResources(store),
        }),
      (roleOf) =>
        dnsExplanationRoutes({
          store,
          isOperator: (request) => roleOf(request) === 'operator',
          publicView: options.publicView,
          upstreams: options.upstreams,
        }),
      (roleOf) =>
        bundleSignatureRoutes({
          authority: options.authority,
          now,
          isOperator: (request) => roleOf(request) === 'operator',
        }),
      (roleOf) =>
        extensionPackageRoutes({
          packages: options.extensionPackages,
          isOperator: (request) => roleOf(request) === 'operator',
        }),
      (roleOf) =>
        principalRoutes({
          store,
          now,
          isOperator: (request) => roleOf(request) === 'operator',
          operator: options.operator,
        }),
      (roleOf) =>
        serviceTagRoutes({
          store,
          now,
          isOperator: (request) => roleOf(request) === 'operator',
          onMetrics: (render) => {
            serviceTagMetrics = render;
          },
        }),
    ],
  });
  return { serviceTagMetrics: () => serviceTagMetrics(), close: () => server.close() };
};
