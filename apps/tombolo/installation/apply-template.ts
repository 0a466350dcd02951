/** A template's resources, sent one after another through the public ARM API. */

import { warningName } from '@tombolo/arm';
import { parseDocumentText } from '@tombolo/azure-documents';
import type { Output } from '../shell/output.ts';
import type { ArmClient } from './arm-client.ts';
import { planTemplate } from './template.ts';

export interface Applied {
  readonly id: string;
  readonly feed: number | undefined;
  /** What the write will break although it was allowed. */
  readonly warning?: string;
}

export interface TemplateTarget {
  readonly subscriptionId: string;
  readonly resourceGroup: string;
}

/** `{subscriptionId}` and `{resourceGroup}` in the text stand for the target's, so that ids can be literal. */
export const fillTemplate = (text: string, target: TemplateTarget): unknown =>
  parseDocumentText(
    text
      .replaceAll('{subscriptionId}', target.subscriptionId)
      .replaceAll('{resourceGroup}', target.resourceGroup),
  );

export const applyTemplate = async (
  arm: ArmClient,
  group: string,
  location: string | undefined,
  template: unknown,
  output: Output,
): Promise<readonly Applied[]> => {
  const plan = planTemplate(template);
  if (location !== undefined) await arm.send('PUT', `${group}?api-version=2025-04-01`, { location });
  const applied: Applied[] = [];
  for (const [index, resource] of plan.entries()) {
    output.progress(`${index + 1}/${plan.length} ${resource.type} ${resource.name}`);
    const answer = await arm.send(
      'PUT',
      `${group}${resource.path}?api-version=${resource.apiVersion}`,
      resource.body,
    );
    const warning = answer.headers[warningName];
    if (warning !== undefined) output.progress(`  warning: ${warning}`);
    applied.push({
      id: `${group}${resource.path}`,
      feed: answer.feed,
      ...(warning === undefined ? {} : { warning }),
    });
  }
  return applied;
};
