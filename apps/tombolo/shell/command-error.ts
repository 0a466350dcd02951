/** Errors of the command line: a code, what was refused and why, what to do, an exit code. */

/** Exit codes by error code; documented in docs/command-line.md. */
export const exitCodes = {
  Failed: 1,
  InvalidArgument: 2,
  InvalidConfiguration: 2,
  StateDirectory: 3,
  AlreadyRunning: 4,
  NotRunning: 5,
  PortTaken: 6,
  Timeout: 7,
  RequestRefused: 8,
  NotAsExpected: 9,
} as const;

export type CommandErrorCode = keyof typeof exitCodes;

export class CommandError extends Error {
  readonly code: CommandErrorCode;
  readonly fix: string;
  constructor(code: CommandErrorCode, message: string, fix: string) {
    super(message);
    this.name = 'CommandError';
    this.code = code;
    this.fix = fix;
  }
}
