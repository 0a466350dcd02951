/** Refusals of Microsoft.Resources. */

import { defineRefusals } from '@tombolo/arm';

export const groupError = defineRefusals({
  LocationNotAvailableForResourceGroup: [
    400,
    (location: string, offered: string) =>
      `The provided location '${location}' is not available for resource group. List of available regions is '${offered}'.`,
  ],
  InvalidResourceGroupLocation: [
    409,
    (name: string, location: string, wanted: string) =>
      `Invalid resource group location '${wanted}'. The resource group '${name}' already exists in location '${location}'; its resources may be elsewhere.`,
  ],
});

/** Of tag names; the codes are (ours). */
export const tagError = defineRefusals({
  TagNotFound: [404, (name: string) => `The tag name '${name}' was not found.`, 'Create the tag name first.'],
  TagInUse: [
    409,
    (name: string) => `'${name}' cannot be deleted: resources carry it.`,
    'Remove the tag from them first.',
  ],
  TagHasValues: [
    409,
    (name: string) => `The tag name '${name}' cannot be deleted: it has predefined values.`,
    'Delete these first.',
  ],
});

/** Of moves between groups. ResourceMoveTooLarge, ResourceMoveTargetIsSource and ResourceMoveNotOfGroup are (ours). */
export const moveError = defineRefusals({
  ResourceMoveValidationFailed: [
    409,
    (count: string) =>
      `The resource batch move request has '${count}' validation errors. Nothing was moved; see details.`,
  ],
  ResourceMoveTooLarge: [
    409,
    (most: string, id: string) =>
      `With all that is below them these are more than ${most} resources, counted up to '${id}'. Nothing was moved.`,
    'Move fewer resources at a time; what has more below it has to be made anew in the other group.',
  ],
  ResourceMoveTargetIsSource: [
    400,
    (id: string) => `'${id}' is the group in which the resources are already.`,
  ],
  ResourceMoveNotOfGroup: [
    400,
    (id: string, group: string) => `'${id}' is no resource of '${group}' itself.`,
    'Name resources of this group, without those below them: these come along.',
  ],
});
