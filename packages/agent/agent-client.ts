/** The client of whatever the agent asks outside: connect, disconnect and the daemon, by the machine's settings and variables. */

import type { CloudProfile } from '@tombolo/private-link';
import type { Configuration } from './configuration-property.ts';
import { type ClientMeans, createHttpsClient, type HttpsClient } from './https-client.ts';
import { chooseProxy } from './proxy.ts';
import { tracedClient } from './traced-client.ts';

export interface AgentClientOptions {
  readonly profile: CloudProfile;
  readonly configuration: Pick<Configuration, 'proxy.url' | 'proxy.bypass'>;
  /** HTTPS_PROXY and NO_PROXY, where no setting goes before them. */
  readonly env: NodeJS.ProcessEnv;
  readonly onNotice: (message: string) => void;
  /** What it shares with others in this process; absent: nothing. */
  readonly means?: ClientMeans | undefined;
  /** With `--verbose`: each request and what came of it. */
  readonly debug?: (line: string) => void;
}

/** @throws AgentFailure 23 where the proxy is none */
export const createAgentClient = (options: AgentClientOptions): HttpsClient => {
  const { profile, configuration, env, onNotice, means } = options;
  const settings = { url: configuration['proxy.url'], bypass: configuration['proxy.bypass'] };
  const proxy = chooseProxy(settings, env, profile);
  const client = createHttpsClient(profile, { onNotice, proxy, means });
  return tracedClient(client, options.debug);
};
