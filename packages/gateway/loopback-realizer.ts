/** `--realize lo`: adds missing private-endpoint addresses to the loopback interface, and takes exactly those away again. */

import { execFile } from 'node:child_process';
import { mkdir, open, readFile, readlink, rename } from 'node:fs/promises';
import { isIP } from 'node:net';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { isLoopback, listenerAddress } from '@tombolo/ip/listener-address';
import { addressCommand } from './unrealized.ts';

export interface LoopbackHost {
  readonly platform: string;
  readonly uid: number;
  /** Runs `ip` with these arguments; rejects with its message. */
  ip(args: readonly string[]): Promise<void>;
  /** Addresses of all interfaces. */
  addresses(): readonly string[];
  /** Names this boot and this network namespace: what was added in another is no longer there. */
  incarnation(): Promise<string>;
}

const thisHost: LoopbackHost = {
  platform: process.platform,
  uid: process.getuid?.() ?? -1,
  ip: (args) =>
    new Promise((resolve, reject) => {
      execFile('ip', [...args], { timeout: 5_000 }, (error, _, stderr) => {
        if (error) reject(new Error(stderr.trim() || error.message));
        else resolve();
      });
    }),
  addresses: () =>
    Object.values(networkInterfaces()).flatMap((list) => (list ?? []).map((entry) => entry.address)),
  incarnation: async () => {
    const boot = await readFile('/proc/sys/kernel/random/boot_id', 'utf8');
    return `${boot.trim()} ${await readlink('/proc/self/ns/net')}`;
  },
};

/** Why `--realize lo` can't work here, with what to do; raised before anything is changed. */
export class RealizeRefused extends Error {}

export class LoopbackRealizer {
  readonly #host: LoopbackHost;
  readonly #stateFile: string;
  readonly #incarnation: string;
  readonly #added = new Set<string>();

  private constructor(host: LoopbackHost, stateFile: string, incarnation: string) {
    this.#host = host;
    this.#stateFile = stateFile;
    this.#incarnation = incarnation;
  }

  /**
   * Opens it on a directory of its own (made 0700), first removing what an earlier run left behind when it crashed.
   * Throws {@link RealizeRefused} on another system than Linux, without root, or without the `ip` command.
   */
  static async open(stateDirectory: string, host: LoopbackHost = thisHost): Promise<LoopbackRealizer> {
    const instead = 'Start without --realize lo, and add the addresses that `status` lists yourself.';
    if (host.platform !== 'linux')
      throw new RealizeRefused(
        `--realize lo is refused: it needs Linux, this is ${host.platform}. ${instead}`,
      );
    if (host.uid !== 0)
      throw new RealizeRefused(
        `--realize lo is refused: adding addresses needs root, this is user ${host.uid}. ${instead}`,
      );
    await host.ip(['-V']).catch((error: Error) => {
      throw new RealizeRefused(
        `--realize lo is refused: the ip command doesn't run (${error.message}). Install iproute2. ${instead}`,
      );
    });
    await mkdir(stateDirectory, { recursive: true, mode: 0o700 });
    const incarnation = await host.incarnation();
    const realizer = new LoopbackRealizer(host, join(stateDirectory, 'realized-addresses.json'), incarnation);
    for (const address of await realizer.#recorded()) realizer.#added.add(address);
    await realizer.release(() => true);
    return realizer;
  }

  /** Adds the address; resolves to why it could not, in the words of an unrealized listener. */
  async realize(address: string): Promise<{ reason: string; fix: string } | undefined> {
    const fix = addressCommand('add', address);
    if (isLoopback(address) || listenerAddress(address) !== address) {
      return {
        reason: `${address} is not an address to add to lo`,
        fix: 'choose another address for the private endpoint',
      };
    }
    // An address that is there, whoever added it, is never recorded: it would be taken away at the end.
    if (this.#added.has(address) || this.#host.addresses().includes(address)) return undefined;
    this.#added.add(address);
    try {
      // First the record, then the deed: a crash between them leaves a name to remove that isn't there, which is harmless.
      await this.#record();
      await this.#host.ip(argumentsOf('add', address));
      return undefined;
    } catch (error) {
      this.#added.delete(address);
      await this.#record().catch(() => {});
      return { reason: `${address} could not be added to lo: ${messageOf(error)}`, fix };
    }
  }

  /** Takes away the addresses of its own that are selected. One that can't be removed stays on record for the next time. */
  async release(selected: (address: string) => boolean): Promise<void> {
    const going = [...this.#added].filter(selected);
    if (going.length === 0) return;
    for (const address of going) {
      const gone = await this.#host.ip(argumentsOf('del', address)).then(
        () => true,
        () => !this.#host.addresses().includes(address),
      );
      if (gone) this.#added.delete(address);
    }
    await this.#record();
  }

  /** Takes away all that it added. */
  async close(): Promise<void> {
    await this.release(() => true);
  }

  async #recorded(): Promise<readonly string[]> {
    const text = await readFile(this.#stateFile, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return '{}';
      throw error;
    });
    const content: unknown = JSON.parse(text);
    if (
      typeof content !== 'object' ||
      content === null ||
      !('incarnation' in content) ||
      !('addresses' in content)
    )
      return [];
    if (content.incarnation !== this.#incarnation || !Array.isArray(content.addresses)) return [];
    return content.addresses.filter(
      (address): address is string =>
        typeof address === 'string' && listenerAddress(address) === address && !isLoopback(address),
    );
  }

  async #record(): Promise<void> {
    const content = { version: 1, incarnation: this.#incarnation, addresses: [...this.#added] };
    const temporary = `${this.#stateFile}.new`;
    const file = await open(temporary, 'w', 0o600);
    try {
      await file.writeFile(`${JSON.stringify(content)}\n`);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, this.#stateFile);
  }
}

const argumentsOf = (verb: 'add' | 'del', address: string): readonly string[] => [
  'addr',
  verb,
  `${address}/${isIP(address) === 6 ? 128 : 32}`,
  'dev',
  'lo',
];

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
