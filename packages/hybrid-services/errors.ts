/** Every refusal that the services answer with: code → status and message, in ARM's envelope. */

type Row<A extends readonly string[]> = readonly [status: number, message: (...args: A) => string];
const row = <A extends readonly string[]>(status: number, message: (...args: A) => string): Row<A> => [
  status,
  message,
];

/** Codes are ours: Azure's data-plane codes are not documented. */
export const serviceErrorTable = {
  InvalidRequest: row(400, (what: string) => `The request is invalid: ${what}`),
  InvalidApiVersionParameter: row(
    400,
    (given: string, supported: string) =>
      `The api-version '${given}' is not supported. Ask with api-version=${supported}.`,
  ),
  InvalidLocation: row(
    400,
    (location: string, nearest: string, offered: string) =>
      `There is no region '${location}' here. Nearest: ${nearest}. Ask with location= one of: ${offered}.`,
  ),
  MissingLocation: row(
    400,
    (offered: string) => `The region is missing. Ask with location= one of: ${offered}.`,
  ),
  InvalidCertificateRequest: row(
    400,
    (why: string) =>
      `The certificate request is refused: ${why}. Send a PKCS#10 request in PEM, signed by the machine's own key.`,
  ),
  AuthenticationFailed: row(
    401,
    (why: string) =>
      `The machine could not be authenticated: ${why}. Ask for a new token; if that is refused too, disconnect the machine locally and connect it again.`,
  ),
  MachineKeyMismatch: row(
    403,
    (machine: string) =>
      `The key that signed is not the clientPublicKey of machine '${machine}'. Create the machine resource again with this machine's key (azcmagent connect).`,
  ),
  MachineNotFound: row(
    403,
    (machine: string) =>
      `There is no machine resource '${machine}'. Create it (azcmagent connect) before the machine registers.`,
  ),
  NotFound: row(
    404,
    (what: string) =>
      `${what} is not served here. The package's README lists the operations of each service.`,
  ),
  LocationNotFound: row(
    404,
    (location: string, offered: string) => `There is no region '${location}' here. Regions: ${offered}.`,
  ),
  MethodNotAllowed: row(
    405,
    (method: string, path: string, allowed: string) =>
      `${method} is not supported for ${path}. Supported: ${allowed}.`,
  ),
  RenewalNotDue: row(
    409,
    (days: string) =>
      `The certificate is valid for ${days} more days and is renewed when 45 or fewer are left. Try again then.`,
  ),
  Conflict: row(
    409,
    (what: string) =>
      `${what} was changed by others at the same time, again and again. Nothing was written; retry.`,
  ),
  RequestTooLarge: row(413, (limit: string) => `The request is larger than ${limit} bytes.`),
  MisdirectedRequest: row(
    421,
    (host: string, why: string) =>
      `'${host}' is not served on this connection: ${why}. Open a new connection to the address of that name.`,
  ),
  TooManyRequests: row(
    429,
    (what: string) => `Too many ${what} from this address. Wait as long as Retry-After says.`,
  ),
  InternalServerError: row(
    500,
    (id: string) => `The service failed to answer. Its log has the cause under request id '${id}'.`,
  ),
  NotImplemented: row(501, (what: string, fix: string) => `${what} is not implemented by Tombolo. ${fix}`),
  ControlUnavailable: row(
    503,
    () =>
      'The control process cannot be reached, and this operation needs it. Connected machines go on; retry later.',
  ),
  ServiceBusy: row(503, (what: string) => `${what} is full. Retry later.`),
} as const satisfies Record<string, Row<never>>;

export type ServiceErrorCode = keyof typeof serviceErrorTable;
type Arguments<C extends ServiceErrorCode> = (typeof serviceErrorTable)[C] extends readonly [
  number,
  (...args: infer A) => string,
]
  ? A
  : never;

/** A refusal; `code` is the table's or the access decision's. */
export class ServiceError extends Error {
  readonly status: number;
  readonly code: string;
  readonly target: string | undefined;
  readonly retryAfterSeconds: number | undefined;

  constructor(shape: {
    readonly status: number;
    readonly code: string;
    readonly message: string;
    readonly target?: string;
    readonly retryAfterSeconds?: number;
  }) {
    super(shape.message);
    this.name = 'ServiceError';
    this.status = shape.status;
    this.code = shape.code;
    this.target = shape.target;
    this.retryAfterSeconds = shape.retryAfterSeconds;
  }
}

/** Makes the error of this code. */
export const serviceError = <C extends ServiceErrorCode>(
  code: C,
  args: Arguments<C>,
  more: { readonly target?: string; readonly retryAfterSeconds?: number } = {},
): ServiceError => {
  const [status, message] = serviceErrorTable[code] as readonly [
    number,
    (...args: readonly string[]) => string,
  ];
  return new ServiceError({ status, code, message: message(...(args as readonly string[])), ...more });
};

/** `{"error":{"code","message","target"}}` (ARM common-types v3). */
export const serviceErrorBody = (
  error: ServiceError,
): { readonly error: Readonly<Record<string, string>> } => ({
  error: {
    code: error.code,
    message: error.message,
    ...(error.target === undefined ? {} : { target: error.target }),
  },
});
