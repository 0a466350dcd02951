/** Every command of `tombolo`, in the order of its help; only what is asked for is loaded. */

import type { Command } from 'commander';
import { type AddCommand, noColourOption, type Runner } from '../shell/command.ts';
import { refuseInvisibleWords } from '../shell/visible-words.ts';

interface CommandModule {
  /** The first word of the command line that means it; several modules may share one. */
  readonly name: string;
  readonly load: () => Promise<AddCommand>;
}

const modules: readonly CommandModule[] = [
  { name: 'up', load: async () => (await import('./up.ts')).addUp },
  { name: 'quickstart', load: async () => (await import('./quickstart.ts')).addQuickstart },
  { name: 'status', load: async () => (await import('./status.ts')).addStatus },
  { name: 'wait', load: async () => (await import('./wait.ts')).addWait },
  { name: 'activity', load: async () => (await import('./activity.ts')).addActivity },
  { name: 'apply', load: async () => (await import('./apply.ts')).addApply },
  { name: 'env', load: async () => (await import('./env.ts')).addEnv },
  { name: 'az', load: async () => (await import('./run-client.ts')).addAz },
  { name: 'terraform', load: async () => (await import('./run-client.ts')).addTerraform },
  { name: 'profile', load: async () => (await import('./profile.ts')).addProfile },
  { name: 'machine', load: async () => (await import('./machine.ts')).addMachine },
  { name: 'fleet', load: async () => (await import('./fleet.ts')).addFleet },
  { name: 'extension', load: async () => (await import('./extension.ts')).addExtension },
  { name: 'onboard', load: async () => (await import('./onboard.ts')).addOnboard },
  { name: 'principal', load: async () => (await import('./principal.ts')).addPrincipal },
  {
    name: 'principal',
    load: async () => (await import('./principal-administration.ts')).addPrincipalAdministration,
  },
  { name: 'dns', load: async () => (await import('./dns.ts')).addDns },
  { name: 'dns', load: async () => (await import('./dns-export.ts')).addDnsExport },
  { name: 'dns', load: async () => (await import('./dns-explain.ts')).addDnsExplain },
  { name: 'hosts', load: async () => (await import('./hosts.ts')).addHosts },
  { name: 'requirements', load: async () => (await import('./requirements.ts')).addRequirements },
  { name: 'firewall', load: async () => (await import('./firewall.ts')).addFirewall },
  { name: 'service-tags', load: async () => (await import('./service-tags.ts')).addServiceTags },
  { name: 'reset', load: async () => (await import('./reset.ts')).addReset },
  { name: 'backup', load: async () => (await import('./backup.ts')).addBackup },
  { name: 'restore', load: async () => (await import('./backup.ts')).addRestore },
  { name: 'check', load: async () => (await import('./check.ts')).addCheck },
  { name: 'version', load: async () => (await import('./version.ts')).addVersion },
];

/** Those of a group bring what each command has. */
const addToLeaves = (command: Command): void => {
  if (command.commands.length === 0) command.addOption(noColourOption());
  for (const below of command.commands) addToLeaves(below);
};

/** Adds the command that `words` begin with; all of them where they begin with none: help lists them, an error names the nearest. */
export const addCommands = async (
  program: Command,
  runner: Runner,
  words: readonly string[] = [],
): Promise<void> => {
  const asked = modules.filter(({ name }) => name === words[0]);
  for (const { load } of asked.length > 0 ? asked : modules) {
    const add = await load();
    add(program, runner).showHelpAfterError();
  }
  for (const command of program.commands) {
    refuseInvisibleWords(command);
    addToLeaves(command);
  }
};
