/** The ARM kernel: ids, api-versions, errors, etags, paging, long-running operations, dispatch. */

export type { ServedApiVersion } from './api-version.ts';
export { serveApiVersion } from './api-version.ts';
export { ArmError, errorBody } from './arm-error.ts';
export type { Removal } from './delete-operation.ts';
export { decideRemoval } from './delete-operation.ts';
export { tagsOf } from './envelope.ts';
export type { EnvelopeMember } from './envelope-schema.ts';
export { envelopeSchemas } from './envelope-schema.ts';
export { armError } from './errors.ts';
export { etagOf } from './etag.ts';
export { mergePatch } from './json-object.ts';
export { parseJson } from './json-text.ts';
export { operationBody, operationResultType, operationTypes } from './long-running.ts';
export type { ArmRequest, ArmResponse, Method, Principal } from './message.ts';
export type { OperationRunner, OperationRunnerOptions } from './operation-runner.ts';
export { createOperationRunner } from './operation-runner.ts';
export type { PageQuery } from './paging.ts';
export { pageQuery, pageResponse } from './paging.ts';
export type { Pipeline, PipelineServices } from './pipeline.ts';
export { createPipeline } from './pipeline.ts';
export { present } from './present.ts';
export type {
  OperationAddresses,
  OperationKind,
  Provider,
  Registry,
  StartedOperation,
  StepInput,
  StepOutcome,
} from './provider.ts';
export { createRegistry } from './provider.ts';
export { collectDocuments, notFound } from './read-operations.ts';
export { linkedRefusal } from './reference-check.ts';
export { defineRefusals } from './refusals.ts';
export type { ResourceId } from './resource-id.ts';
export { groupIdOf, isUnder, parseResourceId, sameId, segmentsOf, subscriptionIdOf } from './resource-id.ts';
export type { DeclaredReference, ReferenceDeclaration } from './resource-reference.ts';
export { declarationOf, declaredReferences, resourceId, resourceReference } from './resource-reference.ts';
export type * from './resource-type.ts';
export { defineResourceType } from './resource-type.ts';
export { walkSchema } from './schema-walk.ts';
export { explainUse } from './store-conflict.ts';
export { isoTime, systemData } from './system-data.ts';
export { actionOfMethod, actionOfPost, resourceMethods } from './type-operations.ts';
export { unusedExpectations, useClaim, useKey, useRelease } from './use-claim.ts';
