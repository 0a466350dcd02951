/** The agent that a running installation hands out, and what to say where it has none. */

import { readAgentBundle } from '../../installation/agent-bundle.ts';
import { readJsonFile, type StateDirectory } from '../../installation/state-directory.ts';

export const howToHaveAgent = 'Make it with "npm run build", or name it by agentBundle in the configuration';

/** Named as at the installation's start: what it hands out is what a bundle has. Undefined where there is none. */
export const agentToHandOut = (state: StateDirectory): Buffer | undefined => {
  const { configuration } = readJsonFile(state.file('hybrid', 'configuration.json')) as {
    readonly configuration?: { readonly agentBundle?: string };
  };
  return readAgentBundle(configuration?.agentBundle);
};

/** Of a script that is going to download it; a script may be made before the agent is, so it is no refusal. */
export const downloadWarnings = (agent: Buffer | undefined): readonly string[] =>
  agent === undefined
    ? [
        `The installation has no agent that servers could download, and the script will end with 122. ${howToHaveAgent}, and start the installation again.`,
      ]
    : [];
