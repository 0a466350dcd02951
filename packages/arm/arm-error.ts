/** An error as ARM's envelope says it: every refusal of any table is one. */

import type { Json, JsonObject } from '@tombolo/store/port';
import { withInvisibleShown } from './visible-text.ts';

interface ArmErrorDetail {
  readonly code: string;
  readonly message: string;
  readonly target?: string;
}

export interface ArmErrorShape {
  readonly code: string;
  readonly status: number;
  /** What was refused, why, and what to do. */
  readonly message: string;
  /** The field or id that is at fault. */
  readonly target?: string;
  readonly details?: readonly ArmErrorDetail[];
  /** By lower-case name. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Who refuses: Resource Manager before the provider is asked, or (default) the provider's service. */
  readonly source?: ErrorSource;
}

export type ErrorSource = 'gateway' | 'service';

/** An answer in ARM's error envelope; thrown or returned by decisions. */
export class ArmError extends Error {
  readonly code: string;
  readonly status: number;
  readonly target: string | undefined;
  readonly details: ArmErrorShape['details'];
  readonly headers: Readonly<Record<string, string>>;
  readonly source: ErrorSource;

  constructor(shape: ArmErrorShape) {
    super(shape.message);
    this.name = 'ArmError';
    this.code = shape.code;
    this.status = shape.status;
    this.target = shape.target;
    this.details = shape.details;
    this.headers = shape.headers ?? {};
    this.source = shape.source ?? 'service';
  }
}

/** `{"error":{code,message,target,details}}` (ARM common-types v3). What was pasted unseen into an id or a name is seen in it. */
export const errorBody = (error: ArmError): JsonObject => ({ error: flatErrorBody(error) });

/** The same without the envelope: some of Azure's services answer so. */
export const flatErrorBody = (error: ArmError): JsonObject => ({
  code: error.code,
  message: withInvisibleShown(error.message),
  ...(error.target === undefined ? {} : { target: error.target }),
  ...(error.details === undefined
    ? {}
    : {
        details: error.details.map(
          (detail): Json => ({ ...detail, message: withInvisibleShown(detail.message) }),
        ),
      }),
});
