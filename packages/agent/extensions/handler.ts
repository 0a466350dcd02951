/** The contract of an extension handler: what it is given, what it answers. docs/extensions.md says it for who writes one. */

import type { ScriptResult, ScriptRun } from './script-runner.ts';
import type { ExecutionState } from './work.ts';

export interface HandlerContext {
  /** Of the extension, or the run command. */
  readonly name: string;
  /** As the resource has them. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** Decrypted: not to be written anywhere, logged, or put into an argument list. */
  readonly protectedSettings: Readonly<Record<string, unknown>>;
  /** Its own (0700), empty at the first run, kept until the extension is removed. */
  readonly directory: string;
  /** In a session of its own, ended with all its children when it takes too long, is deleted, or the agent stops. */
  readonly run: (script: ScriptRun) => Promise<ScriptResult>;
  /** Writes what is at an https address into a file. @throws Error that says why not */
  readonly download: (url: string, file: string) => Promise<void>;
  /** The extension is deleted or changed, or the agent stops. */
  readonly signal: AbortSignal;
}

export interface HandlerOutcome {
  readonly phase: 'succeeded' | 'failed';
  /** `0`, an exit code, or a word. */
  readonly code: string;
  readonly message: string;
  readonly executionState?: ExecutionState;
  readonly exitCode?: number;
  readonly output?: string;
  readonly error?: string;
  /** Where it is another than the handler's own. */
  readonly handlerVersion?: string;
}

export interface ExtensionHandler {
  readonly publisher: string;
  readonly type: string;
  /** `typeHandlerVersion` of instance views. */
  readonly version: string;
  /** Brings about what the settings say. A second call is another instruction: an agent that died in the first does not repeat it. */
  readonly enable: (context: HandlerContext) => Promise<HandlerOutcome>;
  /** An agent that was killed in `enable` left this: what is secret, or not in the directory, goes. As often as needed. */
  readonly abandoned?: (directory: string) => Promise<void>;
  /** Undoes what is not in the directory; absent: nothing is. */
  readonly remove?: (context: HandlerContext) => Promise<void>;
}

/** What is wrong with the settings, or cannot be had: the message is for whoever wrote them. */
export class HandlerRefusal extends Error {
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}
