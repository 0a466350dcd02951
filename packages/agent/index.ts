/** The connected-machine agent: what its command line is made of. */

export type { Change, Settings } from './configuration.ts';
export { clearProperty, keyNamed, printedValue, setProperty } from './configuration.ts';
export type { ConfigurationKey, ConfigurationValue } from './configuration-property.ts';
export { configurationKeys, configurationProperties } from './configuration-property.ts';
export type { Connected } from './connect.ts';
export { connect } from './connect.ts';
export type { ConnectFlags } from './connect-arguments.ts';
export { checkConnect, selectCredentials, selectProfile, withConfigFile } from './connect-arguments.ts';
export { runDaemon } from './daemon.ts';
export { disconnect } from './disconnect.ts';
export { AgentFailure } from './failure.ts';
export { renderShow, showLines } from './show.ts';
export type { AgentStatus, StateDirectory } from './state-directory.ts';
export { openStateDirectory, stateDirectoryPath } from './state-directory.ts';
export { agentVersion } from './version.ts';
