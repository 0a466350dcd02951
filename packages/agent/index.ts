/** The connected-machine agent: what its command line is made of. */

export type { Connected, ConnectOptions } from './connect.ts';
export { connect } from './connect.ts';
export type { ConnectFlags, ConnectRequest } from './connect-arguments.ts';
export { checkConnect, selectCredentials, selectProfile, withConfigFile } from './connect-arguments.ts';
export type { DaemonOptions } from './daemon.ts';
export { runDaemon } from './daemon.ts';
export { disconnect } from './disconnect.ts';
export { AgentFailure, failureTable, NetworkFault, ServiceRefusal } from './failure.ts';
export { renderShow, showLines } from './show.ts';
export type { AgentStatus, ConnectedState, StateDirectory } from './state-directory.ts';
export { openStateDirectory, stateDirectoryPath } from './state-directory.ts';
export { parseTags } from './tags.ts';
export { agentVersion } from './version.ts';
