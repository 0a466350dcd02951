/** What the service wants of this machine, and what is said back: read from its answers, within bounds. */

import { z } from 'zod';
import { signedManifest } from './package/manifest.ts';

const kinds = ['extensions', 'runCommands'] as const;
export type WorkKind = (typeof kinds)[number];

/** A name is a part of a file's name here, whoever says it. */
const name = z.string().regex(/^[a-zA-Z0-9\-_.]{1,128}$/);
const members = z.record(z.string(), z.unknown());

const wantedLine = z.object({
  name,
  generation: z.string().min(1).max(64),
  wanted: z.enum(['present', 'absent']),
  publisher: z.string().max(256).exactOptional(),
  type: z.string().max(256).exactOptional(),
  typeHandlerVersion: z.string().max(64).exactOptional(),
});

/** A line of the desired configuration: whether there is anything new. */
export type WantedLine = z.infer<typeof wantedLine> & { readonly kind: WorkKind };

/** What cannot be read is passed over: one damaged line does not stop the others. */
export const wantedLines = (configuration: unknown): readonly WantedLine[] => {
  const read = members.safeParse(configuration);
  if (!read.success) return [];
  return kinds.flatMap((kind) => {
    const list = read.data[kind];
    return (Array.isArray(list) ? list.slice(0, 100) : []).flatMap((entry) => {
      const line = wantedLine.safeParse(entry);
      return line.success ? [{ ...line.data, kind }] : [];
    });
  });
};

/** The instruction itself. */
export const instruction = wantedLine.extend({
  kind: z.enum(kinds),
  properties: members,
  /** A JWE of protected settings, for this machine's key. */
  sealed: z.string().exactOptional(),
  /** Of the handler, where the installation has one: where it is fetched from, and what vouches for it. */
  package: signedManifest.extend({ url: z.url({ protocol: /^https$/ }).max(2_048) }).exactOptional(),
});
export type Instruction = z.infer<typeof instruction>;

export type ExecutionState = 'Pending' | 'Running' | 'Failed' | 'Succeeded' | 'TimedOut' | 'Canceled';

export interface WorkReport {
  readonly generation: string;
  readonly phase: 'running' | 'succeeded' | 'failed' | 'removed';
  readonly code: string;
  readonly message: string;
  readonly handlerVersion?: string;
  readonly executionState?: ExecutionState;
  readonly exitCode?: number;
  readonly output?: string;
  readonly error?: string;
  readonly startTime?: string;
  readonly endTime?: string;
}

/** The services' side of it; every method throws NetworkFault or ServiceRefusal. */
export interface WorkServices {
  instruction(kind: WorkKind, name: string): Promise<Instruction>;
  /** False: nobody waits for it any more. */
  report(kind: WorkKind, name: string, report: WorkReport): Promise<boolean>;
}
