/** az 2.74 at its wire: which headers which of its libraries sends, and how they poll. */

import type { Json, JsonObject } from '@tombolo/store/port';
import { lacking, Unaccepted } from '../answers.ts';
import { headerOf, type Wire, type WireAnswer } from '../wire.ts';

/**
 * `generated`: the commands of network and private DNS. `library`: groups, resources by id, roles, by the management
 * libraries, which do not ask for the `Location` at the end. `rest`: `az rest` and what is built on it.
 */
type Library = 'generated' | 'library' | 'rest';

export interface Step {
  readonly method: 'GET' | 'HEAD' | 'PUT' | 'PATCH' | 'DELETE' | 'POST';
  readonly by: Library;
  /** As it is sent, with doubled slashes; `{subscription}` and what else the session fills in. */
  readonly path: string;
  /** Whole, percent-encoded; none for Graph. */
  readonly query?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** `seen`: the answer to the last GET of this command. */
  readonly body?: Json | ((seen: JsonObject) => JsonObject);
  /** Statuses that end well. */
  readonly takes: readonly number[];
  /** What the command, its output or its next step makes use of. */
  readonly reads?: readonly string[];
  /** Looks at the answer. */
  readonly check?: (answer: JsonObject) => string | undefined;
  /** The command does not wait: `--no-wait`, or an older one. */
  readonly leaves?: true;
}

/** What is typed, and what az sends for it. */
export interface AzCommand {
  readonly line: string;
  readonly steps: readonly Step[];
}

export interface AzSession {
  /** Seconds that the command would wait for operations. */
  readonly run: (command: AzCommand) => Promise<number>;
}

export interface AzSessionOptions {
  readonly wire: Wire;
  readonly token: string;
  /** By the name in braces. */
  readonly values: Readonly<Record<string, string>>;
}

const agents: Record<Library, string> = {
  generated: 'AZURECLI/2.74.0 azsdk-python-core',
  library: 'AZURECLI/2.74.0 azsdk-python-core',
  rest: 'python AZURECLI/2.74.0',
};
const looksInAWait = 2_000;
const failed = ['Failed', 'Canceled'];

const acceptOf = ({ method, by }: Step): string => {
  if (by === 'rest') return '*/*';
  return by === 'generated' && method === 'DELETE' ? '*/*' : 'application/json';
};

export const openAzSession = ({ wire, token, values }: AzSessionOptions): AzSession => {
  const fill = (text: string): string =>
    text.replace(/\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole);
  const common = { 'Accept-Encoding': 'gzip, deflate', Authorization: `Bearer ${token}` };

  const send = (step: Step, seen: JsonObject): Promise<WireAnswer> => {
    const { body } = step;
    const made = typeof body === 'function' ? body(seen) : body;
    const text = made === undefined ? undefined : fill(JSON.stringify(made));
    return wire.send({
      method: step.method,
      path: `${encodeURI(fill(step.path))}${step.query === undefined ? '' : `?${fill(step.query)}`}`,
      headers: {
        ...common,
        'User-Agent': agents[step.by],
        Accept: acceptOf(step),
        ...(text === undefined ? {} : { 'Content-Type': 'application/json' }),
        ...step.headers,
      },
      ...(text === undefined ? {} : { body: text }),
    });
  };
  const follow = (address: string, by: Library): Promise<WireAnswer> => {
    const { origin, pathname, search } = new URL(address);
    if (origin !== wire.origin) throw new Unaccepted(`az would poll elsewhere: ${address}`);
    const headers = { ...common, 'User-Agent': agents[by], Accept: '*/*' };
    return wire.send({ method: 'GET', path: `${pathname}${search}`, headers });
  };

  /** At once, then by `Retry-After` (30 s without one); a wait is time for the server. */
  const poll = async (
    address: string,
    by: Library,
    goesOn: (answer: WireAnswer) => boolean,
  ): Promise<number> => {
    let waited = 0;
    let answer = await follow(address, by);
    while (goesOn(answer)) {
      waited += Number(headerOf(answer, 'retry-after') ?? 30);
      for (let left = looksInAWait; left > 0 && goesOn(answer); left -= 1) answer = await follow(address, by);
      if (waited > 60) throw new Unaccepted(`${address} does not end: ${answer.text.slice(0, 300)}`);
    }
    const state = String(answer.json.status ?? '');
    if (answer.status >= 300 || failed.includes(state))
      throw new Unaccepted(`${address}: ${answer.status} ${answer.text.slice(0, 300)}`);
    return waited;
  };

  const settle = async (step: Step, written: WireAnswer, seen: JsonObject): Promise<number> => {
    const operation = headerOf(written, 'azure-asyncoperation');
    const location = headerOf(written, 'location');
    if (operation === undefined) {
      if (location !== undefined && written.status === 202)
        return poll(location, step.by, ({ status }) => status === 202);
      return 0;
    }
    const waited = await poll(
      operation,
      step.by,
      ({ json }) => !['Succeeded', ...failed].includes(String(json.status)),
    );
    if (step.method === 'DELETE') {
      if (step.by === 'generated' && location !== undefined)
        await poll(location, step.by, ({ status }) => status === 202);
      return waited;
    }
    const { body: _, headers: __, ...rest } = step;
    const final = await send({ ...rest, method: 'GET' }, seen);
    judge({ ...rest, method: 'GET', takes: [200] }, final);
    return waited;
  };

  const run: AzSession['run'] = async ({ line, steps }) => {
    let seen: JsonObject = {};
    let waited = 0;
    try {
      for (const step of steps) {
        const answer = await send(step, seen);
        const isWrite = ['PUT', 'PATCH', 'DELETE', 'POST'].includes(step.method);
        const { reads: _, check: __, ...sent } = step;
        // What is shown after a write that is polled is what the last GET says.
        const polled = isWrite && headerOf(answer, 'azure-asyncoperation') !== undefined;
        judge(polled ? sent : step, answer);
        if (step.method === 'GET') seen = answer.json;
        if (isWrite && !step.leaves) waited += await settle(step, answer, seen);
      }
    } catch (error) {
      if (error instanceof Unaccepted) throw new Unaccepted(`${line}\n${error.message}`);
      throw error;
    }
    return waited;
  };
  return { run };
};

const judge = (step: Step, answer: WireAnswer): void => {
  const said = `${step.method} ${step.path}: ${answer.status} ${answer.text.slice(0, 600)}`;
  if (!step.takes.includes(answer.status)) throw new Unaccepted(`az takes ${step.takes.join(', ')}: ${said}`);
  const missing = lacking(answer.json, step.reads ?? []);
  if (missing.length > 0) throw new Unaccepted(`az reads ${missing.join(', ')}: ${said}`);
  const wrong = step.check?.(answer.json);
  if (wrong !== undefined) throw new Unaccepted(`${wrong}: ${said}`);
};
