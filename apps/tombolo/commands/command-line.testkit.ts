/** A command line in this process: what it prints is kept, and its exit code. */

import { runCommandLine } from './command-line.ts';

export interface Ended {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

export const runInProcess = async (...words: readonly string[]): Promise<Ended> => {
  let [out, err] = ['', ''];
  const code = await runCommandLine(words, {
    out: (text) => {
      out += text;
    },
    err: (text) => {
      err += text;
    },
  });
  return { code, out, err };
};
