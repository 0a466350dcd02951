/** How the scripts end: azcmagent's numbers where it has one for it, and three of ours; the rest is the agent's own code. */

const scriptExits = {
  0: 'connected, or connected already: then nothing was changed',
  18: 'it was not run as root (administrator)',
  19: 'the credential file cannot be read',
  26: 'a name is not known here, is not at the private endpoint, or cannot be reached',
  27: 'something else is here already: another agent, or this server is connected as another resource; or the agent refuses the proxy',
  120: 'a program that it needs is missing; nothing was installed',
  121: 'what was downloaded is not what it should be; nothing of it was run',
  122: 'the agent could not be installed; or its download was answered with a refusal, which the script quotes',
} as const;

const agentExits = [
  '41  sign-in was refused',
  '42  the machine resource could not be created',
  '44  the name is taken by another machine',
  '62  the service refused the machine',
];

/** Lines for the head of a script. */
export const exitLines = (): readonly string[] =>
  [
    ...Object.entries(scriptExits).map(([code, meaning]): [number, string] => [
      Number(code),
      `${code.padEnd(4)}${meaning}`,
    ]),
    ...agentExits.map((line): [number, string] => [Number.parseInt(line, 10), line]),
  ]
    .toSorted(([one], [other]) => one - other)
    .map(([, line]) => line);
