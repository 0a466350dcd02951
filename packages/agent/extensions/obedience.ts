/** What the machine's owner has allowed on the machine itself: it stands over whatever the service says. Pure. */

import type { Configuration } from '../configuration-property.ts';

/** As they apply: in monitor mode the lists are the mode's. */
export type ExtensionControls = Pick<
  Configuration,
  | 'extensions.enabled'
  | 'extensions.allowlist'
  | 'extensions.blocklist'
  | 'extensions.agent.cpulimit'
  | 'config.mode'
>;

const has = (list: readonly string[], handler: string): boolean =>
  list.some((entry) => entry.trim().toLowerCase() === handler.toLowerCase());

/** Undefined: allowed. A removal is always allowed: it is how one gets rid of what the lists came too late for. */
export const refusalOf = (
  handler: string,
  controls: ExtensionControls,
): { readonly code: string; readonly message: string } | undefined => {
  const refused = (code: string, why: string, change: string) => ({
    code,
    message: `Extension operation for ${handler} is refused: ${why}. Only this machine's administrator can change that: ./tombolo-agent config set ${change}.`,
  });
  if (!controls['extensions.enabled'])
    return refused(
      'ExtensionsDisabled',
      'extensions are disabled on this machine (extensions.enabled is false)',
      'extensions.enabled true',
    );
  if (has(controls['extensions.blocklist'], handler))
    return refused(
      'ExtensionBlocked',
      "it is in this machine's blocklist (extensions.blocklist)",
      `extensions.blocklist ${handler} --remove`,
    );
  const allowed = controls['extensions.allowlist'];
  if (allowed.length === 0 || has(allowed, handler)) return undefined;
  return controls['config.mode'] === 'monitor'
    ? refused(
        'ExtensionNotAllowed',
        'the agent of this machine is in monitor mode (config.mode is monitor), which allows extensions that observe and protect only',
        'config.mode full',
      )
    : refused(
        'ExtensionNotAllowed',
        "it is not in this machine's allowlist (extensions.allowlist)",
        `extensions.allowlist ${handler} --add`,
      );
};
