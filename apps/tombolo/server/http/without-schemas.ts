/** Fastify without its validator and its serializer: routes have none of its schemas, and both are loaded with the first server. */

const none = () => () => {
  throw new Error('routes have no schemas of Fastify here: read the request with zod, in the handler');
};

/** An option of Fastify's. */
export const withoutSchemas = { compilersFactory: { buildValidator: none, buildSerializer: none } };
