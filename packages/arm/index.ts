/** The ARM kernel: ids, api-versions, errors, etags, paging, long-running operations, dispatch. */

export type { ServedApiVersion } from './api-version.ts';
export { serveApiVersion } from './api-version.ts';
export type { ArmErrorShape, ErrorCode } from './errors.ts';
export { ArmError, armError, errorBody, errorTable } from './errors.ts';
export { etagOf } from './etag.ts';
export { operationBody, operationTypes } from './long-running.ts';
export type { ArmRequest, ArmResponse, Method, Principal } from './message.ts';
export type { OperationRunner, OperationRunnerOptions } from './operation-runner.ts';
export { createOperationRunner } from './operation-runner.ts';
export type { Pipeline, PipelineServices } from './pipeline.ts';
export { createPipeline } from './pipeline.ts';
export type { OperationKind, Provider, Registry, StepInput, StepOutcome } from './provider.ts';
export { createRegistry } from './provider.ts';
export { isObject } from './request-body.ts';
export type { ResourceId } from './resource-id.ts';
export { groupIdOf, isUnder, parseResourceId, sameId, segmentsOf, subscriptionIdOf } from './resource-id.ts';
export type * from './resource-type.ts';
export { defineResourceType } from './resource-type.ts';
export { isoTime } from './system-data.ts';
export { unusedExpectations, useClaim, useRelease } from './use-claim.ts';
