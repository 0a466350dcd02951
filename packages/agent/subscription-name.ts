/** Which subscription has a name; ids are known without asking. */

import { z } from 'zod';
import { AgentFailure } from './failure.ts';
import { accepted, type HttpsClient } from './https-client.ts';

const apiVersion = '2022-12-01';
/** A thousand subscriptions each. */
const mostPages = 20;

const pageShape = z.object({
  value: z.array(z.object({ subscriptionId: z.string(), displayName: z.string().optional() })),
  nextLink: z.string().optional(),
});

/** @throws AgentFailure 68, NetworkFault, ServiceRefusal */
export const subscriptionNamed = async (
  name: string,
  options: {
    readonly client: Pick<HttpsClient, 'send'>;
    readonly resourceManager: string;
    readonly accessToken: string;
  },
): Promise<string> => {
  const { client, resourceManager, accessToken } = options;
  const found: string[] = [];
  let url: string | undefined = `${resourceManager}/subscriptions?api-version=${apiVersion}`;
  for (let page = 0; url !== undefined && page < mostPages; page += 1) {
    const headers = { authorization: `Bearer ${accessToken}` };
    const parsed = pageShape.safeParse(
      accepted(await client.send({ method: 'GET', url, headers }), [200]).body,
    );
    if (!parsed.success) throw new AgentFailure(68, 'The list of subscriptions cannot be read.');
    for (const { subscriptionId, displayName } of parsed.data.value)
      if (displayName?.toLowerCase() === name.toLowerCase()) found.push(subscriptionId.toLowerCase());
    // The token goes to whom it is for, and to nobody that an answer names.
    const next: string | undefined = parsed.data.nextLink;
    url = next?.startsWith(`${resourceManager}/`) ? next : undefined;
  }
  const [only, another] = found;
  if (only !== undefined && another === undefined) return only;
  throw new AgentFailure(
    68,
    only === undefined
      ? `No subscription that you may see is called '${name}'.`
      : `Several subscriptions are called '${name}': ${found.slice(0, 10).join(', ')}.`,
  );
};
