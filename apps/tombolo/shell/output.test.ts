import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CommandError } from './command-error.ts';
import { reportError, table } from './output.ts';

test('texts of others move nothing on the terminal: in tables and in refusals', () => {
  const text = 'a\u001b[2Jb\u202ec';
  const seen = /a‹U\+001B›\[2Jb‹U\+202E›c/;
  assert.match(table(['name'], [[text]]), seen);
  let err = '';
  const terminal = {
    out: () => {},
    err: (more: string) => {
      err += more;
    },
  };
  reportError(new CommandError('InvalidArgument', `no ${text}`, `two\nlines of ${text}`), false, terminal);
  assert.equal(err.split('\n').length, 4);
  assert.match(err, seen);
  for (const moves of ['\u001b', '\u202e']) assert.ok(!err.includes(moves));
});
