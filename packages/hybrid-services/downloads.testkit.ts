/** What the tests' server hands out: one download that is held, and one that is read anew for each. Answers are read as JSON there. */

import type { Downloads, MakeDownload } from './request.ts';

export const testDownloads: Downloads = new Map<string, MakeDownload>([
  ['/azcmagent-linux', async () => ({ type: 'text/plain; charset=utf-8', content: Buffer.from('"#!"') })],
  [
    '/tombolo-agent-linux-x64',
    async () => ({
      type: 'application/octet-stream',
      content: {
        length: 8,
        async *open() {
          for (const part of ['"long', 'er"']) yield Buffer.from(part);
        },
      },
    }),
  ],
]);
