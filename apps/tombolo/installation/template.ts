/** ARM templates of literal resources: which are applied, in which order. Pure. */

import { isObject } from '@tombolo/store/document';
import type { JsonObject } from '@tombolo/store/port';
import { CommandError } from '../shell/command-error.ts';

export interface TemplateResource {
  /** `Microsoft.Network/virtualNetworks/subnets`. */
  readonly type: string;
  /** `vnet/subnet`: a name for each segment of the type. */
  readonly name: string;
  readonly apiVersion: string;
  /** Relative to the resource group: `/providers/Microsoft.Network/virtualNetworks/vnet/subnets/subnet`. */
  readonly path: string;
  readonly body: JsonObject;
  readonly dependsOn: readonly string[];
}

const invalid = (message: string): CommandError =>
  new CommandError(
    'InvalidArgument',
    `The template cannot be applied: ${message}`,
    'Templates hold literal resources: no parameters, variables, functions, copies or nested deployments.',
  );

/** Throws InvalidArgument with the resource at fault: expressions, unknown dependencies, cycles. */
export const planTemplate = (template: unknown): readonly TemplateResource[] => {
  if (typeof template !== 'object' || template === null) throw invalid('it is not a JSON object.');
  const { resources } = template as { resources?: unknown };
  const list = Array.isArray(resources) ? resources : Object.values((resources ?? {}) as object);
  if (list.length === 0) throw invalid('it has no resources.');
  return inOrder(list.flatMap((entry) => flatten(entry, undefined)));
};

const flatten = (entry: unknown, parent: TemplateResource | undefined): TemplateResource[] => {
  if (!isObject(entry)) throw invalid(`a resource ${parent ? `of '${parent.name}' ` : ''}is no JSON object.`);
  const { type, name, apiVersion, dependsOn, resources, comments: _, condition, copy, ...body } = entry;
  if (typeof type !== 'string' || typeof name !== 'string' || typeof apiVersion !== 'string') {
    throw invalid(`a resource lacks type, name or apiVersion (${String(type)} ${String(name)}).`);
  }
  if (condition !== undefined || copy !== undefined) throw invalid(`'${name}' has a condition or copy.`);
  if (!isListOf(dependsOn, (one): one is string => typeof one === 'string'))
    throw invalid(`'${name}' has a dependsOn that is no list of names.`);
  if (!isListOf(resources, isObject)) throw invalid(`'${name}' has resources that are no list of objects.`);
  const expression = findExpression({ name, ...body });
  if (expression !== undefined) throw invalid(`'${name}' has the expression ${expression}.`);
  const fullType = parent && !type.includes('.') ? `${parent.type}/${type}` : type;
  const fullName = parent ? `${parent.name}/${name}` : name;
  const resource: TemplateResource = {
    type: fullType,
    name: fullName,
    apiVersion,
    path: pathOf(fullType, fullName),
    body,
    dependsOn: [...(parent ? [parent.path] : []), ...(dependsOn ?? [])],
  };
  return [resource, ...(resources ?? []).flatMap((child) => flatten(child, resource))];
};

/** Null and nothing are an empty list, as in a template that was printed. */
const isListOf = <T>(
  value: unknown,
  is: (one: unknown) => one is T,
): value is readonly T[] | undefined | null =>
  value === undefined || value === null || (Array.isArray(value) && value.every(is));

const pathOf = (type: string, name: string): string => {
  const [namespace, ...types] = type.split('/');
  const names = name.split('/');
  if (types.length !== names.length)
    throw invalid(`'${name}' has not one name for each segment of '${type}'.`);
  return `/providers/${namespace}/${types.map((segment, index) => `${segment}/${names[index]}`).join('/')}`;
};

const findExpression = (value: unknown): string | undefined => {
  if (typeof value === 'string') return /^\[[^[].*\]$/s.test(value) ? value : undefined;
  if (typeof value !== 'object' || value === null) return undefined;
  for (const child of Object.values(value)) {
    const found = findExpression(child);
    if (found !== undefined) return found;
  }
  return undefined;
};

/** `dependsOn` names a resource by id, by `type/name` or by name; children come after their parents anyway. */
const inOrder = (resources: readonly TemplateResource[]): readonly TemplateResource[] => {
  const named = (resource: TemplateResource, reference: string): boolean => {
    const wanted = reference.toLowerCase();
    return (
      resource.path.toLowerCase() === wanted ||
      wanted.endsWith(resource.path.toLowerCase()) ||
      resource.name.toLowerCase() === wanted ||
      `${resource.type}/${resource.name}`.toLowerCase() === wanted
    );
  };
  const needs = (resource: TemplateResource): TemplateResource[] => {
    const explicit = resource.dependsOn.map((reference) => {
      const found = resources.find((other) => other !== resource && named(other, reference));
      if (!found) throw invalid(`'${resource.name}' depends on '${reference}', which is not in it.`);
      return found;
    });
    const parents = resources.filter(
      (other) => other !== resource && resource.path.toLowerCase().startsWith(`${other.path.toLowerCase()}/`),
    );
    return [...explicit, ...parents];
  };
  const ordered: TemplateResource[] = [];
  const visiting = new Set<TemplateResource>();
  const visit = (resource: TemplateResource): void => {
    if (ordered.includes(resource)) return;
    if (visiting.has(resource)) throw invalid(`'${resource.name}' depends on itself in a circle.`);
    visiting.add(resource);
    for (const need of needs(resource)) visit(need);
    visiting.delete(resource);
    ordered.push(resource);
  };
  for (const resource of resources) visit(resource);
  return ordered;
};
