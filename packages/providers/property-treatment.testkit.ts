/** What becomes of every property that may be written: judged, refused, stored only, or passed over; each has to be said. */

import { type AnyResourceType, declarationOf, walkSchema } from '@tombolo/arm';
import { propertyTable, type TypeProperties } from './property-table.testkit.ts';

/**
 * `judged`: it decides something here, or is held to a rule beyond its form. `refused`: it refers to a type that is not here
 * (501). `stored`: kept and shown, without effect. `passedOver`: taken, and not kept: what clients echo.
 */
export type Treatment = 'judged' | 'refused' | 'stored' | 'passedOver';

const nothing: TypeProperties = { judged: [] };

/** `a.[].b` → `a.b`: a list's items are one property. */
const placeName = (place: readonly string[]): string =>
  place.filter((step) => step !== '[]' && step !== '{}').join('.');

/** Is the property the entry, or below it? */
const isWithin = (name: string, entry: string): boolean => name === entry || name.startsWith(`${entry}.`);

/** The properties that have no parts, by name; those of children that a PUT carries belong to the children. */
const leavesOf = (type: AnyResourceType): ReadonlyMap<string, 'refused' | 'reference' | undefined> => {
  const all = new Map<string, 'refused' | 'reference' | undefined>();
  if (!type.properties) return all;
  walkSchema(type.properties, (part, place) => {
    const name = placeName(place);
    const declaration = declarationOf(part);
    const is =
      declaration === undefined
        ? all.get(name)
        : declaration.resolve === 'not-implemented'
          ? 'refused'
          : declaration.resolve === 'may-dangle'
            ? undefined
            : 'reference';
    if (name !== '') all.set(name, is);
  });
  const names = [...all.keys()];
  return new Map(
    [...all].filter(
      ([name]) =>
        !names.some((other) => other.startsWith(`${name}.`)) &&
        !(type.inlineChildren ?? []).some((collection) => isWithin(name, collection)),
    ),
  );
};

export interface ClassifiedType {
  readonly type: string;
  readonly properties: ReadonlyMap<string, Treatment>;
  /** Said nothing of, or more than once. */
  readonly unclear: readonly string[];
  /** Said of a property that the schema does not have. */
  readonly gone: readonly string[];
}

/** By what the schema declares of references and the table says of the rest. */
export const classify = (type: AnyResourceType): ClassifiedType => {
  const table = propertyTable[type.type] ?? nothing;
  const lists: readonly (readonly [Treatment, readonly string[]])[] = [
    ['judged', table.judged],
    ['stored', Object.keys(table.stored ?? {})],
    ['passedOver', Object.keys(table.passedOver ?? {})],
  ];
  const leaves = leavesOf(type);
  const properties = new Map<string, Treatment>();
  const unclear: string[] = [];
  for (const [name, is] of leaves) {
    const said = lists.filter(([, entries]) => entries.some((entry) => isWithin(name, entry)));
    const derived: Treatment | undefined = is === 'reference' ? 'judged' : is;
    const [treatment, second] = [...(derived === undefined ? [] : [derived]), ...said.map(([each]) => each)];
    if (treatment === undefined || second !== undefined) unclear.push(name);
    else properties.set(name, treatment);
  }
  const entries = lists.flatMap(([, names]) => names);
  return {
    type: type.type,
    properties,
    unclear,
    gone: entries.filter((entry) => ![...leaves.keys()].some((name) => isWithin(name, entry))),
  };
};

/** Why a property is not judged, as the table says it. */
export const reasonOf = (type: string, name: string): string => {
  const { stored = {}, passedOver = {} } = propertyTable[type] ?? nothing;
  const entry = Object.entries({ ...stored, ...passedOver }).find(([place]) => isWithin(name, place));
  return entry?.[1] ?? '';
};
