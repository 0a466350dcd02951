/** Can this machine reach what it has to? Which endpoints those are, each tried, and what is wrong where one is not as it should be. */
export * from './judgement.ts';
export * from './observation.ts';
export * from './probe.ts';
export * from './question.ts';
export * from './report.ts';
