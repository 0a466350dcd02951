/**
 * Exports that production code does not come for, and options that it never gives, each with its reason; `exports.test.mjs` finds
 * them. What has a caller again, or is gone, has to leave the list.
 */

/** Rules whose enforcer is not here yet. */
const waiting = {
  'packages/private-link/association.ts associableMachines':
    'R6: the portal offers machines; there is none yet',
  'packages/private-link/decide-access.ts refuseFeature':
    'R13: SSH and Windows Admin Center are refused where they are asked for; neither is here yet',
};

/** What only tests run, on purpose. */
const forTests = {
  'packages/store/memory/memory-store.ts openMemoryStore':
    'the second store of the contract, and the one that tests of everything above it run on',
};

/** Tables and schemas that documentation and other lists are held to. */
const tables = {
  'apps/tombolo/installation/configuration.ts configurationSchema': 'docs/configuration.md has its keys',
  'packages/agent/failure.ts failureTable': 'docs/command-line.md has its codes',
  'packages/dns-material/material.ts zoneFormats': 'every format is quoted by the same property test',
  'packages/gateway/counters.ts outcomes': 'each outcome has a connection that ends so',
  'packages/identity/roles.ts roleNames': 'the names that builtInRoles carry',
  'packages/private-link/network-check.ts alwaysPublicHosts': 'R11: the hosts that checkNetwork warns about',
  'packages/private-link/refusals.ts refusalTable':
    'what refuse and httpStatusOf read; docs/private-link.md is held to it',
  'packages/providers/code-sources.ts codeSources': 'docs/coverage.md shows them',
  'packages/providers/index.ts codeSources': 'as above',
  'packages/requirements/catalogue-document.ts requirementSchema':
    'every requirement of every version passes it',
  'packages/requirements/catalogue.ts catalogues': 'the digest of every version of the release is held',
};

/** Bounds and periods: tests stand on both sides of them. */
const bounds = {
  'apps/tombolo/server/crash-recovery.ts toleratedEnds': 'the ends after which a process is left alone',
  'apps/tombolo/server/crash-recovery.ts windowMs': 'the time in which they count',
  'packages/agent/daemon-turn.ts waitAfter': 'how long an agent waits after each kind of failure',
  'packages/arm/index.ts declarationOf': 'every field of every type is asked whether it is declared',
  'packages/arm/index.ts enumeratedValues': 'every enumeration of every type is tried in any case',
  'packages/arm/enumerated.ts enumeratedValues': 'the same, where it is',
  'packages/arm/index.ts walkSchema': 'every field of every type is walked',
  'packages/arm/resource-reference.ts declarationOf': 'the same, where it is',
  'packages/arm/json-text.ts jsonBounds': 'depth and size of a body',
  'packages/gateway/client-hello.ts maximumHelloLength': 'the longest ClientHello',
  'packages/hybrid-services/dpop.ts proofWindowMs': 'the age of a proof',
  'packages/hybrid-services/machine-assertion.ts longestAssertionMs': 'the life of an assertion',
  'packages/identity/machine-certificate-check.ts longestMachineCertificate': 'the life of a certificate',
  'packages/service-tags/freshness.ts dayMs': 'the unit of an age',
};

/** Parts of what is called, in the same file, that tests look at by themselves. */
const parts = {
  'apps/tombolo/installation/service-processes.ts childrenOf': 'bench/ finds by it what belongs to a process',
  'apps/tombolo/installation/service-processes.ts processorSecondsOf':
    'bench/ measures with it processes that are not the server’s',
  'apps/tombolo/installation/state-directory.ts foreignEntries': 'what restore and reset refuse to touch',
  'apps/tombolo/server/control/server-certificates.ts createServerCertificates':
    'the renewal, without the files that it reads',
  'packages/dns/listener.ts whenTcpFails':
    'a TCP port that is taken while UDP is free, without racing for one',
  'packages/firewall/formats/windows-firewall.ts quoted': 'PowerShell’s quotes, against a parser',
  'packages/gateway/loopback-realizer.ts RealizeRefused': 'thrown; the listener reports its message',
  'packages/hybrid-services/allow-list-client.ts fetchJson': 'the connection, for the floor of TLS (R16)',
  'packages/hybrid-services/caller.ts jwtBearer':
    'the type of client assertion (RFC 7523) that machines name',
  'packages/hybrid-services/dpop.ts accessTokenHash':
    'the `ath` of a proof (RFC 9449), which test machines write',
  'packages/identity/authorize.ts actionMatches': 'what isAllowed matches actions by',
  'packages/identity/authorize.ts scopeCovers': 'what isAllowed matches scopes by',
  'packages/identity/certificate-authority.ts AuthorityRefused':
    'thrown; who starts an installation reads its message',
  'packages/identity/roles.ts roleDefinitionId': 'the ids that builtInRoles carry',
  'packages/service-tags/freshness.ts ageText': 'how an age is said',
  'packages/store/sqlite/change-reader.ts changeQueries': 'the plans that SQLite makes of them are looked at',
  'packages/gateway/projection.ts projectListeners':
    'the projection from nothing is the oracle of what changes do',
  'packages/store/sqlite/round-reader.ts snapshotQueries':
    'the plans that SQLite makes of them are looked at',
};

/** Optional arguments and members of options that production leaves alone; `test-only-options.mjs` finds them. */
const clocksAndChance = {
  'apps/tombolo/server/control/control.ts ControlOptions.periodically': 'work of every hour, done now',
  'packages/identity/serial-number.ts randomSerial(argument 1)': 'the octets of a serial, with each sign bit',
  'packages/ports/free-port.ts chooseAnyPort(argument 2)': 'which port is tried first',
};
const worldOutside = {
  'packages/agent/extensions/user-directory.ts giveTo(argument 4)': 'another user, who only root can become',
  'packages/agent/extensions/user-directory.ts takeFrom(argument 3)': 'as whom a program is started',
  'packages/agent/foreign-agent.ts refuseBesideForeignAgent(argument 2)': 'a machine with another agent',
  'packages/agent/machine-facts.ts readMachineFacts(argument 1)': 'machines of other kinds',
  'apps/tombolo/server/processes/disk-watch.ts DiskWatchOptions.free': 'a disk that fills',
  'apps/tombolo/server/restore.ts restoreBackup(argument 4)': 'a disk that fails at each step',
  'apps/tombolo/shell/log.ts createLog(argument 2)': 'where lines go',
  'packages/listener-bounds/bound-rates.ts BoundRatesOptions.rates': 'answers of which a few are many',
  'packages/listener-bounds/descriptors.ts descriptorLimit(argument 1)': 'systems with other limits',
  'packages/store/sqlite/sqlite-store.ts SqliteStoreOptions.synchronous':
    'that a commit is synced is shown against a store that does not',
};
const smallerBounds = {
  'packages/arm/near-member.ts nearMember(argument 3)': 'work is counted',
  'packages/private-link/nearest-names.ts nearestNames(argument 3)': 'work is counted',
  ...Object.fromEntries(
    [
      'packages/agent/log-file.ts openLogFile(argument 2)',
      'packages/dns/forwarder.ts ForwarderOptions.cacheEntries',
      'packages/dns/forwarder.ts ForwarderOptions.maxInFlight',
      'packages/dns/responder.ts ResponderOptions.maxUdpPayload',
      'packages/dns/server.ts DnsServerOptions.maxTcpConnections',
      'packages/dns/server.ts DnsServerOptions.maxTcpConnectionsPerClient',
      'packages/dns/server.ts DnsServerOptions.tcpIdleMs',
      'packages/gateway/gateway.ts GatewayOptions.retryAfter',
      'packages/hybrid-services/feed-progress.ts FeedProgressOptions.askEveryMs',
      'packages/hybrid-services/proxied-connection.ts readProxyHeader(argument 3)',
      'packages/identity/access-token.ts AccessTokenVerifierOptions.cacheEntries',
      'packages/identity/failed-attempts.ts createFailedAttempts(argument 1)',
      'packages/identity/token-service.ts TokenServiceOptions.failedAttempts',
      'packages/store/feed/event-stream.ts feedEventReader(argument 1)',
    ].map((name) => [name, 'a bound that a test reaches']),
  ),
};
const readers = {
  'packages/service-tags/read-document.ts readDocumentTexts(argument 2)':
    'any text is read as the commands read a file, whose options these are',
};

export const optionSeams = { ...clocksAndChance, ...worldOutside, ...smallerBounds, ...readers };

export const seams = { ...waiting, ...forTests, ...tables, ...bounds, ...parts };
