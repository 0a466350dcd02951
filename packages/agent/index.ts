/** The connected-machine agent: what its command line is made of. */

export { createAgentClient } from './agent-client.ts';
export type { Change, Settings } from './configuration.ts';
export { clearProperty, keyNamed, printedValue, setProperty } from './configuration.ts';
export type { ConfigurationKey, ConfigurationValue } from './configuration-property.ts';
export { configurationKeys, configurationProperties } from './configuration-property.ts';
export type { Connected } from './connect.ts';
export { connect } from './connect.ts';
export type { ConnectFlags } from './connect-arguments.ts';
export { checkConnect, selectCredentials, selectProfile, withoutInvisible } from './connect-arguments.ts';
export { runDaemon } from './daemon.ts';
export { disconnect } from './disconnect.ts';
export { AgentFailure } from './failure.ts';
export { refuseBesideForeignAgent } from './foreign-agent.ts';
export { identitySettings } from './identity-settings.ts';
export { makeKey } from './key-making.ts';
export { archiveLogs } from './log-archive.ts';
export { openLogFile } from './log-file.ts';
export { readMachineFacts } from './machine-facts.ts';
export { renderShow } from './show.ts';
export { linesOf } from './shown-state.ts';
export type { AgentStatus, StateDirectory, StateReader } from './state-directory.ts';
export { openStateDirectory, readStateDirectory, stateDirectoryPath } from './state-directory.ts';
export type { Upgrade } from './upgrade.ts';
export { upgradeAgent } from './upgrade.ts';
export { agentVersion } from './version.ts';
