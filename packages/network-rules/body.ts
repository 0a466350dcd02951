/** Reading ARM bodies: JSON whose shape is looked at, not trusted. */

export type Body = { readonly [key: string]: unknown };

export const isBody = (value: unknown): value is Body =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const bodyAt = (body: Body, key: string): Body => {
  const found = body[key];
  return isBody(found) ? found : {};
};

export const propertiesOf = (body: Body): Body => bodyAt(body, 'properties');

export const textAt = (body: Body, key: string): string | undefined => {
  const found = body[key];
  return typeof found === 'string' ? found : undefined;
};

/** The id in `{ [key]: { id } }`. */
export const referenceAt = (body: Body, key: string): string | undefined => textAt(bodyAt(body, key), 'id');

export const textsAt = (body: Body, key: string): readonly string[] => {
  const found = body[key];
  return Array.isArray(found) ? found.filter((entry): entry is string => typeof entry === 'string') : [];
};

export const bodiesAt = (body: Body, key: string): readonly Body[] => {
  const found = body[key];
  return Array.isArray(found) ? found.filter(isBody) : [];
};
