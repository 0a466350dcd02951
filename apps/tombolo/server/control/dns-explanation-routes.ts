/** Why a name resolves as it does in a view, for the operator: from the documents that the name server follows. */

import {
  type DnsServerAddress,
  dnsFollowedTypes,
  explain,
  explainedTypes,
  projectDnsState,
  resultText,
  stepText,
  type View,
  type Zone,
} from '@tombolo/dns';
import { parseName } from '@tombolo/dns-records';
import type { Store } from '@tombolo/store';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';

export interface DnsExplanationOptions {
  readonly store: Store;
  readonly isOperator: (request: FastifyRequest) => boolean;
  readonly publicView: ReadonlyMap<string, Zone>;
  readonly upstreams: readonly DnsServerAddress[];
}

const queryShape = z.object({
  name: z.string().min(1).max(1_016),
  type: z.enum(explainedTypes),
  network: z.string().max(2_048).optional(),
});

export const dnsExplanationRoutes =
  ({ store, isOperator, publicView, upstreams }: DnsExplanationOptions) =>
  async (app: FastifyInstance): Promise<void> => {
    app.get('/dns/explain', async (request, reply) => {
      const refuse = (status: number, code: string, message: string) =>
        reply.code(status).send({ error: { code, message } });
      if (!isOperator(request)) return refuse(401, 'Unauthorized', 'The operator token is needed.');
      const parsed = queryShape.safeParse(request.query);
      if (!parsed.success || parseName(parsed.data.name) === undefined)
        return refuse(400, 'InvalidArgument', 'name has to be a domain name, and type one of a record.');
      const { name, type, network } = parsed.data;
      const { documents, through } = await store.snapshot(dnsFollowedTypes);
      const state = projectDnsState(documents, publicView);
      if (network !== undefined && !state.networks.has(network.toLowerCase()))
        return refuse(404, 'ResourceNotFound', `There is no virtual network ${network}.`);
      const view: View =
        network === undefined ? { kind: 'public' } : { kind: 'network', virtualNetworkId: network };
      const explanation = explain(state, view, name, type);
      return {
        name,
        type,
        view: network ?? 'public',
        feed: through,
        steps: explanation.steps.map((step) => ({ ...step, text: stepText(step, upstreams) })),
        result: resultText(explanation, upstreams),
        customDnsServers:
          network === undefined ? [] : state.networks.get(network.toLowerCase())!.customDnsServers,
      };
    });
  };
