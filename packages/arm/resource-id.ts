/** ARM resource ids: parse, compare without case, walk to parents and scopes. */

export interface ResourceId {
  /** As written, without a trailing slash. */
  readonly text: string;
  /** Lower case: what ids are compared by. */
  readonly key: string;
  /** `Microsoft.Network/virtualNetworks/subnets`, as written. */
  readonly type: string;
  readonly namespace: string;
  /** The last name. */
  readonly name: string;
  readonly subscriptionId?: string;
  readonly resourceGroup?: string;
  /** It is the subscription, or the group, itself. */
  readonly container?: 'subscription' | 'resourceGroup';
  /** What this is written under: the parent resource, the resource that an extension extends, the group. */
  readonly parent?: ResourceId;
}

/** The namespace of what ids write without a provider: `/subscriptions/{s}`, `/tenants`, `/providers/{ns}`. */
export const rootNamespace = 'Microsoft.Resources';

const forbidden = /[\p{Cc}<>%&\\?#]/u;

/** Splits an id into its segments; undefined where it is no id (traversal, empty or control characters). */
export const segmentsOf = (path: string): readonly string[] | undefined => {
  if (!path.startsWith('/') || path.length > 2048 || forbidden.test(path)) return undefined;
  const trimmed = path.endsWith('/') ? path.replace(/(?<!\/)\/+$/, '') : path;
  if (trimmed === '') return [];
  const segments = trimmed.slice(1).split('/');
  const bad = segments.some((s) => s === '' || s === '.' || s === '..' || s.length > 260);
  return bad ? undefined : segments;
};

/**
 * Parses `/subscriptions/{s}/resourceGroups/{g}/providers/{ns}/{type}/{name}…`, the ids of groups, subscriptions
 * and tenants, and extension resources (a second `/providers/`). Groups and subscriptions have the types
 * `subscriptions[/resourceGroups]` of the root namespace, as in ARM. Undefined where it is no resource id.
 */
export const parseResourceId = (text: string): ResourceId | undefined => {
  const segments = segmentsOf(text);
  return segments && resourceIdOf(segments);
};

/** As {@link parseResourceId}, of what {@link segmentsOf} found. */
export const resourceIdOf = (segments: readonly string[]): ResourceId | undefined => {
  const whole = `/${segments.join('/')}`;
  let end = 0;
  let joined = 0;
  /** The text of the first segments; asked for ever more of them. */
  const written = (count: number): string => {
    for (; joined < count; joined += 1) end += 1 + segments[joined]!.length;
    return whole.slice(0, end);
  };
  let id: ResourceId | undefined;
  let index = 0;
  while (index < segments.length) {
    if (segments[index]?.toLowerCase() === 'providers') {
      const namespace = segments[index + 1];
      if (namespace === undefined) return undefined;
      if (segments[index + 2] === undefined) {
        return make(
          written(index + 2),
          rootNamespace,
          `${id?.type ?? rootNamespace}/providers`,
          namespace,
          id,
        );
      }
      index += 2;
      let type = namespace;
      let first = true;
      // Directly after a namespace the word is a type of it: `Microsoft.Features/providers/{namespace}/features`.
      while (index < segments.length && (first || segments[index]?.toLowerCase() !== 'providers')) {
        const name = segments[index + 1];
        if (name === undefined) return undefined;
        type = first ? `${namespace}/${segments[index]}` : `${type}/${segments[index]}`;
        first = false;
        id = make(written(index + 2), namespace, type, name, id);
        index += 2;
      }
    } else {
      const name = segments[index + 1];
      if (name === undefined) return undefined;
      const type = `${id?.type ?? rootNamespace}/${segments[index]}`;
      id = make(written(index + 2), rootNamespace, type, name, id);
      index += 2;
    }
  }
  return id;
};

const containerTypes: ReadonlyMap<string, 'subscription' | 'resourceGroup'> = new Map([
  [`${rootNamespace}/subscriptions`.toLowerCase(), 'subscription'],
  [`${rootNamespace}/subscriptions/resourceGroups`.toLowerCase(), 'resourceGroup'],
]);

const make = (
  text: string,
  namespace: string,
  type: string,
  name: string,
  parent: ResourceId | undefined,
): ResourceId => {
  const container = containerTypes.get(type.toLowerCase());
  const subscriptionId = container === 'subscription' ? name : parent?.subscriptionId;
  const resourceGroup = container === 'resourceGroup' ? name : parent?.resourceGroup;
  // Member by member: each request makes several, and spreads cost more than all the rest.
  const id: { -readonly [member in keyof ResourceId]: ResourceId[member] } = {
    text,
    key: text.toLowerCase(),
    namespace,
    type,
    name,
  };
  if (subscriptionId !== undefined) id.subscriptionId = subscriptionId;
  if (resourceGroup !== undefined) id.resourceGroup = resourceGroup;
  if (container !== undefined) id.container = container;
  if (parent !== undefined) id.parent = parent;
  return id;
};

/** Looks at each slash once: texts of clients may be long, and all slashes. */
const withoutEndSlashes = (text: string): string =>
  text.endsWith('/') ? text.replace(/(?<!\/)\/+$/, '') : text;

/** The same resource? Ids compare in lower case. */
export const sameId = (left: string, right: string): boolean =>
  withoutEndSlashes(left).toLowerCase() === withoutEndSlashes(right).toLowerCase();

/** Is `id` strictly below `ancestor`? */
export const isUnder = (id: string, ancestor: string): boolean =>
  id.toLowerCase().startsWith(`${withoutEndSlashes(ancestor).toLowerCase()}/`);

export const subscriptionIdOf = (subscriptionId: string): string => `/subscriptions/${subscriptionId}`;

export const groupIdOf = (subscriptionId: string, resourceGroup: string): string =>
  `/subscriptions/${subscriptionId}/resourceGroups/${resourceGroup}`;
