/** One table of the agent's failures: AZCM number (also the exit code), what it means, what to do. */

interface Row {
  readonly meaning: string;
  readonly fix: string;
}

/** Numbers and meanings follow azcmagent's published list; 0026's messages are azcmagent's own wording. */
export const failureTable = {
  1: { meaning: 'an unknown error', fix: 'Run again with --verbose and report the output.' },
  2: {
    meaning: 'the agent is busy',
    fix: 'Another command or daemon holds the state directory; wait or stop it.',
  },
  11: { meaning: 'the command was cancelled', fix: 'Run the command again.' },
  12: {
    meaning: 'the access token is refused',
    fix: 'Get a new access token for the resource manager of this cloud and tenant, and try again.',
  },
  18: {
    meaning: 'missing rights',
    fix: 'Run as the user that owns the state directory, or choose another with --state-dir.',
  },
  19: { meaning: 'a configuration file cannot be used', fix: 'Check the path and the JSON in it.' },
  20: { meaning: 'the region is not available', fix: 'Give --location a region that the cloud offers.' },
  23: { meaning: 'an argument is missing or invalid', fix: 'See ./tombolo-agent help connect.' },
  26: {
    meaning: 'the network is not configured, or a service cannot be reached',
    fix: 'Check DNS, firewall and proxy for the names in the message.',
  },
  27: { meaning: 'a configuration conflict', fix: 'Remove one of the settings that contradict each other.' },
  41: {
    meaning: 'the credentials are refused',
    fix: 'Check tenant, service principal and secret, or get a new access token.',
  },
  42: {
    meaning: 'the machine resource could not be created',
    fix: 'Check that resource group and permissions are there (Azure Connected Machine Onboarding).',
  },
  43: {
    meaning: 'the machine resource could not be deleted',
    fix: 'Check permissions, or use --force-local-only when the resource is gone.',
  },
  44: {
    meaning: 'a resource of the same name exists, and is another machine’s',
    fix: 'Choose another --resource-name, or delete the machine resource that is there: ./tombolo machine delete NAME --resource-group GROUP.',
  },
  62: {
    meaning: 'the machine could not be connected',
    fix: 'Remove the cause that the message names. The machine resource may have been created: connecting again uses it.',
  },
  63: {
    meaning: 'the machine could not be disconnected',
    fix: 'Delete the resource, then run ./tombolo-agent disconnect --force-local-only.',
  },
  67: { meaning: 'the machine is already connected', fix: 'Run ./tombolo-agent disconnect first.' },
  68: {
    meaning: 'no one subscription has the name that was given',
    fix: 'Give --subscription-id the GUID of the subscription: az account list shows it.',
  },
  81: {
    meaning: 'the machine certificate could not be obtained',
    fix: 'Delete the resource and connect again.',
  },
  121: {
    meaning: 'what was downloaded as an agent is none that was announced',
    fix: 'Try again; if it is the same, look who changes it on its way. The agent that is here stays as it was.',
  },
  122: {
    meaning: 'the file of the agent could not be replaced',
    fix: 'Run it as a user who may write there, with room on that file system. The agent that is here stays as it was.',
  },
} as const satisfies Readonly<Record<number, Row>>;

export type FailureNumber = keyof typeof failureTable;

/** What ends a command: printed as code, message and fix; `number` is the exit code. */
export class AgentFailure extends Error {
  readonly number: FailureNumber;
  /** The code that a service answered with, e.g. `MachineNotAssociated`. */
  readonly serviceCode: string | undefined;
  readonly fix: string;

  constructor(
    number: FailureNumber,
    message: string,
    more: { readonly serviceCode?: string; readonly fix?: string } = {},
  ) {
    super(message);
    this.name = 'AgentFailure';
    this.number = number;
    this.serviceCode = more.serviceCode;
    this.fix = more.fix ?? failureTable[number].fix;
  }

  /** `AZCM0026`. */
  get code(): string {
    return `AZCM${String(this.number).padStart(4, '0')}`;
  }
}

/** A request that got no answer: name not resolved, connection refused or reset, TLS, deadline. */
export class NetworkFault extends Error {
  readonly reason: string;
  readonly host: string;
  /** @param by the proxy on the way, without user and password */
  constructor(host: string, error: unknown, by?: string) {
    const { code, message } = error as { readonly code?: string; readonly message?: string };
    const way = by === undefined || message?.includes(by) ? '' : ` (by the proxy ${by})`;
    super(
      `${host} cannot be reached: ${code ?? ''}${code && message ? ' ' : ''}${message ?? String(error)}${way}`,
    );
    this.name = 'NetworkFault';
    this.host = host;
    this.reason = code ?? 'ERROR';
  }
}

/** A service's refusal, from ARM's envelope or an OAuth error. */
export class ServiceRefusal extends Error {
  readonly status: number;
  readonly code: string;
  readonly retryAfterMs: number | undefined;
  constructor(status: number, code: string, message: string, retryAfterMs?: number) {
    super(message);
    this.name = 'ServiceRefusal';
    this.status = status;
    this.code = code;
    this.retryAfterMs = retryAfterMs;
  }
}
