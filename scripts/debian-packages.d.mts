/** Program → the Debian packages that have it and its libraries. */
export type Programs = Readonly<Record<string, readonly string[]>>;
export const benchPrograms: Programs;
export const withDebianPrograms: (env: NodeJS.ProcessEnv, programs?: Programs) => NodeJS.ProcessEnv;
