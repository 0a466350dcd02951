/** Reads `commands.txt`: what was typed, what az sent for it, and how it ended. */

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export interface RecordedRequest {
  readonly method: string;
  /** With its query, percent-encoded; `{subscription}` and what an earlier answer told are filled in. */
  readonly path: string;
  readonly body?: string;
  /** Undefined: it ended well. `code`: none in the answer to a HEAD. */
  readonly refused?: { readonly status: number; readonly code: string | undefined };
  /** What later requests name: by name, where it is in the answer. */
  readonly tells: readonly { readonly name: string; readonly at: readonly string[] }[];
}

export interface RecordedCommand {
  readonly section: string;
  /** Without `az`. */
  readonly line: string;
  readonly exitCode: number;
  /** Why it ends so, for people. */
  readonly note?: string;
  /** None: az asked the installation for nothing. */
  readonly requests: readonly RecordedRequest[];
}

const commandFile = fileURLToPath(new URL('commands.txt', import.meta.url));

const typed = /^az (?<line>.+?)(?:\s+# exits (?<code>\d+))?$/;
const sent = /^ {2}(?<method>[A-Z]+) (?<path>\S+)(?: -> (?<status>\d{3})(?: (?<code>\w+))?)?$/;
const told = /^ {2}= (?<name>\w+) (?<at>\S+)$/;

interface Drafted {
  section: string;
  line: string;
  exitCode: number;
  note?: string;
  requests: (Omit<RecordedRequest, 'tells'> & { tells: { name: string; at: readonly string[] }[] })[];
}

/**
 * `# section`; `az …` and `# exits N`; below it `-- note`, `METHOD path -> status code`, the body in a line of its own, and
 * `= name place.in.the.answer`.
 */
export const readCommands = (text: string): readonly RecordedCommand[] => {
  const commands: Drafted[] = [];
  let section = '';
  for (const [index, row] of text.split('\n').entries()) {
    const command = commands.at(-1);
    const request = command?.requests.at(-1);
    const asked = sent.exec(row)?.groups;
    const tells = told.exec(row)?.groups;
    const line = typed.exec(row)?.groups;
    if (row === '' || row.startsWith('//')) continue;
    if (row.startsWith('# ')) section = row.slice(2);
    else if (line)
      commands.push({ section, line: line.line!, exitCode: Number(line.code ?? 0), requests: [] });
    else if (row.startsWith('  -- ') && command) command.note = row.slice(5);
    else if (asked && command)
      command.requests.push({
        method: asked.method!,
        path: asked.path!,
        ...(asked.status === undefined
          ? {}
          : { refused: { status: Number(asked.status), code: asked.code } }),
        tells: [],
      });
    else if (tells && request) request.tells.push({ name: tells.name!, at: tells.at!.split('.') });
    else if (row.startsWith('    ') && request)
      command!.requests[command!.requests.length - 1] = { ...request, body: row.slice(4) };
    else throw new Error(`${commandFile}:${index + 1}: this line says nothing: ${row}`);
  }
  return commands;
};

export const recordedCommands = (): readonly RecordedCommand[] =>
  readCommands(readFileSync(commandFile, 'utf8'));
