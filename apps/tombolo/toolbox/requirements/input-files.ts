/** Files of ours that a question may bring: a cloud profile, a catalogue of another day. */

import type { CloudProfile } from '@tombolo/private-link';
import { z } from 'zod';
import { CommandError } from '../../shell/command-error.ts';
import { placeOf, readDocumentFile } from '../documents/document-file.ts';

const parse = <T>(schema: z.ZodType<T>, file: string, what: string): T => {
  const parsed = schema.safeParse(readDocumentFile(file));
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new CommandError(
    'InvalidArgument',
    `${placeOf(file)} is not ${what}: ${issue?.path.join('.') || 'document'}: ${issue?.message}.`,
    `Name ${what} as JSON.`,
  );
};

const suffix = z.string().min(1).max(253);
const origin = z.string().regex(/^https:\/\/[^/\s]+$/, 'an https origin without a trailing slash');
const port = z.int().min(1).max(65_535);
const profileShape = z.object({
  name: z.string().min(1).max(64),
  suffixes: z.object({
    his: suffix,
    guestConfiguration: suffix,
    kubernetesConfiguration: suffix,
    notification: suffix.optional(),
    relay: suffix.optional(),
  }),
  resourceManager: origin,
  activeDirectory: origin,
  ports: z.object({ https: port, dns: port }),
  certificateAuthorities: z.array(z.string().max(65_536)).max(32),
  nameServers: z.array(z.string().max(128)).max(16).optional(),
  publicAddresses: z.array(z.string().max(64)).max(1_000).optional(),
  regions: z.array(z.string().max(64)).max(500),
});

/** What `tombolo profile` printed. Throws InvalidArgument. */
export const readCloudProfile = (file: string): CloudProfile => {
  const { nameServers, publicAddresses, suffixes, ...rest } = parse(profileShape, file, 'a cloud profile');
  const { notification, ...others } = suffixes;
  return {
    ...rest,
    suffixes: { ...others, ...(notification === undefined ? {} : { notification }) },
    ...(nameServers === undefined ? {} : { nameServers }),
    ...(publicAddresses === undefined ? {} : { publicAddresses }),
  };
};
