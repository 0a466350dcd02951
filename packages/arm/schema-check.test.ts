import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Json } from '@tombolo/store/port';
import { z } from 'zod';
import type { ArmError } from './arm-error.ts';
import { checkedPart } from './schema-check.ts';

const schema = z.object({
  name: z.string().min(1).max(3).optional(),
  ttl: z.number().int().min(0).max(9).optional(),
  on: z.boolean().optional(),
  servers: z
    .array(z.object({ ip: z.string() }))
    .min(1)
    .max(2)
    .optional(),
  own: z.string().min(1, 'a name of your own is needed').optional(),
});

test('a fault is a sentence about the request, and not about the library that found it', () => {
  for (const [part, wanted] of [
    [{ name: 5 }, 'p.name: a string is needed.'],
    [{ name: '' }, 'p.name: it has to be at least 1 character.'],
    [{ name: 'long' }, 'p.name: it may be at most 3 characters.'],
    [{ ttl: '60' }, 'p.ttl: a number is needed.'],
    [{ ttl: 1.5 }, 'p.ttl: a whole number is needed.'],
    [{ ttl: -1 }, 'p.ttl: it has to be at least 0.'],
    [{ ttl: 10 }, 'p.ttl: it may be at most 9.'],
    [{ on: 'yes' }, 'p.on: true or false is needed.'],
    [{ servers: {} }, 'p.servers: a list is needed.'],
    [{ servers: [] }, 'p.servers: it has to be at least 1 entry.'],
    [{ servers: [{}] }, 'p.servers[0].ip: it is missing; a string is needed.'],
    [{ servers: ['x'] }, 'p.servers[0]: an object is needed.'],
    [
      { servers: [{ ip: '1' }, { ip: '2' }, { ip: '3' }] },
      'p.servers: it has more than the 2 entries that are taken.',
    ],
    [{ own: '' }, 'p.own: a name of your own is needed.'],
  ] as readonly (readonly [Json, string])[])
    assert.throws(
      () => checkedPart(schema, part, 'p'),
      (error: ArmError) => error.message.endsWith(wanted),
      wanted,
    );
});
