/** Every refusal that the kernel itself answers with, for any type. */

import type { ArmError } from './arm-error.ts';
import { isGuid } from './guid.ts';
import { defineGatewayRefusals, defineRefusals } from './refusals.ts';

interface ActionOn {
  readonly action: string;
  readonly scope: string;
}

/** Where a referenced resource is looked for. */
const within = {
  region: ', in the same region',
  'region-and-subscription': ', in the same region and subscription',
} as const;

/** Messages follow ARM's wording where clients are known to read it. */
export const armError = defineGatewayRefusals({
  AuthorizationFailed: [
    403,
    (client: string, objectId: string, action: string, scope: string) =>
      `The client '${client}' with object id '${objectId}' does not have authorization to perform action '${action}' over scope '${scope}' or the scope is invalid.`,
    'If access was recently granted, please refresh your credentials.',
  ],
  LinkedAuthorizationFailed: [
    403,
    (client: string, objectId: string, write: ActionOn, linked: ActionOn, help: string) =>
      `The client '${client}' with object id '${objectId}' has permission to perform action '${write.action}' on scope '${write.scope}'; however, it does not have permission to perform action(s) '${linked.action}' on the linked scope(s) '${linked.scope}' (respectively) or the linked scope(s) are invalid. ${help}`,
  ],
  LinkedInvalidPropertyId: [
    400,
    (id: string, path: string) => `Property id '${id}' at path '${path}' is invalid.`,
    "Expect fully qualified resource Id that start with '/subscriptions/{subscriptionId}' or '/providers/{resourceProviderNamespace}/'.",
  ],
  InvalidRequestFormat: [400, (reason: string) => `Cannot parse the request. ${reason}`],
  InvalidJsonReferenceFormat: [
    400,
    (id: string, type: string | undefined, path: string) =>
      `Reference Id '${id}' is not formatted correctly. ${type === undefined ? '' : `The Id is expected to reference resources of type '${type}'. `}Path ${path}.`,
  ],
  InvalidJsonReferenceWrongType: [
    400,
    (id: string, type: string, path: string) =>
      `Reference Id '${id}' is referencing resource of a wrong type. The Id is expected to reference resources of type '${type}'. Path ${path}.`,
  ],
  InvalidResourceReference: [
    400,
    (referenced: string, by: string, near?: keyof typeof within) =>
      `Resource '${referenced}' referenced by resource '${by}' was not found. The referenced resource has to exist${near === undefined ? '' : within[near]}.`,
  ],
  ResourceNotFound: [
    404,
    (resource: string, group: string) =>
      `The Resource '${resource}' under resource group '${group}' was not found. For more details please go to https://aka.ms/ARMResourceNotFoundFix`,
  ],
  NotFound: [404, (what: string) => `${what} was not found.`],
  ParentResourceNotFound: [
    404,
    (parent: string, written?: { readonly type: string; readonly name: string }) =>
      written
        ? `Failed to perform 'write' on resource(s) of type '${written.type}', because the parent resource '${parent}' of '${written.name}' could not be found.`
        : `Can not perform requested operation on nested resource. Parent resource '${parent}' not found.`,
    'Create the parent first.',
  ],
  ResourceGroupNotFound: [404, (name: string) => `Resource group '${name}' could not be found.`],
  SubscriptionNotFound: [404, (id: string) => `The subscription '${id}' could not be found.`],
  InvalidSubscriptionId: [
    400,
    (id: string) => `The provided subscription identifier '${id}' is malformed or invalid. It is a GUID.`,
  ],
  ResourceGroupBeingDeleted: [
    409,
    (name: string) =>
      `The resource group '${name}' is in deprovisioning state and cannot perform this operation.`,
    'Wait until it is gone and create it again.',
  ],
  ResourceGroupBeingMoved: [
    409,
    (name: string) =>
      `The resource group '${name}' is in MovingResources state: resources leave it or come into it, and nothing in it is written meanwhile.`,
    'Retry when the move is done.',
  ],
  InvalidResourceType: [
    404,
    (type: string, namespace: string) =>
      `The resource type '${type}' could not be found in the namespace '${namespace}'. What is served is listed at /providers/${namespace}.`,
  ],
  InvalidResourceNamespace: [
    404,
    (namespace: string) => `The resource namespace '${namespace}' is invalid: it is not served here.`,
    'What is served is listed at /providers.',
  ],
  NotImplemented: [
    501,
    (what: string) => `${what} is not implemented by Tombolo. docs/coverage.md lists what is.`,
  ],
  InvalidResourceId: [400, (id: string) => `'${id}' is not a valid resource id.`],
  InvalidResourceName: [
    400,
    (name: string, rule: string) => `The resource name '${name}' is invalid: ${rule}`,
  ],
  MissingApiVersionParameter: [
    400,
    () => 'The api-version query parameter (?api-version=) is required for all requests.',
  ],
  InvalidApiVersionParameter: [
    400,
    (version: string, supported: string) =>
      `The api-version '${version}' is invalid. It has the form YYYY-MM-DD or YYYY-MM-DD-preview. The supported versions are '${supported}'.`,
  ],
  NoRegisteredProviderFound: [
    400,
    (type: string, version: string, supported: string) =>
      `No registered resource provider found for API version '${version}' for type '${type}'. The supported api-versions are '${supported}'.`,
  ],
  InvalidRequestContent: [
    400,
    (reason: string) => `The request content was invalid and could not be deserialized: ${reason}`,
  ],
  // Azure/azure-cli#10143 and #13056, also without a type; Azure/ARO-RP checks alike, in the same words.
  UnsupportedMediaType: [
    415,
    (given: string) =>
      `The content media type '${given}' is not supported. Only 'application/json' is supported.`,
  ],
  InvalidQueryParameter: [
    400,
    (name: string, reason: string) => `The query parameter '${name}' is invalid: ${reason}`,
  ],
  // Azure/azure-powershell#14169, Azure/azure-sdk-for-php#977.
  InvalidExpandQueryOptionValue: [
    400,
    (name: string, known: string) =>
      `$expand query option value is invalid. The resource does not have property ${name} or the property does not represent a reference to another resource. These do: ${known}.`,
  ],
  LocationRequired: [400, () => 'The location property is required for this definition.'],
  LocationNotAvailableForResourceType: [
    400,
    (location: string, type: string, offered: string) =>
      `The provided location '${location}' is not available for resource type '${type}'. List of available regions for the resource type is '${offered}'.`,
  ],
  InvalidResourceLocation: [
    409,
    (name: string, type: string, location: string, wanted: string) =>
      `The resource '${name}' already exists in location '${location}'. A resource of type '${type}' cannot be moved to '${wanted}' by an update; delete it and create it there.`,
  ],
  MethodNotAllowed: [
    405,
    (method: string, type: string, allowed: string) =>
      `The http method '${method}' is not supported for '${type}'. Supported: ${allowed}.`,
  ],
  RequestContentTooLarge: [
    413,
    (limit: string) => `The request content exceeds the maximum size of ${limit} bytes.`,
  ],
  Conflict: [409, (reason: string) => reason],
  RetryableConflict: [
    409,
    (id: string) => `'${id}' was changed by others at the same time, again and again.`,
    'Nothing of this request was written; retry it.',
  ],
  CannotDeleteResource: [
    409,
    (id: string, holders: string) => `Cannot delete '${id}' because it is in use by ${holders}.`,
    'Delete or change these first.',
  ],
  InsufficientStorage: [
    507,
    () => 'The disk of this installation is full; nothing was written.',
    'Its operator has to free space; retry the request then.',
  ],
  ServiceUnavailable: [
    503,
    () => 'The store of this installation fails; nothing was changed.',
    'Its log has the cause; retry the request once its operator has mended it.',
  ],
  InternalServerError: [
    500,
    (correlationId: string) =>
      `The server failed to answer; nothing was changed. The log has the cause under correlation id '${correlationId}'.`,
  ],
});

/** Conditions on etags, which in Azure the service judges that has the resource. */
export const conditionError = defineRefusals({
  PreconditionFailed: [
    412,
    (reason: string) =>
      `The precondition given in the request headers is not met: ${reason} Read the resource again and retry with its current etag.`,
  ],
});

/** The error of a subscription that is not there: ARM says first whether it could be one. */
export const noSubscription = (id: string): ArmError =>
  armError(isGuid(id) ? 'SubscriptionNotFound' : 'InvalidSubscriptionId', [id]);
