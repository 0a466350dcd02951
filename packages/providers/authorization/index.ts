/** Microsoft.Authorization: its provider, for the built-in roles that it is given. */
export { authorizationProvider } from './manifest.ts';
export type { BuiltInRole } from './role-definitions/built-in.ts';
