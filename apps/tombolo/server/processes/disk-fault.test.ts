import assert from 'node:assert/strict';
import { test } from 'node:test';
import { StoreFault } from '@tombolo/store/port';
import { diskFault } from './disk-fault.ts';

test('a disk that is full, or read-only, is told with what to do; any other error is none of the disk’s', () => {
  const failing = (code: string) => Object.assign(new Error(`${code}: write`), { code });
  for (const code of ['ENOSPC', 'EDQUOT', 'EROFS'])
    assert.match(
      diskFault(failing(code))!,
      /^The disk of the state directory .* free space .* starts by itself/,
    );
  assert.match(
    diskFault(new StoreFault('full', 'The disk is full.'))!,
    /^The disk is full\. It starts by itself/,
  );
  for (const error of [
    failing('EACCES'),
    failing('constructor'),
    new Error('x'),
    new StoreFault('damaged', 'torn'),
  ])
    assert.equal(diskFault(error), undefined);
});
